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
    internal static Volume From(JsonElement volume) => new(
        volume.Text("id") ?? "", volume.Text("name") ?? "", volume.Text("status") ?? "unknown",
        volume.Number("size"), volume.Flag("bootable"));
}
