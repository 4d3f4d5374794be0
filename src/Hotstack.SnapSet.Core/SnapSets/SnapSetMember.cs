using System.Globalization;
using Hotstack.Deployments;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets;

/// <summary>One image of a SnapSet: the frozen disk of one server.</summary>
public sealed record SnapSetMember
{
    /// <summary>The instance's name: <c>master0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The instance's role: <c>ocp_master</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The image's UUID.</summary>
    public required string ImageId { get; init; }

    /// <summary>The image's name: <c>hotstack-master0-snapshot-k3v9x2m1</c>.</summary>
    public string ImageName { get; init; } = "";

    /// <summary>The image's status; a usable one is <c>active</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The MAC address to give the server that boots from it; null if it was not recorded.</summary>
    public string? MacAddress { get; init; }

    /// <summary>The MAC addresses of all ports that the server had.</summary>
    public Listing<string> MacAddresses { get; init; } = [];

    /// <summary>Bytes stored in Glance; 0 for the image of a volume-backed server.</summary>
    public long Size { get; init; }

    /// <summary>Whether Glance tells the size.</summary>
    internal bool IsSizeKnown { get; init; } = true;

    /// <summary><see cref="Size"/> for people: <c>4.2 GiB</c>.</summary>
    public string SizeText => ByteText.Of(Size);

    /// <summary>GiB of disk that a flavor needs to boot it.</summary>
    public long MinDisk { get; init; }

    /// <summary>MiB of memory that a flavor needs to boot it.</summary>
    public long MinRam { get; init; }

    /// <summary>When the image was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The UUID of the server that it was made from; null if it was not recorded.</summary>
    public string? SourceId { get; init; }

    /// <summary>Glance refuses to delete it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Glance and its clients leave the image out of lists, unless they are asked for hidden images (<c>os_hidden</c>).</summary>
    public bool IsHidden { get; init; }

    /// <summary><see cref="Status"/> for people, with what is unusual: <c>active, hidden</c>.</summary>
    public string StatusText => IsHidden ? $"{Status}, hidden" : Status;

    /// <summary>The server boots from a volume: the image holds no data, its volumes' snapshots do.</summary>
    public bool IsVolumeBacked { get; init; }

    /// <summary>The volumes that were frozen with it, in the order of their devices: the data volumes of a server that boots
    /// from an image; all volumes of one that boots from a volume, that one first.</summary>
    public Listing<SnapSetVolume> Volumes { get; init; } = [];

    /// <summary>How many more volumes there were, whose snapshots the image no longer names.</summary>
    internal int UnnamedVolumes { get; init; }

    /// <summary>The ids of the Cinder snapshots of these volumes.</summary>
    public Listing<string> VolumeSnapshots => [.. Volumes.Select(volume => volume.SnapshotId)];

    /// <summary>It carries the six tags by which upstream finds it.</summary>
    public bool IsTagged { get; init; }

    /// <summary>Whether it can be booted from now, with its volumes.</summary>
    public bool IsReady { get; init; }

    /// <summary>Glance is done with the image, whatever became of the volumes.</summary>
    internal bool IsImageReady => IsReady || HasUnusableVolume;

    /// <summary>Only its volumes keep it from being ready.</summary>
    internal bool HasUnusableVolume { get; init; }

    /// <summary>The name, so that a list of members reads well.</summary>
    public override string ToString() => Name;
}

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
