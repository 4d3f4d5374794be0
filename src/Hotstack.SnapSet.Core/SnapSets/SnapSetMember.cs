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
