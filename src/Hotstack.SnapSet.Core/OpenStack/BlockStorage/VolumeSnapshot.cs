using System.Text.Json;

namespace Hotstack.OpenStack.BlockStorage;

/// <summary>A snapshot of a volume, as Cinder shows it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Name">Its name, which may be empty; Nova writes <c>snapshot for {image name}</c>.</param>
/// <param name="Status"><c>creating</c>, <c>available</c>, <c>deleting</c>, <c>error</c>, <c>error_deleting</c>.</param>
/// <param name="VolumeId">The volume that it is of.</param>
/// <param name="Size">GiB.</param>
public sealed record VolumeSnapshot(string Id, string Name, string Status, string VolumeId, long Size)
{
    /// <summary>When it was begun, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What whoever made it wrote on it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    internal static VolumeSnapshot From(JsonElement snapshot) => new(
        snapshot.Text("id") ?? "", snapshot.Text("name") ?? "", snapshot.Text("status") ?? "unknown",
        snapshot.Text("volume_id") ?? "", snapshot.Number("size"))
    {
        CreatedAt = snapshot.Time("created_at") ?? DateTimeOffset.MinValue,
        Metadata = snapshot.Texts("metadata"),
    };
}
