using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets;

/// <summary>A set of images, one for each server of a deployment, all from the same moment.</summary>
public record SnapSet
{
    /// <summary>Eight characters; the value of the images' tag <c>snap_id=</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it was made (UTC, the cloud's clock): the time of its oldest image. For an imported set, the time of the exported
    /// set.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its age when it was read, by the cloud's clock.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary><see cref="Age"/> for people: <c>3 h 20 min</c>.</summary>
    public string AgeText => TimeText.Of(Age);

    /// <summary>Whether it is complete: a word of <see cref="SnapSetState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Its images, the controller first, then by name.</summary>
    public required Listing<SnapSetMember> Members { get; init; }

    /// <summary>How many members were recorded; null for a set made by upstream.</summary>
    public int? ExpectedMembers { get; init; }

    /// <summary>Bytes stored in Glance by all members.</summary>
    public long Size => Members.Total(member => member.Size);

    /// <summary><see cref="Size"/> for people: <c>4.2 GiB</c>.</summary>
    public string SizeText => ByteText.Of(Size);

    /// <summary>How many volumes are in the set, as Cinder snapshots.</summary>
    public int VolumeCount => Volumes.Count();

    /// <summary>Capacity of these volumes in bytes, which is what Cinder counts; not part of <see cref="Size"/>.</summary>
    public long VolumeSize => Volumes.Total(volume => ByteText.OfGiB(volume.Size));

    /// <summary><see cref="VolumeSize"/> for people.</summary>
    public string VolumeSizeText => ByteText.Of(VolumeSize);

    /// <summary>It holds what made its stack, so that a restore needs no template.</summary>
    public bool HasBlueprint => Blueprint is { IsReady: true };

    /// <summary>The stack it was made from; null if not recorded.</summary>
    public string? StackName => Facts.StackName;

    /// <summary>The Hotstack scenario of that stack; null if not recorded.</summary>
    public string? Scenario => Facts.Scenario;

    /// <summary>What the user says of it; null for nothing.</summary>
    public string? Description => Facts.Description;

    /// <summary>The user's labels.</summary>
    public SnapSetLabels Labels => Facts.Labels;

    /// <summary><see cref="Labels"/> for people: <c>owner=me, rhoso=18.0.3</c>.</summary>
    public string LabelsText => Labels.ToString();

    /// <summary>The id of the set that Update-HotstackSnapSet made it from; null for none.</summary>
    public string? RenewedFrom => Facts.RenewedFrom;

    /// <summary>Glance refuses to delete its images, or some of them.</summary>
    public bool IsProtected => Members.Any(member => member.IsProtected) || Blueprints.Any(one => one.Image.IsProtected);

    /// <summary>The version of its cluster, as recorded: <c>4.18.21</c>; null if not recorded.</summary>
    public string? ClusterVersion => ClusterRecord?.Version;

    /// <summary>The texts recorded with it.</summary>
    internal SnapSetFacts Facts { get; init; } = new();

    /// <summary>The id of the project that owns the images.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The state of the cluster before shutdown; null if not recorded.</summary>
    public ClusterRecord? ClusterRecord { get; init; }

    /// <summary>Until then the cluster revives by itself; null if not recorded.</summary>
    public DateTimeOffset? UnattendedUntil => ClusterRecord?.UnattendedUntil;

    /// <summary>Until then the cluster revives with approvals; null if not recorded.</summary>
    public DateTimeOffset? AssistedUntil => ClusterRecord?.AssistedUntil;

    /// <summary>Time left until <see cref="UnattendedUntil"/> when it was read: <c>15 d 18 h</c>, or <c>expired</c>.</summary>
    public string? UnattendedLeft => TimeText.Left(UnattendedUntil, ReadAt);

    /// <summary>Time left until <see cref="AssistedUntil"/> when it was read: <c>319 d</c>, or <c>expired</c>.</summary>
    public string? AssistedLeft => TimeText.Left(AssistedUntil, ReadAt);

    /// <summary>Why it is not <see cref="SnapSetState.Complete"/>, one sentence each.</summary>
    public Listing<string> Problems { get; init; } = [];

    /// <summary>The images of its blueprint: one at most, unless two runs made it at once.</summary>
    internal IReadOnlyList<BlueprintImage> Blueprints { get; init; } = [];

    /// <summary>The image of its blueprint; null for none.</summary>
    internal BlueprintImage? Blueprint => BlueprintImage.Best(Blueprints);

    /// <summary>It was made with a blueprint.</summary>
    internal bool IsBlueprintAnnounced { get; init; }

    /// <summary>It is complete but for the blueprint that it was made with.</summary>
    internal bool LacksOnlyBlueprint { get; init; }

    /// <summary>It can be restored.</summary>
    internal bool IsUsable => State is SnapSetState.Complete or SnapSetState.Unverified;

    /// <summary>Glance tells when it was made.</summary>
    internal bool IsTimeKnown => SnapSetTime.IsKnown(CreatedAt);

    /// <summary>It records until when its cluster can be revived.</summary>
    internal bool IsDated => (UnattendedUntil ?? AssistedUntil) is not null;

    /// <summary>Why the volume snapshots could not be read from Cinder; null if they were read, or there are none.</summary>
    internal string? VolumesUnread { get; init; }

    /// <summary>Why the recorded time is ignored; null if it agrees with Glance.</summary>
    internal string? TimeDoubt { get; init; }

    /// <summary>How its members differ in description or labels; null if they agree.</summary>
    internal string? FactsDoubt { get; init; }

    /// <summary>Nova, Glance or Cinder may still work on it.</summary>
    internal bool MayBeInTheMaking => Members.Any(member => member.Status is "queued" or "saving" or "importing" or "uploading"
        || (member.Status == "active" && !member.IsImageReady)
        || member.Volumes.Any(volume => volume.Status == "creating"));

    /// <summary>The volumes; one that several servers share counts once.</summary>
    private IEnumerable<SnapSetVolume> Volumes => Members.SelectMany(member => member.Volumes).DistinctBy(volume => volume.SnapshotId);

    /// <summary>When it was read, by the cloud's clock.</summary>
    internal DateTimeOffset ReadAt => CreatedAt + Age;

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}

/// <summary>The states of a SnapSet.</summary>
/// <remarks>Strings instead of an enum, so that they stay words in JSON, in jobs and after Export-Clixml.</remarks>
public static class SnapSetState
{
    /// <summary>Every recorded member exists, is active and tagged, and every volume snapshot is available.</summary>
    public const string Complete = nameof(Complete);

    /// <summary>A member is missing, not active or not tagged; a volume snapshot is missing or not available; or the set is still being
    /// made.</summary>
    public const string Incomplete = nameof(Incomplete);

    /// <summary>All members found are active, with a controller and at least one other; but upstream's playbook did not record their
    /// number, or the volume snapshots could not be read from Cinder.</summary>
    public const string Unverified = nameof(Unverified);
}
