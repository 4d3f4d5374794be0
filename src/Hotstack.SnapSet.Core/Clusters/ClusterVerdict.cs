namespace Hotstack.Clusters;

/// <summary>Whether a cluster can be shut down now and revived later.</summary>
/// <remarks>Words, not an enum, so that they stay words in JSON, after Export-Clixml and in jobs.</remarks>
public static class ClusterVerdict
{
    /// <summary>It can.</summary>
    public const string Safe = nameof(Safe);

    /// <summary>It cannot yet: a check failed.</summary>
    public const string NotYet = nameof(NotYet);

    /// <summary>No check failed, but some could not be made. Never the same as safe.</summary>
    public const string Unknown = nameof(Unknown);

    /// <summary>It can never: another cluster hosts its control plane.</summary>
    public const string NotSupported = nameof(NotSupported);
}

/// <summary>The verdict of several checks.</summary>
/// <param name="Verdict">A failed check outweighs an unknown one, an unknown one all that passed.</param>
/// <param name="Eta">When all checks should pass; null if that is now, or unknown for one of them.</param>
/// <param name="Reasons">The messages of the failed checks, then of the unknown ones.</param>
internal sealed record ClusterJudgement(string Verdict, DateTimeOffset? Eta, IReadOnlyList<string> Reasons)
{
    /// <summary>The reasons that waiting cannot fix.</summary>
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
