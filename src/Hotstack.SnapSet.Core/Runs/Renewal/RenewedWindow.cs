using Hotstack.SnapSets;

namespace Hotstack.Runs.Renewal;

/// <summary>Compares until when the clusters of an old and a new set revive by themselves.</summary>
internal static class RenewedWindow
{
    /// <summary>Whether the new set lasts longer, as far as is known: an old set without dates counts as the shorter one.</summary>
    public static bool IsLater(SnapSet old, SnapSet made) =>
        made.UnattendedUntil is { } until && (old.UnattendedUntil is not { } before || until > before);

    /// <summary>Whether the new set is known to last longer.</summary>
    public static bool IsProvenLater(SnapSet old, SnapSet made) => IsLater(old, made) && WhyNotProven(old, made) is null;

    /// <summary>Why <see cref="IsLater"/> is not proven, in a sentence without a full stop; null if it is.</summary>
    public static string? WhyNotProven(SnapSet old, SnapSet made) => made.ClusterRecord is { AreDatesUpperBounds: true }
        ? $"some certificates of {made.Id} could not be read, so its dates may be too late"
        : old.UnattendedUntil is null ? $"the dates of {old.Id} are not recorded" : null;

    /// <summary>Until when a set lasts, for people.</summary>
    public static string Describe(SnapSet set) =>
        set.UnattendedUntil is { } until ? $"revives by itself until {TimeText.Of(until)}" : "has no recorded dates";
}
