using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.OpenStack.Imaging;

/// <summary>An image, as Glance shows it.</summary>
public sealed record Image
{
    /// <summary>Glance's own fields, which are not properties.</summary>
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

    /// <summary><c>queued</c>, <c>saving</c>, <c>importing</c>, <c>active</c>, <c>deactivated</c> … A failed
    /// snapshot has no status: it vanishes.</summary>
    public required string Status { get; init; }

    /// <summary><c>private</c>, <c>shared</c>, <c>community</c> or <c>public</c>.</summary>
    public string? Visibility { get; init; }

    /// <summary>The id of its project.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was created, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Bytes of stored data; 0 while queued, and for the image of a volume-backed server.</summary>
    public long Size { get; init; }

    /// <summary>Whether the size is known. Some stores and front ends return <c>null</c> for images with data.</summary>
    internal bool IsSizeKnown { get; init; } = true;

    /// <summary>Format of the data: <c>qcow2</c>, <c>raw</c>; null before it is set.</summary>
    public string? DiskFormat { get; init; }

    /// <summary>Container of the data, usually <c>bare</c>; null before it is set.</summary>
    public string? ContainerFormat { get; init; }

    /// <summary>MD5 of the data in lower-case hex; null if unknown.</summary>
    public string? Checksum { get; init; }

    /// <summary>The algorithm of <see cref="HashValue"/>, usually <c>sha512</c>; null if unknown.</summary>
    public string? HashAlgorithm { get; init; }

    /// <summary>The hash of the data in lower-case hex; null if unknown.</summary>
    public string? HashValue { get; init; }

    /// <summary>GiB of disk that a flavor needs to boot it.</summary>
    public long MinDisk { get; init; }

    /// <summary>MiB of memory that a flavor needs to boot it.</summary>
    public long MinRam { get; init; }

    /// <summary>Glance refuses to delete it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Only lists of hidden images show it.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Its tags, in no order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>All its properties that are not Glance's own fields.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The data is complete, and Glance no longer changes the image.</summary>
    /// <remarks>Since 2025.2 Glance makes an image active before it has hashed the data. After hashing it writes back the tags and
    /// properties of the beginning; <see cref="IsBeingImported"/> marks this time.</remarks>
    public bool IsReady => Status == "active" && !IsBeingImported;

    /// <summary>Glance processes it in the background.</summary>
    public bool IsBeingImported => Properties.ContainsKey("os_glance_import_task");

    /// <summary>It can never be used again.</summary>
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

/// <summary>An image to create.</summary>
internal sealed record NewImage
{
    /// <summary>A UUID of our choice.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string DiskFormat { get; init; }

    public required string ContainerFormat { get; init; }

    /// <summary>GiB.</summary>
    public long MinDisk { get; init; }

    /// <summary>MiB.</summary>
    public long MinRam { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>Private, like images of servers by Nova.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach ((string name, string value) in Properties)
        {
            json[name] = value;
        }

        json["id"] = Id;
        json["name"] = Name;
        json["visibility"] = "private";
        json["disk_format"] = DiskFormat;
        json["container_format"] = ContainerFormat;
        json["min_disk"] = MinDisk;
        json["min_ram"] = MinRam;
        return json;
    }
}

/// <summary>What a project may still use of the image service; null if unlimited or unknown.</summary>
/// <remarks>Glance reports unified limits only (glance: api/v2/discovery.py), not <c>user_storage_quota</c>.</remarks>
internal sealed record ImageQuota
{
    private const long Mebi = 1L << 20;

    /// <summary>Bytes of data.</summary>
    public long? BytesLeft { get; init; }

    /// <summary>Images, with or without data.</summary>
    public long? ImagesLeft { get; init; }

    /// <summary>Simultaneous uploads.</summary>
    public long? UploadsLeft { get; init; }

    public static ImageQuota From(JsonElement answer)
    {
        return new ImageQuota
        {
            BytesLeft = Left("image_size_total") is { } left ? Math.Min(left, long.MaxValue / Mebi) * Mebi : null,
            ImagesLeft = Left("image_count_total"),
            UploadsLeft = Left("image_count_uploading"),
        };

        // -1 means no limit.
        long? Left(string name) =>
            answer.Field("usage")?.Field(name) is { } entry && entry.Field("limit") is not null
                && entry.Number("limit") is >= 0 and long limit
                ? Math.Max(0, limit - entry.Number("usage"))
                : null;
    }
}
