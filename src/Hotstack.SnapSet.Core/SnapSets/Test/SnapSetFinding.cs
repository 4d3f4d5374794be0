namespace Hotstack.SnapSets;

/// <summary>What one check of a SnapSet found.</summary>
/// <param name="SnapSetId">The set.</param>
/// <param name="Member">The member; null where it is about the whole set.</param>
/// <param name="Check">What was checked: <c>Present</c>, <c>Active</c>, <c>Tagged</c>, <c>Sized</c>, <c>Unique</c>,
/// <c>VolumeSnapshots</c>, <c>Counted</c>, <c>Revivable</c>.</param>
/// <param name="Result">How it came out: a word of <see cref="SnapSetCheckResult"/>.</param>
/// <param name="Message">The reason, in a sentence.</param>
/// <param name="Target">The id of the image or volume snapshot that it is about; null for the whole set.</param>
public sealed record SnapSetFinding(
    string SnapSetId, string? Member, string Check, string Result, string Message, string? Target)
{
    /// <summary>The id of the project that the set belongs to; null where that is not known.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>How it came out, about what, and why.</summary>
    public override string ToString() => $"{Result}: {(Member is null ? "" : $"{Member}: ")}{Message}";
}

/// <summary>How a check came out.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class SnapSetCheckResult
{
    /// <summary>As it should be.</summary>
    public const string Passed = nameof(Passed);

    /// <summary>The set can be used, but something could not be checked or is not as it should be.</summary>
    public const string Warning = nameof(Warning);

    /// <summary>The set cannot be used as it is.</summary>
    public const string Failed = nameof(Failed);

    /// <summary>In the order in which one wants to read them.</summary>
    internal static readonly string[] WorstFirst = [Failed, Warning, Passed];
}
