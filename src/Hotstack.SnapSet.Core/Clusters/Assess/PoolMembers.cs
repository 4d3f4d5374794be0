using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Which machine config pool each node belongs to.</summary>
/// <remarks>
/// The rule is that of the machine-config operator (pkg/helpers/helpers.go, <c>GetPoolsForNode</c> and <c>ListPools</c>): a pool's
/// <c>spec.nodeSelector</c> says which nodes it is for, and an empty one is for none. Of several pools, <c>master</c> comes before a custom
/// one, and a custom one before <c>worker</c>. A node of two custom pools is in none, and nobody updates it. Windows nodes are in none.
/// </remarks>
internal sealed class PoolMembers
{
    private const string Master = "master";
    private const string Worker = "worker";

    private readonly ILookup<string, V1Node> _members;

    public PoolMembers(IReadOnlyList<MachineConfigPool> pools, IReadOnlyList<V1Node> nodes)
    {
        var placed = nodes.Select(node => (Node: node, Pools: PoolsFor(node, pools))).ToList();
        _members = placed.Where(p => p.Pools.Count == 1).ToLookup(p => p.Pools[0].Name, p => p.Node);
        Contested = [.. placed.Where(p => p.Pools.Count > 1).Select(p => (p.Node, (IReadOnlyList<string>)[.. p.Pools.Select(pool => pool.Name)]))];
    }

    /// <summary>The nodes that are in no pool because several custom ones claim them, with the names of those.</summary>
    public IReadOnlyList<(V1Node Node, IReadOnlyList<string> Pools)> Contested { get; }

    /// <summary>The nodes of a pool.</summary>
    public IReadOnlyList<V1Node> Of(MachineConfigPool pool) => [.. _members[pool.Name]];

    /// <returns>The pool of the node, none, or all custom pools that claim it.</returns>
    private static List<MachineConfigPool> PoolsFor(V1Node node, IReadOnlyList<MachineConfigPool> pools)
    {
        List<MachineConfigPool> matching = node.Labels.GetValueOrDefault("kubernetes.io/os") == "windows"
            ? []
            : [.. pools.Where(pool => !pool.NodeSelector.IsEmpty && pool.NodeSelector.Matches(node.Labels))];
        List<MachineConfigPool> custom = [.. matching.Where(pool => pool.Name is not (Master or Worker))];
        return custom.Count > 1 ? custom
            : matching.Find(pool => pool.Name == Master) is { } master ? [master]
            : custom.Count == 1 ? custom
            : matching;
    }
}
