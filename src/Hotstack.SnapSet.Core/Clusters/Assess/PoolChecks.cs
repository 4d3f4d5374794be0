using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether all nodes have the newest configuration of their machine config pool.</summary>
/// <remarks>
/// The machine-config operator calls a pool updating also if a node is only cordoned (pkg/controller/node/status.go: a cordoned node is
/// not ready). Such a pool passes if each of its nodes shows the pool's newest configuration, and only cordoned nodes are missing.
/// A cordon never stands for a missing update.
/// </remarks>
internal static class PoolChecks
{
    public static IEnumerable<ClusterCheck> Check(Reading<IReadOnlyList<MachineConfigPool>> reading, IReadOnlyList<V1Node> nodes)
    {
        if (reading.Value is not { } pools)
        {
            return [ClusterCheck.Unknown(CheckName.MachineConfigPools, reading)];
        }

        if (pools.Count == 0)
        {
            return [new(CheckName.MachineConfigPools, ClusterCheckResult.Unknown, "the cluster shows no machine config pools")];
        }

        var members = new PoolMembers(pools, nodes);
        return [.. pools.SelectMany(pool => Check(pool, members.Of(pool))), .. members.Contested.Select(Contested)];
    }

    private static IEnumerable<ClusterCheck> Check(MachineConfigPool pool, IReadOnlyList<V1Node> members)
    {
        if (pool.NodeSelector.UnknownOperator is { } unknown)
        {
            yield return Of(pool, ClusterCheckResult.Unknown,
                $"the nodes of machine config pool {pool.Name} are not known: its node selector has the unknown operator '{unknown}'");
        }

        if (ProblemOf(pool, members) is { } problem)
        {
            yield return problem;
        }
        else
        {
            V1Node[] cordoned = IsWhole(pool) ? [] : [.. members.Where(node => node.IsUnschedulable)];
            bool isByOthers = Array.Exists(cordoned, Cordon.WasBefore);
            yield return Of(
                pool, isByOthers ? ClusterCheckResult.Warning : ClusterCheckResult.Passed,
                $"machine config pool {pool.Name} is up to date ({CountText.Of(pool.MachineCount, "node")}"
                + (cordoned.Length > 0
                    ? $", of which the cordoned {NameList.Short([.. cordoned.Select(n => n.Name)])} do not count as ready)"
                    : ")")
                + (isByOthers ? "; its operator calls it updating as long as they are cordoned" : ""));
            if (pool.IsPaused)
            {
                // https://docs.redhat.com/en/documentation/openshift_container_platform, "Pausing the machine config pools": a paused pool
                // does not get the renewed kube-apiserver-to-kubelet-signer.
                yield return Of(pool, ClusterCheckResult.Warning,
                    $"machine config pool {pool.Name} is paused: its nodes do not get renewed authorities either");
            }
        }
    }

    /// <returns>Null if the pool is up to date, or only cordoned nodes make it look otherwise.</returns>
    private static ClusterCheck? ProblemOf(MachineConfigPool pool, IReadOnlyList<V1Node> members)
    {
        Condition? degraded = pool.Conditions.Find("Degraded");
        Condition? updated = pool.Conditions.Find("Updated");
        Condition? updating = pool.Conditions.Find("Updating");
        string counts =
            $"{pool.UpdatedMachineCount} of {CountText.Of(pool.MachineCount, "node")} are updated and {pool.ReadyMachineCount} ready";
        return degraded is not { IsFalse: true }
            ? Failed(pool, $"{(degraded is { IsTrue: true } ? "" : "perhaps ")}degraded: {degraded.Why()}")
            : IsWhole(pool) || IsOnlyCordoned(pool, members) ? null
            : pool.IsPaused ? Paused(pool, members, counts, (updating ?? updated).Why())
            : updated is { IsTrue: true } && updating is { IsFalse: true }
                ? Failed(pool, $"incomplete: {counts} (a cordoned node does not count as ready)")
            : Failed(pool, $"not up to date ({counts}): {(updating is { IsTrue: true } ? updating : updated).Why()}");
    }

    private static bool IsWhole(MachineConfigPool pool) =>
        pool.Conditions.Find("Updated") is { IsTrue: true } && pool.Conditions.Find("Updating") is { IsFalse: true }
        && pool.MachineCount == pool.ReadyMachineCount && pool.MachineCount == pool.UpdatedMachineCount;

    private static bool IsOnlyCordoned(MachineConfigPool pool, IReadOnlyList<V1Node> members)
    {
        int cordoned = members.Count(node => node.IsUnschedulable);
        return cordoned > 0 && members.Count == pool.MachineCount && pool.UpdatedMachineCount == pool.MachineCount
            && pool.ReadyMachineCount + cordoned >= pool.MachineCount && members.All(node => IsAtTheConfigurationOf(pool, node));
    }

    private static ClusterCheck Paused(MachineConfigPool pool, IReadOnlyList<V1Node> members, string counts, string why) =>
        IsBehind(pool, members)
            ? Failed(
                pool, $"paused while its nodes lack changes ({counts}): {why}; set spec.paused of the pool to false to apply the changes")
                with { NeedsAction = true }
            : Failed(pool, $"paused and incomplete: {counts}");

    /// <summary>Its nodes lack changes. A node that is only not ready lacks none.</summary>
    private static bool IsBehind(MachineConfigPool pool, IReadOnlyList<V1Node> members) =>
        pool.UpdatedMachineCount < pool.MachineCount || members.Any(node => !IsAtTheConfigurationOf(pool, node));

    /// <summary>The node has the pool's configuration, wants no other, and is done.</summary>
    private static bool IsAtTheConfigurationOf(MachineConfigPool pool, V1Node node) =>
        pool.TargetConfiguration is { } target && MachineConfigState.IsDone(node)
        && MachineConfigState.Of(node, "currentConfig") == target;

    private static ClusterCheck Contested((V1Node Node, IReadOnlyList<string> Pools) contested) => new(
        CheckName.MachineConfigPools, ClusterCheckResult.Failed,
        $"node {contested.Node.Name} is claimed by several custom machine config pools ({string.Join(", ", contested.Pools)}), "
        + "so it is in none of them and gets no changes; remove the labels of all pools but one from the node")
    {
        Target = contested.Node.Name,
        NeedsAction = true,
    };

    private static ClusterCheck Failed(MachineConfigPool pool, string problem) =>
        Of(pool, ClusterCheckResult.Failed, $"machine config pool {pool.Name} is {problem}");

    private static ClusterCheck Of(MachineConfigPool pool, string result, string message) =>
        new(CheckName.MachineConfigPools, result, message) { Target = pool.Name };
}

/// <summary>The machine config pool of each node.</summary>
/// <remarks>
/// The rule is that of the machine-config operator (pkg/helpers/helpers.go, <c>GetPoolsForNode</c> and <c>ListPools</c>): a pool's
/// <c>spec.nodeSelector</c> selects its nodes; an empty one selects none. Of several pools, <c>master</c> comes before a custom one, and
/// a custom one before <c>worker</c>. A node of two custom pools is in none, and nobody updates it. Windows nodes are in none.
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
        Contested =
        [
            .. placed.Where(p => p.Pools.Count > 1)
                .Select(p => (p.Node, (IReadOnlyList<string>)[.. p.Pools.Select(pool => pool.Name)])),
        ];
    }

    /// <summary>The nodes that several custom pools claim, with the names of those pools. They are in no pool.</summary>
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
