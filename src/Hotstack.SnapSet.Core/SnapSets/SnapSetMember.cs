using System.Globalization;
using Hotstack.Deployments;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.Templates;

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

    /// <summary>The image's status; <c>active</c> if usable.</summary>
    public required string Status { get; init; }

    /// <summary>The MAC address for the server that boots from it; null if not recorded.</summary>
    public string? MacAddress { get; init; }

    /// <summary>The MAC addresses of all the server's ports.</summary>
    public Listing<string> MacAddresses { get; init; } = [];

    /// <summary>The server's ports with their networks and IP addresses; empty if not recorded.</summary>
    public Listing<SnapSetPort> Ports { get; init; } = [];

    /// <summary>Bytes stored in Glance; 0 for the image of a volume-backed server.</summary>
    public long Size { get; init; }

    /// <summary>Whether Glance reports the size.</summary>
    internal bool IsSizeKnown { get; init; } = true;

    /// <summary><see cref="Size"/> for people: <c>4.2 GiB</c>.</summary>
    public string SizeText => ByteText.Of(Size);

    /// <summary>Disk that a flavor needs to boot it, in GiB.</summary>
    public long MinDisk { get; init; }

    /// <summary>Memory that a flavor needs to boot it, in MiB.</summary>
    public long MinRam { get; init; }

    /// <summary>When the image was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The UUID of the server it was made from; null if not recorded.</summary>
    public string? SourceId { get; init; }

    /// <summary>Glance refuses to delete it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Glance and its clients list the image only when asked for hidden images (<c>os_hidden</c>).</summary>
    public bool IsHidden { get; init; }

    /// <summary><see cref="Status"/> for people: <c>active, hidden</c>.</summary>
    public string StatusText => IsHidden ? $"{Status}, hidden" : Status;

    /// <summary>The server boots from a volume: the snapshots of its volumes hold the data, not the image.</summary>
    public bool IsVolumeBacked { get; init; }

    /// <summary>The volumes frozen with it, in device order: for a server that boots from an image its data volumes, otherwise all volumes,
    /// the root volume first.</summary>
    public Listing<SnapSetVolume> Volumes { get; init; } = [];

    /// <summary>How many volumes have no snapshot named by the image.</summary>
    internal int UnnamedVolumes { get; init; }

    /// <summary>The ids of the Cinder snapshots of these volumes.</summary>
    public Listing<string> VolumeSnapshots => [.. Volumes.Select(volume => volume.SnapshotId)];

    /// <summary>It has the six tags by which upstream finds it.</summary>
    public bool IsTagged { get; init; }

    /// <summary>Whether a server can boot from it now, with its volumes.</summary>
    public bool IsReady { get; init; }

    /// <summary>Glance has finished the image, regardless of the volumes.</summary>
    internal bool IsImageReady => IsReady || HasUnusableVolume;

    /// <summary>Only its volumes keep it from being ready.</summary>
    internal bool HasUnusableVolume { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

/// <summary>A volume of a member, frozen with it as a Cinder snapshot.</summary>
public sealed record SnapSetVolume
{
    /// <summary>The UUID of the Cinder snapshot.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>The UUID of the volume it was made from; null if unknown.</summary>
    public string? VolumeId { get; init; }

    /// <summary>The volume's device on the server: <c>/dev/vdb</c>; null if unknown.</summary>
    public string? Device { get; init; }

    /// <summary>GiB.</summary>
    public long Size { get; init; }

    /// <summary>The volume's name among the resources of its stack: <c>master0-lvms-vol0</c>; null if it has none, or if unknown.</summary>
    public string? ResourceName { get; init; }

    /// <summary>A volume-backed server boots from it.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The snapshot's status in Cinder when the set was read; <c>available</c> if usable, <c>NotFound</c> if deleted, null if it
    /// could not be read.</summary>
    public string? Status { get; init; }

    /// <summary>The name by which a user can leave it out of a restore.</summary>
    internal string NameIn(string member) => ResourceName ?? $"{member}/{BlockDeviceMapping.Short(Device) ?? SnapshotId}";

    internal bool IsGone => Status == GetInstances.NotFound;

    internal bool IsAvailable => Status == "available";

    /// <summary>Cinder reports that it cannot be used now.</summary>
    internal bool IsUnusable => Status is not null && !IsAvailable;

    /// <summary>Device, size and snapshot.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Device is null ? "" : $"{Device} ")}{Size} GiB {SnapshotId}");

    /// <summary>The volume with the status of its snapshot.</summary>
    internal SnapSetVolume As(VolumeSnapshot? snapshot) => snapshot is null
        ? this with { Status = GetInstances.NotFound }
        : this with
        {
            Status = snapshot.Status,
            VolumeId = VolumeId ?? (snapshot.VolumeId.Length > 0 ? snapshot.VolumeId : null),
            Size = Size > 0 ? Size : snapshot.Size,
        };
}
