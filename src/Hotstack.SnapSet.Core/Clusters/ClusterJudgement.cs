namespace Hotstack.Clusters;

/// <summary>What checks amount to.</summary>
/// <param name="Verdict">A failed check outweighs an unknown one, an unknown one all that passed.</param>
/// <param name="Eta">When all should have passed; null where that is now, or where one of them does not tell.</param>
/// <param name="Reasons">Why it is not safe: what failed, then what is unknown.</param>
internal sealed record ClusterJudgement(string Verdict, DateTimeOffset? Eta, IReadOnlyList<string> Reasons)
{
    /// <summary>The reasons that waiting cannot fix; empty if there are none.</summary>
    public IReadOnlyList<string> NeedsAction { get; init; } = [];

    public static ClusterJudgement Of(IEnumerable<ClusterCheck> checks)
    {
        ILookup<string, ClusterCheck> byResult = checks.ToLookup(check => check.Result);
        ClusterCheck[] failed = [.. byResult[ClusterCheckResult.Failed]];
        ClusterCheck[] unknown = [.. byResult[ClusterCheckResult.Unknown]];
        string verdict = failed.Length > 0 ? ClusterVerdict.NotYet
            : unknown.Length > 0 ? ClusterVerdict.Unknown
            : ClusterVerdict.Safe;
        bool isForeseeable = unknown.Length == 0 && failed.All(check => check.Eta is not null);
        return new(verdict, isForeseeable ? failed.Max(check => check.Eta) : null, [.. failed.Concat(unknown).Select(check => check.Message).Distinct()])
        {
            NeedsAction = [.. failed.Where(check => check.NeedsAction).Select(check => check.Message).Distinct()],
        };
    }
}
