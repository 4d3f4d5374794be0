namespace Hotstack.SnapSets;

/// <summary>A volume of a member, frozen with it as a Cinder snapshot.</summary>
public sealed record SnapSetVolume
{
    /// <summary>The Cinder snapshot's UUID.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>The UUID of the volume that it was made of; null if it was not recorded.</summary>
    public string? VolumeId { get; init; }

    /// <summary>The device by which the server had it: <c>/dev/vdb</c>; null if it was not recorded.</summary>
    public string? Device { get; init; }

    /// <summary>GiB; 0 if it was not recorded.</summary>
    public long Size { get; init; }

    /// <summary>The name of the volume's resource in its Heat stack: <c>master0-lvms-vol0</c>; null if it was not recorded.</summary>
    public string? ResourceName { get; init; }

    /// <summary>A volume-backed server booted from it.</summary>
    public bool IsRoot { get; init; }
}
