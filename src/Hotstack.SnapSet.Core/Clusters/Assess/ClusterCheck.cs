namespace Hotstack.Clusters;

/// <summary>The finding of one check of a cluster.</summary>
/// <param name="Check">The name of the check: <c>Operators</c>, <c>KubeletCertificates</c>.</param>
/// <param name="Result">The result: a word of <see cref="ClusterCheckResult"/>.</param>
/// <param name="Message">The reason, in a sentence.</param>
public sealed record ClusterCheck(string Check, string Result, string Message)
{
    /// <summary>The node, operator, secret or other object that it is about; null for the whole cluster.</summary>
    public string? Target { get; init; }

    /// <summary>When it should pass; null if that is not known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Waiting does not make it pass: somebody has to act.</summary>
    internal bool NeedsAction { get; init; }

    /// <summary>It failed, but does not count.</summary>
    internal bool IsExcused { get; init; }

    /// <summary>It failed, is unknown, or is a warning.</summary>
    internal bool IsProblem => Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown or ClusterCheckResult.Warning;

    /// <summary>The check as a warning if something excuses its result.</summary>
    /// <param name="excuse">Why it does not count; null if it counts.</param>
    internal ClusterCheck ExcusedBy(string? excuse) => excuse is null || !IsProblem ? this
        : this with { Result = ClusterCheckResult.Warning, Message = $"{Message} ({excuse})", IsExcused = true };

    /// <summary>A check whose source could not be read.</summary>
    internal static ClusterCheck Unknown<T>(string check, Reading<T> source) =>
        new(check, ClusterCheckResult.Unknown, source.Problem ?? "");

    /// <summary>A check whose source the cluster itself has to serve: it fails if the cluster did not.</summary>
    internal static ClusterCheck FailedOrUnknown<T>(string check, Reading<T> source) =>
        new(check, source.IsFailure ? ClusterCheckResult.Failed : ClusterCheckResult.Unknown, source.Problem ?? "");

    /// <summary>Failed checks first, skipped ones last.</summary>
    internal static Listing<ClusterCheck> WorstFirst(IEnumerable<ClusterCheck> checks) =>
        [.. checks.OrderBy(check => Array.IndexOf(ClusterCheckResult.WorstFirst, check.Result))];

    /// <summary>The result and its reason.</summary>
    public override string ToString() => $"{Result}: {Message}";
}

/// <summary>The results of a check.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class ClusterCheckResult
{
    /// <summary>As it should be.</summary>
    public const string Passed = nameof(Passed);

    /// <summary>Left out on purpose, or there is nothing to compare with.</summary>
    public const string Skipped = nameof(Skipped);

    /// <summary>Worth knowing, and no obstacle.</summary>
    public const string Warning = nameof(Warning);

    /// <summary>It could not be found out. This never counts as passed.</summary>
    public const string Unknown = nameof(Unknown);

    /// <summary>Not as it should be.</summary>
    public const string Failed = nameof(Failed);

    internal static readonly string[] WorstFirst = [Failed, Unknown, Warning, Passed, Skipped];
}

/// <summary>Whether a cluster may be shut down now and can be revived later.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class ClusterVerdict
{
    /// <summary>It may be shut down.</summary>
    public const string Safe = nameof(Safe);

    /// <summary>It must not be shut down: a check failed.</summary>
    public const string NotYet = nameof(NotYet);

    /// <summary>No check failed, but one is unknown. This is never safe.</summary>
    public const string Unknown = nameof(Unknown);

    /// <summary>It cannot be frozen, and waiting does not change that: another cluster hosts its control plane.</summary>
    public const string NotSupported = nameof(NotSupported);

    /// <summary>It is not OpenShift: MicroShift, or servers alone. Nothing has to be waited for before a shutdown.</summary>
    public const string NotApplicable = nameof(NotApplicable);
}

/// <summary>The judgement of several checks.</summary>
/// <param name="Verdict">A failed check outweighs an unknown one, an unknown one all that passed.</param>
/// <param name="Eta">When all should pass; null if they do, or if that is not known of one of them.</param>
/// <param name="Reasons">What failed, then what is unknown.</param>
internal sealed record ClusterJudgement(string Verdict, DateTimeOffset? Eta, IReadOnlyList<string> Reasons)
{
    /// <summary>How many of the checks that count pass.</summary>
    public Tally Passed { get; init; }

    /// <summary>The first two reasons, and how many more there are: progress is a line.</summary>
    public string ReasonsInShort => string.Join("; ", Reasons.Take(2))
        + (Reasons.Count > 2 ? $"; and {CountText.Of(Reasons.Count - 2, "more reason")}" : "");

    /// <summary>The failures that waiting does not fix.</summary>
    public IReadOnlyList<string> NeedsAction { get; init; } = [];

    public static ClusterJudgement Of(IEnumerable<ClusterCheck> checks)
    {
        ILookup<string, ClusterCheck> byResult = checks.ToLookup(check => check.Result);
        ClusterCheck[] failed = [.. byResult[ClusterCheckResult.Failed]];
        ClusterCheck[] unknown = [.. byResult[ClusterCheckResult.Unknown]];
        string verdict = failed.Length > 0 ? ClusterVerdict.NotYet
            : unknown.Length > 0 ? ClusterVerdict.Unknown
            : ClusterVerdict.Safe;
        int passed = byResult[ClusterCheckResult.Passed].Count();
        bool isForeseeable = unknown.Length == 0 && failed.All(check => check.Eta is not null);
        return new(
            verdict, isForeseeable ? failed.Max(check => check.Eta) : null,
            [.. failed.Concat(unknown).Select(check => check.Message).Distinct()])
        {
            Passed = new(passed, passed + failed.Length + unknown.Length, "checks pass"),
            NeedsAction = [.. failed.Where(check => check.NeedsAction).Select(check => check.Message).Distinct()],
        };
    }
}
