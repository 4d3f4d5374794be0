using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Leases: their holders renew them.</summary>
internal sealed class LeaseKind(
    ObjectStore store, ClusterClock clock, ControlPlane control, IReadOnlyList<ClusterNode> nodes, NodeKubelets kubelets)
    : Kind(ResourceTypes.Leases, store)
{
    public const string NodeNamespace = "kube-node-lease";

    public override JsonObject View(JsonObject stored)
    {
        if (RenewedAt(stored) is not { } renewed)
        {
            return stored;
        }

        var view = stored.Copy();
        view.Child("spec")["renewTime"] = (renewed + clock.Skew).KubeMicro();
        return view;
    }

    private DateTimeOffset? RenewedAt(JsonObject lease)
    {
        if (lease.Namespace() == NodeNamespace)
        {
            return Node(lease.Name()) is { } node ? kubelets.LastBeat(node) : null;
        }

        // What runs on a master renews its lease every ten seconds.
        var beat = clock.Scaled(clock.Durations.Heartbeat);
        var holder = lease.Text("metadata", "annotations", "kubernetes.io/hostname");
        return holder is not null && Node(holder) is { } master && control.IsReady && master.IsOn
            ? new DateTimeOffset(clock.Now.Ticks - (clock.Now.Ticks % Math.Max(beat.Ticks, 1)), TimeSpan.Zero)
            : null;
    }

    private ClusterNode? Node(string name) => nodes.FirstOrDefault(n => n.Name == name);
}
