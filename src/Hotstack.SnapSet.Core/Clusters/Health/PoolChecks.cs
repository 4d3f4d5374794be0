using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Health;

/// <summary>Whether all nodes have the configuration that they are to have.</summary>
internal static class PoolChecks
{
    private const string Name = "MachineConfigPools";

    /// <summary>Where the machine-config operator writes on a node how far it is with it.</summary>
    private const string Annotation = "machineconfiguration.openshift.io/";

    public static IEnumerable<ClusterCheck> Check(Reading<IReadOnlyList<MachineConfigPool>> reading, IReadOnlyList<Node> nodes) => reading.Value is { } pools
        ? pools.SelectMany(pool => Check(pool, nodes)).DefaultIfEmpty(new(Name, ClusterCheckResult.Unknown, "the cluster shows no machine config pools"))
        : [reading.Unknown(Name)];

    private static IEnumerable<ClusterCheck> Check(MachineConfigPool pool, IReadOnlyList<Node> nodes)
    {
        int cordoned = nodes.Count(node => node.IsUnschedulable && node.Roles.Contains(pool.Name) && IsAtItsConfiguration(node));
        Condition? degraded = pool.Conditions.Find("Degraded");
        Condition? updated = pool.Conditions.Find("Updated");
        Condition? updating = pool.Conditions.Find("Updating");
        bool isWhole = pool.MachineCount == pool.ReadyMachineCount && pool.MachineCount == pool.UpdatedMachineCount;
        bool isWholeButCordoned = cordoned > 0 && pool.ReadyMachineCount + cordoned >= pool.MachineCount
            && pool.UpdatedMachineCount + cordoned >= pool.MachineCount;
        string? problem = degraded is not { IsFalse: true } ? $"degraded: {ConditionText.Why(degraded)}"
            : isWholeButCordoned ? null
            : updated is not { IsTrue: true } || updating is not { IsFalse: true } ? $"not up to date: {ConditionText.Why(updating ?? updated)}"
            : !isWhole ? $"not whole: of {pool.MachineCount} nodes {pool.UpdatedMachineCount} are updated and {pool.ReadyMachineCount} ready"
                + " (one that is cordoned is not ready)"
            : null;
        yield return problem is null
            ? Of(pool, ClusterCheckResult.Passed, $"machine config pool {pool.Name} is up to date ({pool.MachineCount} nodes"
                + (cordoned > 0 ? $", of which the {cordoned} cordoned do not count as ready)" : ")"))
            : Of(pool, ClusterCheckResult.Failed, $"machine config pool {pool.Name} is {problem}");
        if (pool.IsPaused)
        {
            yield return Of(pool, ClusterCheckResult.Warning, $"machine config pool {pool.Name} is paused: its nodes do not get renewed authorities either");
        }
    }

    /// <summary>A node is cordoned while its configuration is changed, too; then it does not have the one that it is to have.</summary>
    private static bool IsAtItsConfiguration(Node node) =>
        node.Meta.Annotations.TryGetValue(Annotation + "currentConfig", out string? current)
        && node.Meta.Annotations.TryGetValue(Annotation + "desiredConfig", out string? desired) && current == desired
        && node.Meta.Annotations.GetValueOrDefault(Annotation + "state") == "Done";

    private static ClusterCheck Of(MachineConfigPool pool, string result, string message) => new(Name, result, message) { Target = pool.Name };
}
