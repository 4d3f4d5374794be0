using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Finds a shutdown that an earlier run has begun and not finished, and plans how it goes on.</summary>
internal sealed class BegunSuspension(Cloud cloud, Cluster cluster, SuspendClusterRequest request, IActivity activity)
{
    /// <summary>What a node may take from its time to shut down until Nova shows it: services end, and Nova looks every ten minutes.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <returns>Null if none has begun: the cluster runs, or is down for another reason.</returns>
    public async Task<SuspensionPlan?> FindAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        IReadOnlyList<Instance> nodes = Roles.NodesAmong(instances);
        if (nodes.Count == 0)
        {
            return null;
        }

        BegunShutdown? noted = await new KeptRecord(cloud).ReadAsync(nodes, stop);
        BegunShutdown? kept = noted is { Holds: true } ? noted : null;
        var records = new ClusterRecords(cloud, cluster);
        if (nodes.All(IsOff))
        {
            if (kept is null)
            {
                activity.Warning(
                    $"All nodes of cluster '{cluster.Context}' are {ServerRules.ShutOff} already, so nothing of it can be recorded: "
                    + "neither until when it can be revived, nor which nodes were cordoned before.");
            }

            return Plan(kept is null ? records.Of(instances, null, []) : records.Of(instances, kept.Record), nodes, kept);
        }

        bool isBegun = nodes.Any(IsGoing)
            ? kept is not null || (noted is null && await AreCordonedByUsAsync(stop))
            : await IsDueAsync(kept, stop);
        if (!isBegun)
        {
            return null;
        }

        activity.Warning(
            $"A shutdown of cluster '{cluster.Context}' has begun and is gone on with: checks, backup and drain are not made again. "
            + $"Off: {Names(nodes.Where(IsOff))}; still running: {Names(nodes.Where(i => !IsOff(i)))}.");
        ClusterRecord record = kept is null
            ? await RecordNowAsync(records, instances, stop)
            : records.Of(instances, kept.Record);
        return Plan(record, nodes, kept);
    }

    private static bool IsOff(Instance instance) => instance.Status == ServerRules.ShutOff;

    private static bool IsGoing(Instance instance) => IsOff(instance) || instance.TaskState == "powering-off";

    private static string Names(IEnumerable<Instance> instances) => string.Join(", ", instances) is { Length: > 0 } names ? names : "none";

    /// <summary>All nodes run. Soon after their time they may be about to go; later they are if nothing of the cluster answers
    /// any more. If it does, somebody took the shutdown back.</summary>
    private async Task<bool> IsDueAsync(BegunShutdown? kept, CancellationToken stop) =>
        kept?.DueAt is { } due && (cloud.Now < due + Grace || await ListNodesAsync(stop) is null);

    /// <summary>Where the record could not be kept, the nodes themselves may tell as long as a majority of the masters runs.</summary>
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

    /// <summary>What can still be read of a cluster that is half down; its dates are as they were.</summary>
    private async Task<ClusterRecord> RecordNowAsync(ClusterRecords records, IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        ClusterReport report = await new TestCluster(cluster).RunAsync(
            new TestClusterRequest { IgnoreOperators = request.IgnoreOperators, IgnoreApiServices = request.IgnoreApiServices, CloudNow = cloud.IsTimeKnown ? cloud.Now : null }, activity, stop);
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        // What does not work now may be so because half of the cluster is down.
        return records.Of(
            instances, report, await new MatchNodes(cloud, cluster, activity).RunAsync(nodes, instances, stop)) with
        {
            BrokenApiServices = [],
            BrokenOperators = [],
            BrokenInstalledOperators = [],
        };
    }

    private SuspensionPlan Plan(ClusterRecord record, IReadOnlyList<Instance> nodes, BegunShutdown? kept) => new()
    {
        Record = record,
        NodeServers = nodes,
        // What was begun by Nova is armed nowhere.
        Method = kept is { DueAt: null } ? ShutdownMethod.Nova : request.Method,
        IsBegun = true,
    };
}
