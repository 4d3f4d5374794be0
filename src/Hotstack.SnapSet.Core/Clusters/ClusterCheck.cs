namespace Hotstack.Clusters;

/// <summary>What one check of a cluster found.</summary>
/// <param name="Check">What was checked: <c>Operators</c>, <c>KubeletCertificates</c>.</param>
/// <param name="Result">How it came out.</param>
/// <param name="Message">The reason, in a sentence.</param>
public sealed record ClusterCheck(string Check, ClusterCheckResult Result, string Message)
{
    /// <summary>The node, operator, secret or other object that it is about; null for the whole cluster.</summary>
    public string? Target { get; init; }

    /// <summary>When it should come out as passed, where that is known.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>How it came out, and why.</summary>
    public override string ToString() => $"{Result}: {Message}";
}

/// <summary>How a check of a cluster came out.</summary>
public enum ClusterCheckResult
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>It was left out on purpose, or because there is nothing to compare with.</summary>
    Skipped,

    /// <summary>Worth knowing, and no obstacle.</summary>
    Warning,

    /// <summary>It could not be found out, which never counts as passed.</summary>
    Unknown,

    /// <summary>Not as it should be.</summary>
    Failed,
}
