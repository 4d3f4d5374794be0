using System.Text.Json;

namespace Hotstack.OpenStack.Compute;

/// <summary>A server, as Nova shows it.</summary>
public sealed record Server
{
    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; not unique.</summary>
    public required string Name { get; init; }

    /// <summary><c>ACTIVE</c>, <c>SHUTOFF</c>, <c>ERROR</c> …; it does not tell of a snapshot under way.</summary>
    public required string Status { get; init; }

    /// <summary>What Nova is doing with it; null when it is idle.</summary>
    public string? TaskState { get; init; }

    /// <summary>The image that it was booted from; null when it boots from a volume.</summary>
    public string? ImageId { get; init; }

    /// <summary>The flavor's name where Nova tells it (since 2.47), else its id.</summary>
    public string? Flavor { get; init; }

    /// <summary>The MAC addresses of its ports, in canonical form, in Nova's order.</summary>
    public IReadOnlyList<string> MacAddresses { get; init; } = [];

    /// <summary>Its IP addresses, fixed and floating, in Nova's order.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    /// <summary>The ids of all volumes attached, the root volume included.</summary>
    public IReadOnlyList<string> VolumeIds { get; init; } = [];

    /// <summary>What users noted of it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Why it is in ERROR.</summary>
    public string? Fault { get; init; }

    /// <summary>Boots from a volume.</summary>
    public bool IsVolumeBacked => ImageId is null;

    internal static Server From(JsonElement server) => new()
    {
        Id = server.Text("id") ?? "",
        Name = server.Text("name") ?? "",
        Status = server.Text("status") ?? "UNKNOWN",
        TaskState = server.Text("OS-EXT-STS:task_state"),
        ImageId = server.Field("image")?.Text("id"),
        Flavor = server.Field("flavor") is { } flavor ? flavor.Text("original_name") ?? flavor.Text("id") : null,
        MacAddresses = [.. Addresses(server).Select(a => a.Text("OS-EXT-IPS-MAC:mac_addr")).Select(Canonical).OfType<string>().Distinct()],
        IpAddresses = [.. Addresses(server).Select(a => a.Text("addr")).OfType<string>().Distinct()],
        VolumeIds = [.. server.Items("os-extended-volumes:volumes_attached").Select(v => v.Text("id")).OfType<string>()],
        Metadata = server.Texts("metadata"),
        Fault = server.Field("fault")?.ToldOnOneLine("message"),
    };

    private static IEnumerable<JsonElement> Addresses(JsonElement server) =>
        server.Field("addresses") is { ValueKind: JsonValueKind.Object } networks
            ? networks.EnumerateObject().SelectMany(network => networks.Items(network.Name))
            : [];

    private static string? Canonical(string? address) => MacAddress.TryParse(address, out string mac) ? mac : null;
}
