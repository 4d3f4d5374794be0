using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Suspend;

/// <summary>Shuts a cluster and its deployment down so that it can be frozen: checked, cordoned, all nodes or none, the
/// controller last.</summary>
public sealed class SuspendCluster(Cloud cloud, Cluster cluster)
{
    /// <summary>Checks everything, asks, and shuts down.</summary>
    /// <param name="request">Which cluster, and how.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once, after all checks and before anything is changed.</param>
    /// <param name="stop">Ends it; until the first node shuts down, all is taken back then.</param>
    /// <returns>How the cluster was; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>, <c>NodesDoNotMatch</c>, <c>RightsMissing</c>, <c>NodeNotArmed</c>,
    /// <c>EtcdBackupTooEarly</c>, <c>EtcdBackupFailed</c>, <c>ServerStopTimeout</c> …</exception>
    public async Task<ClusterRecord?> RunAsync(
        SuspendClusterRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        SuspensionPlan plan = await new SuspensionPlanning(cloud, cluster).PlanAsync(request, activity, stop);
        if (!await confirm(Describe(plan), DescribeAction(plan, request)))
        {
            return null;
        }

        return await new Suspension(cloud, cluster, plan, request, activity.Within(Suspension.WorkOf(cluster))).RunAsync(stop);
    }

    private string Describe(SuspensionPlan plan) =>
        $"OpenShift cluster '{cluster.Context}'"
        + (plan.Record.Version is { } version ? $" ({version})" : "")
        + (plan.Record.StackName is { } stack ? $" of stack {stack}" : "")
        + $": {string.Join(", ", plan.Record.Instances.Select(i => i.Name))}";

    private static string DescribeAction(SuspensionPlan plan, SuspendClusterRequest request)
    {
        var steps = new List<string>();
        if (plan.IsBegun)
        {
            string go = plan.Method == ShutdownMethod.Guest ? "wait until they are off by themselves" : "stop them by Nova";
            Instance[] running = [.. plan.RunningWorkers, .. plan.RunningMasters];
            Add(running.Length > 0, $"go on with a shutdown that has begun: {string.Join(", ", running.AsEnumerable())} still run, {go}");
        }
        else
        {
            Add(request.ForceRotation, "have its certificates made anew");
            Add(request.EtcdBackup, "back up etcd");
            Add(true, $"cordon {CountText.Of(plan.Nodes.Count(n => !n.Node.IsUnschedulable), "node")}");
            Add(request.Drain && plan.Workers.Count > 0, "drain the workers");
            string by = request.Method == ShutdownMethod.Guest ? "from within" : "by Nova";
            Add(plan.Workers.Count > 0, $"shut down {CountText.Of(plan.Workers.Count, "worker")} {by}");
            Add(true, $"shut down {CountText.Of(plan.Masters.Count, "master")} {by}");
        }

        Add(plan.RunningOthers.Count > 0, $"stop {string.Join(", ", plan.RunningOthers)} by Nova");
        string risk = request.SkipCertificateCheck && !plan.IsBegun
            ? " WITHOUT regard to its certificates: if they run out while it is off, it may never come back"
            : "";
        string text = steps.Count == 0 ? "Nothing is left to be done" : string.Join(", ", steps);
        return char.ToUpperInvariant(text[0]) + text[1..] + risk;

        void Add(bool isDone, string step)
        {
            if (isDone)
            {
                steps.Add(step);
            }
        }
    }
}
