using System.Text.Json;

namespace Hotstack.OpenStack.Compute;

/// <summary>A size of servers, as Nova shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Disk">GiB of root disk; 0: as large as the image.</param>
/// <param name="Ram">MiB of memory.</param>
/// <param name="Cores">Virtual CPUs.</param>
public sealed record Flavor(string Id, string Name, long Disk, long Ram, long Cores)
{
    internal static Flavor From(JsonElement flavor) => new(
        flavor.Text("id") ?? "", flavor.Text("name") ?? "", flavor.Number("disk"), flavor.Number("ram"), flavor.Number("vcpus"));
}
