using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>A node and the server that it runs on.</summary>
/// <param name="Node">The node, as the cluster shows it.</param>
/// <param name="Instance">Its server.</param>
/// <param name="Known">What of its names and addresses is its own, by its server.</param>
internal sealed record NodeServer(V1Node Node, Instance Instance, KnownNode Known)
{
    public override string ToString() => Node.Name;
}
