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
    /// <summary>Its data is encrypted, with a key that is kept elsewhere.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The name of its type; null if Cinder tells none.</summary>
    public string? Type { get; init; }

    /// <summary>Null if Cinder tells none.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>The snapshot that it was made from; null for none.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>The servers that it is attached to; several for a shared one.</summary>
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

/// <summary>Where a volume is attached.</summary>
/// <param name="ServerId">The server's UUID.</param>
/// <param name="Device">What it is there: <c>/dev/vdb</c>; null if Cinder does not know.</param>
public sealed record VolumeAttachment(string ServerId, string? Device);
