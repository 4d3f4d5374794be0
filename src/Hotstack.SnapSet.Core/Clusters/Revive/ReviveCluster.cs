using Hotstack.Clusters.CertificateRequests;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Revive;

/// <summary>Brings a cluster that was shut down back to proven service. Every step first checks whether it is done already,
/// so the same command again resumes a revival that ended early.</summary>
/// <param name="cloud">The cloud of the servers.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="records">Finds the record if the request has none.</param>
public sealed class ReviveCluster(Cloud cloud, Cluster cluster, IRecordSource records)
{
    /// <summary>Checks the dates, asks, and revives.</summary>
    /// <param name="request">Which cluster, and how.</param>
    /// <param name="activity">Receives a line for each step.</param>
    /// <param name="confirm">Asked once, before the first change.</param>
    /// <param name="stop">Stops the run; what runs by then stays on.</param>
    /// <returns>The assessment at the end, healthy or not; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>TimeoutTooShort</c>, <c>ReviveTooLate</c>, <c>ServerStartTimeout</c>, <c>ServerFailed</c>,
    /// <c>ApiNotReady</c>, <c>NotOpenShift</c>, <c>HostedControlPlane</c>, <c>OtherCluster</c>, <c>NodesDoNotMatch</c>,
    /// <c>NodesNotReady</c>, <c>ClusterNotStable</c>, <c>ApiServicesNotAvailable</c>, <c>WaitForInvalid</c>, <c>WaitForWithoutCluster</c>, <c>WaitForNotFound</c>,
    /// <c>WaitForNotMet</c> …; each message reports what was reached.</exception>
    public async Task<ReviveReport?> RunAsync(
        ReviveClusterRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        ReviveClusterPlan plan = await new ReviveClusterPlanner(cloud, cluster, records, request, activity).PlanAsync(stop);
        if (!await confirm(Describe(plan), DescribeAction(plan, request)))
        {
            return null;
        }

        var revival = new Revival(cloud, cluster, plan, request, activity.Within(Revival.WorkOf(cluster)));
        ReviveReport report = await new ReviveClusterRun(revival).RunAsync(stop);
        if (report.IsHealthy)
        {
            await new KeptRecord(cloud).ForgetAsync(plan.Instances, activity, stop);
        }

        return report;
    }

    private string Describe(ReviveClusterPlan plan) =>
        $"{(IsOfServers(plan) ? "Deployment" : "OpenShift cluster")} '{cluster.Name}': {string.Join(", ", plan.Instances.Select(i => i.Name))}";

    /// <summary>Nothing points to a cluster. MicroShift may be there.</summary>
    private bool IsOfServers(ReviveClusterPlan plan) => !plan.HasNodes && !cluster.IsOpen;

    private string DescribeAction(ReviveClusterPlan plan, ReviveClusterRequest request)
    {
        int stopped = plan.Started.Count(i => i.Status != ServerRules.Active);
        string start = stopped == 0 ? "Wait for it to be ready" : $"Start {CountText.Of(stopped, "server")}, wait for it to be ready";
        if (IsOfServers(plan))
        {
            string hosts = plan.Facts.Hosts.Count == 0 ? "" : $", wait for {string.Join(", ", plan.Facts.Hosts)}";
            return $"{(stopped == 0 ? "Wait for its servers" : $"Start {CountText.Of(stopped, "server")}")}{hosts}";
        }

        string conditions = request.WaitFor.Count == 0 ? "" : $", wait for {string.Join(", ", request.WaitFor)}";
        if (!plan.HasNodes)
        {
            return start + conditions;
        }

        string approve = request.CsrPolicy == CsrPolicy.Strict ? "approve its kubelets' signing requests, " : "";
        string uncordon = plan.Record is null ? "all nodes" : "the nodes that were cordoned for the snapshot";
        return $"{start}, {approve}uncordon {uncordon}{conditions}";
    }
}

/// <summary>Which cluster to revive, and how.</summary>
public sealed record ReviveClusterRequest
{
    /// <summary>The servers of the deployment.</summary>
    public required InstanceSource Source { get; init; }

    /// <summary>The cluster before its shutdown; null if the caller has no record.</summary>
    public ClusterRecord? Record { get; init; }

    /// <summary>What to do with the kubelets' certificate requests.</summary>
    public CsrPolicy CsrPolicy { get; init; } = CsrPolicy.Strict;

    /// <summary>ClusterOperators that may stay unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>What else has to work, as <c>KIND[.GROUP][/NAMESPACE]/NAME:CONDITION[=STATUS]</c>:
    /// <c>openstackcontrolplane/*:Ready</c>.</summary>
    public IReadOnlyList<string> WaitFor { get; init; } = [];

    /// <summary>Try the revival even if the record says that it is too late.</summary>
    public bool Force { get; init; }

    /// <summary>How long the operators have to be stable without a break, round after round: each counts from the end of the one before,
    /// or from the last change since. A first round that is shorter than the second is the beginning of it. Short rounds are
    /// faster than a single long one, which starts again at every change.</summary>
    public IReadOnlyList<TimeSpan> StableFor { get; init; } = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)];

    /// <summary>The wait before the operators are read if the cluster has just booted: until their leaders run, their status is of
    /// before the shutdown.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a round of stability may be tried while there is progress.</summary>
    public int MaxRounds { get; init; } = 5;

    /// <summary>For the whole run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(90);

    /// <summary>The pause between two polls. The run polls servers and signing requests no more often than every two seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
