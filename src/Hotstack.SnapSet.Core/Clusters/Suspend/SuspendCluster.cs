using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Suspend;

/// <summary>Shuts down a cluster and its deployment for a snapshot: checks it, cordons the nodes, shuts down all nodes or none, and stops
/// the controller last.</summary>
public sealed class SuspendCluster(Cloud cloud, Cluster cluster)
{
    /// <summary>Checks everything, asks, and shuts down.</summary>
    /// <param name="request">Which cluster, and how.</param>
    /// <param name="activity">Receives a line for each step.</param>
    /// <param name="confirm">Asked once, after all checks and before the first change.</param>
    /// <param name="stop">Stops the run; before the first node shuts down, everything is rolled back.</param>
    /// <returns>The record of the cluster, with the steps of the run; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>, <c>NodesDoNotMatch</c>, <c>RightsMissing</c>, <c>NodeNotArmed</c>,
    /// <c>EtcdBackupTooEarly</c>, <c>EtcdBackupFailed</c>, <c>ServerStopTimeout</c> …</exception>
    public async Task<ClusterRecord?> RunAsync(
        SuspendClusterRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        string work = SuspendClusterRun.WorkOf(cluster);
        var steps = new SuspendSteps(work, activity, cloud.Time);
        SuspendClusterPlan plan = await steps.AssessAsync(
            () => new SuspendClusterPlanner(cloud, cluster, request, activity.Within(work)).PlanAsync(stop), request);
        if (!await confirm(Describe(plan), DescribeAction(plan, request)))
        {
            return null;
        }

        return await new SuspendClusterRun(cloud, cluster, plan, request, activity.Within(work), steps).RunAsync(stop);
    }

    private string Describe(SuspendClusterPlan plan) =>
        $"{(plan.HasCluster ? "OpenShift cluster" : "Deployment")} '{cluster.Name}'"
        + (plan.Record.Version is { } version ? $" ({version})" : "")
        + (plan.Record.StackName is { } stack && stack != cluster.Name ? $" of stack {stack}" : "")
        + $": {string.Join(", ", plan.Record.Instances.Select(i => i.Name))}";

    private static string DescribeAction(SuspendClusterPlan plan, SuspendClusterRequest request)
    {
        string[] steps = [.. plan.IsResumed ? StepsToResume(plan) : StepsToBegin(plan, request)];
        string text = steps.Length == 0 ? "Nothing is left to do" : string.Join(", ", steps);
        string risk = request.SkipCertificateCheck && !plan.IsResumed
            ? " WITHOUT regard to its certificates: if they expire while it is off, it may never come back"
            : "";
        return char.ToUpperInvariant(text[0]) + text[1..] + risk;
    }

    private static IEnumerable<string> StepsToResume(SuspendClusterPlan plan)
    {
        Instance[] running = [.. plan.RunningWorkers, .. plan.RunningMasters];
        if (running.Length > 0)
        {
            string names = string.Join(", ", running.AsEnumerable());
            yield return "resume a shutdown that has begun: "
                + (plan.Method == ShutdownMethod.Guest ? $"wait until {names} shut themselves down" : $"stop {names} by Nova");
        }

        if (plan.RunningOthers.Count > 0)
        {
            yield return StopOthers(plan);
        }
    }

    private static IEnumerable<string> StepsToBegin(SuspendClusterPlan plan, SuspendClusterRequest request)
    {
        string by = request.Method == ShutdownMethod.Guest ? "from within" : "by Nova";
        (bool IsDone, string Step)[] steps =
        [
            (request.ForceRotation, "renew its certificates"),
            (request.EtcdBackup, "back up etcd"),
            (true, $"cordon {CountText.Of(plan.Nodes.Count(n => !n.Node.IsUnschedulable), "node")}"),
            (request.Drain && plan.Workers.Count > 0, "drain the workers"),
            (plan.Workers.Count > 0, $"shut down {CountText.Of(plan.Workers.Count, "worker")} {by}"),
            (true, $"shut down {CountText.Of(plan.Masters.Count, "master")} {by}"),
            (plan.RunningOthers.Count > 0, StopOthers(plan)),
        ];
        return steps.Where(s => s.IsDone).Select(s => s.Step);
    }

    private static string StopOthers(SuspendClusterPlan plan) => $"stop {string.Join(", ", plan.RunningOthers)} by Nova";
}

/// <summary>Which cluster to shut down, and how.</summary>
public sealed record SuspendClusterRequest
{
    /// <summary>The servers of the deployment.</summary>
    public required InstanceSource Source { get; init; }

    /// <summary>What shuts the nodes down.</summary>
    public ShutdownMethod Method { get; init; } = ShutdownMethod.Guest;

    /// <summary>Shut down even if certificates may expire before the cluster is revived, or their dates are unknown.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The minimum remaining validity of the kubelets' certificates.</summary>
    public TimeSpan MinimumValidity { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Renew the certificates first.</summary>
    public bool ForceRotation { get; init; }

    /// <summary>Run OpenShift's own backup of etcd on a master first.</summary>
    public bool EtcdBackup { get; init; }

    /// <summary>Record all cordoned nodes as schedulable, unless their configuration is being changed. Those that the machine-config operator
    /// left cordoned always count so.</summary>
    public bool Uncordon { get; init; }

    /// <summary>Evict the pods of the workers first.</summary>
    public bool Drain { get; init; }

    /// <summary>How long pods may take to leave.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>ClusterOperators that may be unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>The image of the helper pods; null for one that each node has already.</summary>
    public string? HelperImage { get; init; }

    /// <summary>The run needs helper pods on nodes.</summary>
    internal bool NeedsHelperPods => Method == ShutdownMethod.Guest || EtcdBackup || ForceRotation;

    /// <summary>From the time when all nodes are armed to the order that shuts down the first; until then the run can be stopped and rolls
    /// back.</summary>
    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the servers may take to shut off.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The pause between two polls; the longest one for nodes that shut themselves down.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What shuts nodes down.</summary>
public enum ShutdownMethod
{
    /// <summary>Their own systemd, which takes the time that it needs.</summary>
    Guest,

    /// <summary>Nova, which cuts the power after a minute unless the image says otherwise (<c>os_shutdown_timeout</c>).</summary>
    Nova,
}
