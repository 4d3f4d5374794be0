namespace Hotstack.SnapSets.Find;

/// <summary>Conditions on what is recorded with a set; all that are given must hold. Patterns have wildcards.</summary>
public sealed record SnapSetConditions
{
    /// <summary>A pattern of the stack's name.</summary>
    public string? StackName { get; init; }

    /// <summary>A pattern of the scenario.</summary>
    public string? Scenario { get; init; }

    /// <summary>A pattern of the cluster's version: <c>4.18*</c>.</summary>
    public string? ClusterVersion { get; init; }

    /// <summary>Labels that it must have: a pattern of the text by the literal key.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Its cluster revives by itself for no longer than this, or no more. Sets without a recorded date are not among them.</summary>
    public TimeSpan? ExpiringWithin { get; init; }

    /// <summary>Whether a set fulfils them.</summary>
    public bool Hold(SnapSet set) => Hold(set.Facts, set.ClusterVersion, set.UnattendedUntil ?? set.AssistedUntil, set.ReadAt);

    /// <summary>Whether a set fulfils them of which this is recorded.</summary>
    internal bool Hold(SnapSetFacts facts, string? clusterVersion, DateTimeOffset? until, DateTimeOffset now) =>
        IsLike(facts.StackName, StackName) && IsLike(facts.Scenario, Scenario) && IsLike(clusterVersion, ClusterVersion)
        && facts.Labels.Match(Labels)
        && (ExpiringWithin is not { } time || until - now <= time);

    /// <summary>What a message says of them after the word SnapSet; empty if there are none.</summary>
    internal string Description()
    {
        string[] all =
        [
            .. If(StackName, $" of stack '{StackName}'"),
            .. If(Scenario, $" of scenario '{Scenario}'"),
            .. If(ClusterVersion, $" of a cluster of version '{ClusterVersion}'"),
            .. Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $" with the label {label.Key} '{label.Value}'"),
            .. ExpiringWithin is { } time ? [$" expiring within {TimeText.Of(time)}"] : Array.Empty<string>(),
        ];
        return string.Concat(all);
    }

    private static bool IsLike(string? text, string? pattern) => pattern is null || Wildcard.Matches(text ?? "", pattern);

    private static string[] If(string? pattern, string text) => pattern is null ? [] : [text];
}
