using System.Globalization;
using Hotstack.Deployments;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets;

/// <summary>A volume of a member, frozen with it as a Cinder snapshot.</summary>
public sealed record SnapSetVolume
{
    /// <summary>The UUID of the Cinder snapshot.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>The UUID of the volume that it was made of; null if that is not known.</summary>
    public string? VolumeId { get; init; }

    /// <summary>What the volume was to the server: <c>/dev/vdb</c>; null if that is not known.</summary>
    public string? Device { get; init; }

    /// <summary>GiB.</summary>
    public long Size { get; init; }

    /// <summary>The volume's name among the resources of its stack: <c>master0-lvms-vol0</c>; null if it is from none, or that
    /// is not known.</summary>
    public string? ResourceName { get; init; }

    /// <summary>A volume-backed server boots from it.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The snapshot's status in Cinder when the set was read; a usable one is <c>available</c>. <c>NotFound</c> if it
    /// is gone, null if Cinder could not be asked.</summary>
    public string? Status { get; init; }

    internal bool IsGone => Status == FindInstances.NotFound;

    internal bool IsAvailable => Status == "available";

    /// <summary>Cinder said that it cannot be used now.</summary>
    internal bool IsUnusable => Status is not null && !IsAvailable;

    /// <summary>Device, size and snapshot, so that a list of them reads well.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Device is null ? "" : $"{Device} ")}{Size} GiB {SnapshotId}");

    /// <summary>The volume, with what Cinder holds of its snapshot.</summary>
    internal SnapSetVolume As(VolumeSnapshot? snapshot) => snapshot is null
        ? this with { Status = FindInstances.NotFound }
        : this with
        {
            Status = snapshot.Status,
            VolumeId = VolumeId ?? (snapshot.VolumeId.Length > 0 ? snapshot.VolumeId : null),
            Size = Size > 0 ? Size : snapshot.Size,
        };
}
