namespace Hotstack.SnapSets;

/// <summary>What one check of a SnapSet found.</summary>
/// <param name="SnapSetId">The set.</param>
/// <param name="Member">The member; null where it is about the whole set.</param>
/// <param name="Check">What was checked: <c>Present</c>, <c>Active</c>, <c>Tagged</c>, <c>Sized</c>, <c>Unique</c>,
/// <c>VolumeSnapshots</c>, <c>Counted</c>, <c>Revivable</c>.</param>
/// <param name="Result">How it came out.</param>
/// <param name="Message">The reason, in a sentence.</param>
/// <param name="Target">The id of the image or volume snapshot that it is about; null for the whole set.</param>
public sealed record SnapSetFinding(
    string SnapSetId, string? Member, string Check, SnapSetCheckResult Result, string Message, string? Target);

/// <summary>How a check came out.</summary>
public enum SnapSetCheckResult
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>The set can be used, but something could not be checked or is not as it should be.</summary>
    Warning,

    /// <summary>The set cannot be used as it is.</summary>
    Failed,
}
