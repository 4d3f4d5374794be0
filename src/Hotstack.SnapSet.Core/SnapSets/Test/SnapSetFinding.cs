using Hotstack.Deployments;

namespace Hotstack.SnapSets;

/// <summary>The result of one check of a SnapSet.</summary>
/// <param name="SnapSetId">The set.</param>
/// <param name="Member">The member; null for the whole set.</param>
/// <param name="Check">The check: <c>Present</c>, <c>Active</c>, <c>Tagged</c>, <c>Sized</c>, <c>Unique</c>, <c>VolumeSnapshots</c>,
/// <c>Counted</c>, <c>Revivable</c>, <c>Blueprint</c>.</param>
/// <param name="Result">A word of <see cref="SnapSetCheckResult"/>.</param>
/// <param name="Message">The reason, in a sentence.</param>
/// <param name="Target">The id of the image or volume snapshot; null for the whole set.</param>
public sealed record SnapSetFinding(
    string SnapSetId, string? Member, string Check, string Result, string Message, string? Target)
{
    /// <summary>The id of the set's project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    internal static string ResultOf(ReviveWindowState state) => state switch
    {
        ReviveWindowState.Unattended => SnapSetCheckResult.Passed,
        ReviveWindowState.Expired => SnapSetCheckResult.Failed,
        _ => SnapSetCheckResult.Warning,
    };

    /// <summary>Result, member and message.</summary>
    public override string ToString() => $"{Result}: {(Member is null ? "" : $"{Member}: ")}{Message}";
}

/// <summary>The results of a check.</summary>
/// <remarks>Strings instead of an enum, so that they stay words in JSON, in jobs and after Export-Clixml.</remarks>
public static class SnapSetCheckResult
{
    /// <summary>The check passed.</summary>
    public const string Passed = nameof(Passed);

    /// <summary>The set can be used, but something could not be checked or is unusual.</summary>
    public const string Warning = nameof(Warning);

    /// <summary>The set cannot be used.</summary>
    public const string Failed = nameof(Failed);

    /// <summary>The order for display: failures first.</summary>
    internal static readonly string[] WorstFirst = [Failed, Warning, Passed];
}
