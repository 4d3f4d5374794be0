namespace Hotstack.Sandbox.Imaging;

/// <summary>An image as Glance keeps it.</summary>
public sealed class Image
{
    public required string Id { get; init; }

    public required string Owner { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Answers do not tell when it was made.</summary>
    public bool HidesTime { get; set; }

    public DateTimeOffset UpdatedAt { get; internal set; }

    public string? Name { get; internal set; }

    /// <summary><c>queued</c>, <c>saving</c>, <c>active</c>, <c>deactivated</c>, …</summary>
    public string Status { get; internal set; } = "queued";

    /// <summary><c>private</c>, <c>shared</c>, <c>community</c> or <c>public</c>.</summary>
    public string Visibility { get; set; } = "shared";

    public bool Protected { get; internal set; }

    public bool Hidden { get; internal set; }

    /// <summary>Bytes of data; null while there is none.</summary>
    public long? Size => Data?.Length;

    public long? VirtualSize { get; internal set; }

    public int MinDisk { get; internal set; }

    public int MinRam { get; internal set; }

    public string? DiskFormat { get; internal set; }

    public string? ContainerFormat { get; internal set; }

    /// <summary>The custom properties.</summary>
    public OrderedDictionary<string, string> Properties { get; } = [];

    /// <summary>The tags, in the order they were given.</summary>
    public List<string> Tags { get; } = [];

    /// <summary>Projects it is shared with, and whether each accepted, rejected or is pending.</summary>
    public OrderedDictionary<string, string> Members { get; } = [];

    /// <summary>The disk it is a copy of, if it was made of one here.</summary>
    internal Compute.GuestDisk? Disk { get; set; }

    /// <summary>The bytes; null while there are none.</summary>
    internal ImageData? Data { get; set; }
}
