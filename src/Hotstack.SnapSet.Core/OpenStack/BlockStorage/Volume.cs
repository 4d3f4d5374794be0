using System.Text.Json;

namespace Hotstack.OpenStack.BlockStorage;

/// <summary>A volume, as Cinder shows it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Status"><c>available</c>, <c>in-use</c> …</param>
/// <param name="Size">GiB.</param>
/// <param name="IsBootable">A server can boot from it.</param>
public sealed record Volume(string Id, string Name, string Status, long Size, bool IsBootable)
{
    /// <summary>Its data is encrypted; the key is stored elsewhere.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The name of its type; null if unknown.</summary>
    public string? Type { get; init; }

    /// <summary>Its availability zone; null if unknown.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Its source snapshot; null for none.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>Its attachments; several for a shared volume.</summary>
    public IReadOnlyList<VolumeAttachment> Attachments { get; init; } = [];

    internal static Volume From(JsonElement volume) => new(
        volume.Text("id") ?? "", volume.Text("name") ?? "", volume.Text("status") ?? "unknown",
        volume.Number("size"), volume.Flag("bootable"))
    {
        IsEncrypted = volume.Flag("encrypted"),
        Type = volume.Text("volume_type"),
        AvailabilityZone = volume.Text("availability_zone"),
        SnapshotId = volume.Text("snapshot_id"),
        Attachments = [.. volume.Items("attachments").Select(a => new VolumeAttachment(a.Text("server_id") ?? "", a.Text("device")))],
    };
}

/// <summary>An attachment of a volume.</summary>
/// <param name="ServerId">The server's UUID.</param>
/// <param name="Device">The device: <c>/dev/vdb</c>; null if unknown.</param>
public sealed record VolumeAttachment(string ServerId, string? Device);

/// <summary>A snapshot of a volume, as Cinder shows it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Name">Its name, which may be empty; Nova writes <c>snapshot for {image name}</c>.</param>
/// <param name="Status"><c>creating</c>, <c>available</c>, <c>deleting</c>, <c>error</c>, <c>error_deleting</c>.</param>
/// <param name="VolumeId">Its volume.</param>
/// <param name="Size">GiB.</param>
public sealed record VolumeSnapshot(string Id, string Name, string Status, string VolumeId, long Size)
{
    /// <summary>When its creation began, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    internal static VolumeSnapshot From(JsonElement snapshot) => new(
        snapshot.Text("id") ?? "", snapshot.Text("name") ?? "", snapshot.Text("status") ?? "unknown",
        snapshot.Text("volume_id") ?? "", snapshot.Number("size"))
    {
        CreatedAt = snapshot.Time("created_at") ?? DateTimeOffset.MinValue,
        Metadata = snapshot.Texts("metadata"),
    };
}
