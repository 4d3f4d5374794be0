using Hotstack.SnapSets;

namespace Hotstack.Clusters;

/// <summary>A shutdown that can begin: everything that could be checked beforehand has been.</summary>
internal sealed record SuspensionPlan
{
    public required ClusterRecord Record { get; init; }

    public required IReadOnlyList<NodeServer> Nodes { get; init; }

    /// <summary>The nodes are shut off already; only other servers may still run.</summary>
    public bool IsDown { get; init; }

    public IReadOnlyList<NodeServer> Masters => [.. Nodes.Where(n => n.Node.IsMaster)];

    public IReadOnlyList<NodeServer> Workers => [.. Nodes.Where(n => !n.Node.IsMaster)];

    /// <summary>Servers of the deployment that are no nodes, the controller among them.</summary>
    public IReadOnlyList<Instance> Others => [.. Record.Instances.Where(i => Nodes.All(n => n.Instance.Id != i.Id))];
}
