
namespace Hotstack.SnapSets;

/// <summary>A set of images, one of each server of a deployment, all of the same moment.</summary>
public sealed record SnapSet
{
    /// <summary>Eight characters; the value of the images' tag <c>snap_id=</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it was made, in UTC, by the cloud's clock: when its oldest image was. Of an imported set when the set was made that
    /// was exported.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How old it was when it was read, by the cloud's clock.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary><see cref="Age"/> for people: <c>3 h 20 min</c>.</summary>
    public string AgeText => TimeText.Of(Age);

    /// <summary>How whole it is: a word of <see cref="SnapSetState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Its images, the controller first, then by name.</summary>
    public required Listing<SnapSetMember> Members { get; init; }

    /// <summary>How many members its maker counted; null for a set of upstream's.</summary>
    public int? ExpectedMembers { get; init; }

    /// <summary>Bytes stored in Glance by all members.</summary>
    public long Size => Members.Total(member => member.Size);

    /// <summary><see cref="Size"/> for people: <c>4.2 GiB</c>.</summary>
    public string SizeText => ByteText.Of(Size);

    /// <summary>How many volumes are frozen with the servers, as Cinder snapshots.</summary>
    public int VolumeCount => Volumes.Count();

    /// <summary>Bytes that these volumes have room for, which is what Cinder counts; not part of <see cref="Size"/>.</summary>
    public long VolumeSize => Volumes.Total(volume => ByteText.OfGiB(volume.Size));

    /// <summary><see cref="VolumeSize"/> for people.</summary>
    public string VolumeSizeText => ByteText.Of(VolumeSize);

    /// <summary>The stack that it was made from; null if it was not recorded.</summary>
    public string? StackName { get; init; }

    /// <summary>The Hotstack scenario of that stack; null if it was not recorded.</summary>
    public string? Scenario { get; init; }

    /// <summary>The id of the project that the images belong to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>How the cluster was before it was shut down; null if it was not recorded.</summary>
    public ClusterRecord? ClusterRecord { get; init; }

    /// <summary>Until then the cluster revives by itself; null if it was not recorded.</summary>
    public DateTimeOffset? UnattendedUntil => ClusterRecord?.UnattendedUntil;

    /// <summary>Until then the cluster revives with our help; null if it was not recorded.</summary>
    public DateTimeOffset? AssistedUntil => ClusterRecord?.AssistedUntil;

    /// <summary>How much of the time until <see cref="UnattendedUntil"/> was left when it was read: <c>15 d 18 h</c>, or <c>expired</c>.</summary>
    public string? UnattendedLeft => TimeText.Left(UnattendedUntil, ReadAt);

    /// <summary>How much of the time until <see cref="AssistedUntil"/> was left when it was read: <c>319 d</c>, or <c>expired</c>.</summary>
    public string? AssistedLeft => TimeText.Left(AssistedUntil, ReadAt);

    /// <summary>Why it is not <see cref="SnapSetState.Complete"/>, one sentence each.</summary>
    public Listing<string> Problems { get; init; } = [];

    /// <summary>It can be restored.</summary>
    internal bool IsUsable => State is SnapSetState.Complete or SnapSetState.Unverified;

    /// <summary>It shows until when its cluster can be revived.</summary>
    internal bool IsDated => (UnattendedUntil ?? AssistedUntil) is not null;

    /// <summary>Why Cinder could not be asked for the volume snapshots; null if it could, or there are none.</summary>
    internal string? VolumesUnread { get; init; }

    /// <summary>Why the time that its maker recorded does not count; null if it agrees with Glance's.</summary>
    internal string? TimeDoubt { get; init; }

    /// <summary>Nova, Glance or Cinder may still be working on it.</summary>
    internal bool MayBeInTheMaking => Members.Any(member => member.Status is "queued" or "saving" or "importing" or "uploading"
        || (member.Status == "active" && !member.IsImageReady)
        || member.Volumes.Any(volume => volume.Status == "creating"));

    /// <summary>One that several servers share counts once.</summary>
    private IEnumerable<SnapSetVolume> Volumes => Members.SelectMany(member => member.Volumes).DistinctBy(volume => volume.SnapshotId);

    private DateTimeOffset ReadAt => CreatedAt + Age;

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}

/// <summary>How whole a SnapSet is.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class SnapSetState
{
    /// <summary>Every member that its maker counted is there, active and tagged, and every volume snapshot is available.</summary>
    public const string Complete = nameof(Complete);

    /// <summary>A member is missing, not active or not tagged; a volume snapshot is missing or not available; or the set is being made just now.</summary>
    public const string Incomplete = nameof(Incomplete);

    /// <summary>What is there is active, with a controller and another member; but its maker, upstream's playbook,
    /// did not record how many belong to it, or Cinder could not be asked for its volume snapshots.</summary>
    public const string Unverified = nameof(Unverified);
}
