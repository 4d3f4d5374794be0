namespace Hotstack.Clusters;

/// <summary>What one check of a cluster found.</summary>
/// <param name="Check">What was checked: <c>Operators</c>, <c>KubeletCertificates</c>.</param>
/// <param name="Result">How it came out: a word of <see cref="ClusterCheckResult"/>.</param>
/// <param name="Message">The reason, in a sentence.</param>
public sealed record ClusterCheck(string Check, string Result, string Message)
{
    /// <summary>The node, operator, secret or other object that it is about; null for the whole cluster.</summary>
    public string? Target { get; init; }

    /// <summary>When it should come out as passed, where that is known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>No waiting makes it pass: somebody has to act.</summary>
    internal bool NeedsAction { get; init; }

    /// <summary>It would have failed, but does not count.</summary>
    internal bool IsExcused { get; init; }

    /// <summary>Not as it should be, or not certain, or worth knowing.</summary>
    internal bool IsProblem => Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown or ClusterCheckResult.Warning;

    /// <summary>The same, where something excuses it: then it is worth knowing, and no obstacle.</summary>
    /// <param name="excuse">Why it does not count; null if it does.</param>
    internal ClusterCheck ExcusedBy(string? excuse) =>
        excuse is null || !IsProblem ? this : this with { Result = ClusterCheckResult.Warning, Message = $"{Message} ({excuse})", IsExcused = true };

    /// <summary>Checks in the order in which one wants to read them.</summary>
    internal static Listing<ClusterCheck> WorstFirst(IEnumerable<ClusterCheck> checks) =>
        [.. checks.OrderBy(check => Array.IndexOf(ClusterCheckResult.WorstFirst, check.Result))];

    /// <summary>How it came out, and why.</summary>
    public override string ToString() => $"{Result}: {Message}";
}

/// <summary>How a check of a cluster came out.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class ClusterCheckResult
{
    /// <summary>As it should be.</summary>
    public const string Passed = nameof(Passed);

    /// <summary>It was left out on purpose, or because there is nothing to compare with.</summary>
    public const string Skipped = nameof(Skipped);

    /// <summary>Worth knowing, and no obstacle.</summary>
    public const string Warning = nameof(Warning);

    /// <summary>It could not be found out, which never counts as passed.</summary>
    public const string Unknown = nameof(Unknown);

    /// <summary>Not as it should be.</summary>
    public const string Failed = nameof(Failed);

    internal static readonly string[] WorstFirst = [Failed, Unknown, Warning, Passed, Skipped];
}
