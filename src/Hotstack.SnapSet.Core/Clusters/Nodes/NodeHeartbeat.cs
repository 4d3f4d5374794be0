using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>The last heartbeat of a node.</summary>
/// <param name="Age">Its age by the cluster's clock; null if there is none, or it cannot be read.</param>
/// <param name="Limit">Older than this, the node is silent.</param>
internal readonly record struct NodeHeartbeat(TimeSpan? Age, TimeSpan Limit)
{
    /// <summary>The query for the nodes' leases.</summary>
    public static readonly ListQuery Leases = new() { Namespace = "kube-node-lease" };

    /// <summary>A kubelet renews its lease every 10 s.</summary>
    public static readonly TimeSpan LeaseLimit = TimeSpan.FromMinutes(2);

    /// <summary>A kubelet confirms unchanged conditions only every 5 minutes.</summary>
    private static readonly TimeSpan ConditionLimit = TimeSpan.FromMinutes(6);

    public bool IsSilent => Age > Limit;

    /// <summary>The younger one of the lease and the condition <c>Ready</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nodeAt">When the node was read, by the cluster's clock.</param>
    /// <param name="leases">The nodes' leases; null if they could not be read.</param>
    /// <param name="leasesAt">When the leases were read.</param>
    public static NodeHeartbeat Of(V1Node node, DateTimeOffset nodeAt, IEnumerable<V1Lease>? leases, DateTimeOffset leasesAt)
    {
        TimeSpan? lease = leasesAt - leases?.FirstOrDefault(l => l.Name == node.Name)?.Spec?.RenewTime;
        TimeSpan? condition = nodeAt - node.Conditions.Find("Ready")?.LastHeartbeatTime;
        return new(lease is null || condition < lease ? condition : lease, lease is null ? ConditionLimit : LeaseLimit);
    }
}
