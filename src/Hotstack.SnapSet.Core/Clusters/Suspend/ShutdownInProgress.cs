using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Finds a shutdown that an earlier run began and did not finish, and plans how to resume it.</summary>
internal sealed class ShutdownInProgress(Cloud cloud, Cluster cluster, SuspendClusterRequest request, IActivity activity)
{
    /// <summary>The longest time from a node's scheduled shutdown until Nova shows it: services end, and Nova polls every ten minutes.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private readonly ClusterRecords _records = new(cloud, cluster);

    /// <returns>Null if no shutdown has begun: the cluster runs, or is down for another reason.</returns>
    public async Task<SuspendClusterPlan?> PlanAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        IReadOnlyList<Instance> nodes = Roles.NodesAmong(instances);
        if (nodes.Count == 0)
        {
            return null;
        }

        BegunShutdown? found = await new KeptRecord(cloud).ReadAsync(nodes, stop);
        BegunShutdown? begun = found is { Holds: true } ? found : null;
        if (nodes.All(IsOff))
        {
            return PlanOfOff(instances, nodes, begun);
        }

        bool isBegun = nodes.Any(IsShuttingDown)
            ? begun is not null || (found is null && await AreCordonedByUsAsync(stop))
            : await IsDueAsync(begun, stop);
        if (!isBegun)
        {
            return null;
        }

        activity.Warning(
            $"A shutdown of cluster '{cluster.Context}' has begun and is resumed: checks, backup and drain are not repeated. "
            + $"Off: {Names(nodes.Where(IsOff))}; still running: {Names(nodes.Where(i => !IsOff(i)))}.");
        ClusterRecord record = begun is null
            ? await RecordNowAsync(instances, stop)
            : _records.Of(instances, begun.Record);
        return Plan(record, nodes, begun);
    }

    private SuspendClusterPlan PlanOfOff(IReadOnlyList<Instance> instances, IReadOnlyList<Instance> nodes, BegunShutdown? begun)
    {
        if (begun is null)
        {
            activity.Warning(
                $"All nodes of cluster '{cluster.Context}' are {ServerRules.ShutOff} already, so the cluster cannot be recorded: "
                + "neither until when it can be revived, nor which nodes were cordoned before.");
        }

        return Plan(begun is null ? _records.Of(instances, null, []) : _records.Of(instances, begun.Record), nodes, begun);
    }

    private static bool IsOff(Instance instance) => instance.Status == ServerRules.ShutOff;

    private static bool IsShuttingDown(Instance instance) => IsOff(instance) || instance.TaskState == "powering-off";

    private static string Names(IEnumerable<Instance> instances) => string.Join(", ", instances) is { Length: > 0 } names ? names : "none";

    /// <summary>All nodes run. Shortly after the scheduled time they may be about to shut down; later they are if the API does not answer.
    /// If it answers, somebody cancelled the shutdown.</summary>
    private async Task<bool> IsDueAsync(BegunShutdown? begun, CancellationToken stop) =>
        begun?.DueAt is { } due && (cloud.Now < due + Grace || await ListNodesAsync(stop) is null);

    /// <summary>Without a record, the nodes' own marks count as long as a majority of the masters runs.</summary>
    private async Task<bool> AreCordonedByUsAsync(CancellationToken stop) =>
        await ListNodesAsync(stop) is { Count: > 0 } nodes && nodes.All(n => n.IsUnschedulable) && nodes.Any(Cordon.IsOurs);

    /// <returns>Null if the API does not answer.</returns>
    private async Task<IReadOnlyList<V1Node>?> ListNodesAsync(CancellationToken stop)
    {
        try
        {
            return (await cluster.ForPolling().ListNodesAsync(stop)).Items;
        }
        catch (HotstackException e) when (e.Cause is ErrorCause.ServiceUnavailable or ErrorCause.TimedOut)
        {
            return null;
        }
    }

    /// <summary>Records a cluster that is partly down: what is broken now may be so because of the shutdown, so it is not recorded.</summary>
    private async Task<ClusterRecord> RecordNowAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        var test = new TestClusterRequest
        {
            IgnoreOperators = request.IgnoreOperators,
            IgnoreApiServices = request.IgnoreApiServices,
            CloudNow = cloud.IsTimeKnown ? cloud.Now : null,
        };
        ClusterReport report = await new TestCluster(cluster).RunAsync(test, activity, stop);
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        IReadOnlyList<NodeServer> pairs = await new NodeMatching(cloud, cluster, activity).MatchForRecordAsync(nodes, instances, stop);
        return _records.Of(instances, report, pairs) with { BrokenApiServices = [], BrokenOperators = [], BrokenInstalledOperators = [] };
    }

    private SuspendClusterPlan Plan(ClusterRecord record, IReadOnlyList<Instance> nodes, BegunShutdown? begun) => new()
    {
        Record = record,
        NodeServers = nodes,
        // If Nova was to stop the nodes, none of them is armed.
        Method = begun is { DueAt: null } ? ShutdownMethod.Nova : request.Method,
        IsResumed = true,
    };
}
