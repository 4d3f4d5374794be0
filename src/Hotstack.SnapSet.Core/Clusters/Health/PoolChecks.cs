using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Health;

/// <summary>Whether all nodes have the configuration that they are to have.</summary>
internal static class PoolChecks
{
    private const string Name = "MachineConfigPools";

    public static IEnumerable<ClusterCheck> Check(Reading<IReadOnlyList<MachineConfigPool>> reading) => reading.Value is { } pools
        ? pools.SelectMany(Check).DefaultIfEmpty(new(Name, ClusterCheckResult.Unknown, "the cluster shows no machine config pools"))
        : [reading.Unknown(Name)];

    private static IEnumerable<ClusterCheck> Check(MachineConfigPool pool)
    {
        Condition? degraded = pool.Conditions.Find("Degraded");
        Condition? updated = pool.Conditions.Find("Updated");
        Condition? updating = pool.Conditions.Find("Updating");
        bool isWhole = pool.MachineCount == pool.ReadyMachineCount && pool.MachineCount == pool.UpdatedMachineCount;
        string? problem = degraded is not { IsFalse: true } ? $"degraded: {ConditionText.Why(degraded)}"
            : updated is not { IsTrue: true } || updating is not { IsFalse: true } ? $"not up to date: {ConditionText.Why(updating ?? updated)}"
            : !isWhole ? $"not whole: of {pool.MachineCount} nodes {pool.UpdatedMachineCount} are updated and {pool.ReadyMachineCount} ready"
                + " (one that is cordoned is not ready)"
            : null;
        yield return problem is null
            ? Of(pool, ClusterCheckResult.Passed, $"machine config pool {pool.Name} is up to date ({pool.MachineCount} nodes)")
            : Of(pool, ClusterCheckResult.Failed, $"machine config pool {pool.Name} is {problem}");
        if (pool.IsPaused)
        {
            yield return Of(pool, ClusterCheckResult.Warning, $"machine config pool {pool.Name} is paused: its nodes do not get renewed authorities either");
        }
    }

    private static ClusterCheck Of(MachineConfigPool pool, ClusterCheckResult result, string message) => new(Name, result, message) { Target = pool.Name };
}
