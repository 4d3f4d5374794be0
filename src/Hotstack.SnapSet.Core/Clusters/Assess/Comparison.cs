namespace Hotstack.Clusters.Assess;

/// <summary>Comparisons with what a cluster was at its shutdown.</summary>
internal static class Comparison
{
    public static ClusterCheck Skipped(string check, string what) =>
        new(check, ClusterCheckResult.Skipped, $"no record of a shutdown is there to compare the {what} with");
}
