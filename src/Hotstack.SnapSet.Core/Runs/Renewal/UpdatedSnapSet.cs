using Hotstack.Clusters;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.SnapSets;

namespace Hotstack.Runs.Renewal;

/// <summary>A set that was renewed as another one.</summary>
public sealed record UpdatedSnapSet
{
    /// <summary>The id of the new set.</summary>
    public required string SnapSetId { get; init; }

    /// <summary>The id of the set that was renewed.</summary>
    public required string RenewedFrom { get; init; }

    /// <summary>Until then the new set's cluster revives by itself; null if that is not known.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then the old set's cluster revived by itself; null if that was not recorded.</summary>
    public DateTimeOffset? OldUnattendedUntil { get; init; }

    /// <summary>Until then the new set's cluster revives with approvals; null if that is not known.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>Until then the old set's cluster revived with approvals; null if that was not recorded.</summary>
    public DateTimeOffset? OldAssistedUntil { get; init; }

    /// <summary>The new set lasts longer.</summary>
    public bool IsLater { get; init; }

    /// <summary>The old set was deleted.</summary>
    public bool IsOldRemoved { get; init; }

    /// <summary>The kubelets' signing requests that this run's revival approved.</summary>
    public Listing<CsrDecision> ApprovedRequests { get; init; } = [];

    /// <summary>The stages of this run with their times: <c>Restore</c>, <c>Revive</c>, <c>Rotate</c>, <c>Stability</c>, <c>Suspend</c>,
    /// <c>Freeze</c>, <c>Test</c>, <c>DeleteStack</c>, <c>RemoveOld</c>. Those that an earlier run did are missing.</summary>
    public Listing<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>How long this run took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary><see cref="Duration"/> for people: <c>3 h 12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The id of the sets' project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>What is known of both sets.</summary>
    internal static UpdatedSnapSet Of(SnapSet old, SnapSet made) => new()
    {
        SnapSetId = made.Id,
        RenewedFrom = old.Id,
        UnattendedUntil = made.UnattendedUntil,
        OldUnattendedUntil = old.UnattendedUntil,
        AssistedUntil = made.AssistedUntil,
        OldAssistedUntil = old.AssistedUntil,
        IsLater = RenewedWindow.IsLater(old, made),
        Cloud = old.Cloud,
        Region = old.Region,
        ProjectId = old.ProjectId,
    };

    /// <summary>The id of the new set.</summary>
    public override string ToString() => SnapSetId;
}
