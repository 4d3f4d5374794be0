using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>When a node was last heard of.</summary>
/// <param name="Age">How long ago, by the cluster's clock; null if it never was, or if we cannot see it.</param>
/// <param name="Limit">Older than this, the node is silent.</param>
internal readonly record struct NodeHeartbeat(TimeSpan? Age, TimeSpan Limit)
{
    /// <summary>Where the nodes' leases are.</summary>
    public static readonly ListQuery Leases = new() { Namespace = "kube-node-lease" };

    /// <summary>A kubelet renews its lease every 10 s.</summary>
    public static readonly TimeSpan LeaseLimit = TimeSpan.FromMinutes(2);

    /// <summary>The conditions of a node are confirmed every 5 minutes only while they do not change.</summary>
    private static readonly TimeSpan ConditionLimit = TimeSpan.FromMinutes(6);

    public bool IsSilent => Age > Limit;

    /// <summary>By its lease, or the condition that it is ready, whichever was younger when it was read.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nodeAt">When it was read, by the cluster's clock: not when all else was.</param>
    /// <param name="leases">The nodes' leases; null if they could not be read.</param>
    /// <param name="leasesAt">When those were read.</param>
    public static NodeHeartbeat Of(V1Node node, DateTimeOffset nodeAt, IEnumerable<V1Lease>? leases, DateTimeOffset leasesAt)
    {
        TimeSpan? lease = leasesAt - leases?.FirstOrDefault(l => l.Name == node.Name)?.Spec?.RenewTime;
        TimeSpan? condition = nodeAt - node.Conditions.Find("Ready")?.LastHeartbeatTime;
        return new(lease is null || condition < lease ? condition : lease, lease is null ? ConditionLimit : LeaseLimit);
    }
}
