using System.Collections.Frozen;
using System.Text.Json;

namespace Hotstack.OpenStack.Imaging;

/// <summary>An image, as Glance shows it.</summary>
public sealed record Image
{
    /// <summary>Glance's own fields, which are no properties.</summary>
    internal static readonly FrozenSet<string> OwnFields = new[]
    {
        "id", "name", "status", "visibility", "owner", "created_at", "updated_at", "size", "virtual_size", "min_disk",
        "min_ram", "protected", "os_hidden", "disk_format", "container_format", "checksum", "os_hash_algo",
        "os_hash_value", "tags", "self", "file", "schema", "locations", "direct_url", "stores",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; not unique, may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>queued</c>, <c>saving</c>, <c>importing</c>, <c>active</c>, <c>deactivated</c> … A snapshot that
    /// fails has no status: it vanishes.</summary>
    public required string Status { get; init; }

    /// <summary><c>private</c>, <c>shared</c>, <c>community</c> or <c>public</c>.</summary>
    public string? Visibility { get; init; }

    /// <summary>The id of the project that it belongs to.</summary>
    public string? Owner { get; init; }

    /// <summary>In UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Bytes of data stored; 0 while queued, and for the image of a volume-backed server.</summary>
    public long Size { get; init; }

    /// <summary>Whether Glance tells the size. Some stores and front ends give <c>null</c> for images that hold data.</summary>
    internal bool IsSizeKnown { get; init; } = true;

    /// <summary>Form of the data: <c>qcow2</c>, <c>raw</c>; null while nobody has said.</summary>
    public string? DiskFormat { get; init; }

    /// <summary>What the data is wrapped in, mostly <c>bare</c>; null while nobody has said.</summary>
    public string? ContainerFormat { get; init; }

    /// <summary>MD5 of the data in lower-case hex; null if Glance tells none.</summary>
    public string? Checksum { get; init; }

    /// <summary>The algorithm of <see cref="HashValue"/>, mostly <c>sha512</c>; null if Glance tells none.</summary>
    public string? HashAlgorithm { get; init; }

    /// <summary>The hash of the data in lower-case hex; null if Glance tells none.</summary>
    public string? HashValue { get; init; }

    /// <summary>GiB of disk that a flavor needs to boot it.</summary>
    public long MinDisk { get; init; }

    /// <summary>MiB of memory that a flavor needs to boot it.</summary>
    public long MinRam { get; init; }

    /// <summary>Glance refuses to delete it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Glance leaves it out of lists, unless they are asked for hidden images.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Its tags, in no order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>All its properties that are not Glance's own fields.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The data can be read, and Glance will not change it any more.</summary>
    /// <remarks>Since 2025.2 Glance makes an image active before it has hashed it, and writes tags and properties back
    /// as they were then when that is done; this property marks the time until then.</remarks>
    public bool IsReady => Status == "active" && !IsBeingImported;

    /// <summary>Glance works on it in the background.</summary>
    public bool IsBeingImported => Properties.ContainsKey("os_glance_import_task");

    /// <summary>It can never become usable again.</summary>
    public bool IsLost => Status is "killed" or "deleted" or "pending_delete" or "deactivated";

    internal static Image From(JsonElement image) => new()
    {
        Id = image.Text("id") ?? "",
        Name = image.Text("name") ?? "",
        Status = image.Text("status") ?? "unknown",
        Visibility = image.Text("visibility"),
        Owner = image.Text("owner"),
        CreatedAt = image.Time("created_at") ?? DateTimeOffset.MinValue,
        Size = image.Number("size"),
        IsSizeKnown = image.Field("size") is { ValueKind: JsonValueKind.Number },
        DiskFormat = image.Text("disk_format"),
        ContainerFormat = image.Text("container_format"),
        Checksum = image.Text("checksum"),
        HashAlgorithm = image.Text("os_hash_algo"),
        HashValue = image.Text("os_hash_value"),
        MinDisk = image.Number("min_disk"),
        MinRam = image.Number("min_ram"),
        IsProtected = image.Flag("protected"),
        IsHidden = image.Flag("os_hidden"),
        Tags = [.. image.TextItems("tags")],
        Properties = image.EnumerateObject()
            .Where(field => field.Value.ValueKind == JsonValueKind.String && !OwnFields.Contains(field.Name))
            .GroupBy(field => field.Name).ToDictionary(g => g.Key, g => g.Last().Value.GetString()!, StringComparer.Ordinal),
    };
}
