using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Volumes;

/// <summary>A Cinder volume.</summary>
public sealed class Volume
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string ProjectId { get; init; }

    public required string UserId { get; init; }

    /// <summary>GiB.</summary>
    public required int Size { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public bool Bootable { get; init; }

    public bool DeleteOnTermination { get; internal set; }

    /// <summary>The device in the server it is attached to.</summary>
    public string? Device { get; internal set; }

    public Server? Server { get; internal set; }

    /// <summary>The other servers that share it, with its device there.</summary>
    public List<(Server Server, string Device)> AlsoOn { get; } = [];

    /// <summary>Its device in one of its servers.</summary>
    public string? DeviceOn(Server server) => Server == server ? Device : AlsoOn.Find(other => other.Server == server).Device;

    public bool Encrypted { get; internal set; }

    /// <summary>The name of its type.</summary>
    public string Type { get; internal set; } = VolumeType.Default;

    public string AvailabilityZone { get; internal set; } = "nova";

    /// <summary>Several servers may have it at the same time.</summary>
    public bool IsMultiattach => VolumeType.Find(Type)?.IsMultiattach == true;

    /// <summary>The snapshot it was made of, if any.</summary>
    public string? SnapshotId { get; init; }

    public string? Description { get; init; }

    /// <summary>Whose content it has: of a root volume the server's, of a data volume the first volume's.</summary>
    public GuestDisk Disk { get; internal set; } = GuestDisk.New("");

    /// <summary><c>creating</c>, <c>available</c>, <c>in-use</c>, <c>deleting</c>, or an odd one.</summary>
    public string Status => OddStatus ?? (Server is not null ? "in-use" : State);

    /// <summary>What somebody else does with it: <c>extending</c>, <c>error</c>.</summary>
    internal string? OddStatus { get; set; }

    internal string State { get; set; } = "available";

    internal Dictionary<string, string> Metadata { get; } = [];
}

/// <summary>A snapshot of a Cinder volume.</summary>
public sealed class VolumeSnapshot
{
    public required string Id { get; init; }

    public required Volume Volume { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string UserId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; internal set; }

    /// <summary><c>creating</c>, <c>available</c>, <c>deleting</c>, <c>error</c> or <c>error_deleting</c>.</summary>
    public string Status { get; internal set; } = "creating";

    /// <summary>What the volume carried when it was taken.</summary>
    public GuestDisk Disk { get; init; } = GuestDisk.New("");

    internal Dictionary<string, string> Metadata { get; } = [];
}
