using System.Text.Json;

namespace Hotstack.OpenStack.Compute;

/// <summary>A server, as Nova shows it.</summary>
public sealed record Server
{
    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; not unique.</summary>
    public required string Name { get; init; }

    /// <summary><c>ACTIVE</c>, <c>SHUTOFF</c>, <c>ERROR</c> …; it does not show a snapshot in progress.</summary>
    public required string Status { get; init; }

    /// <summary>The current task of Nova; null if idle.</summary>
    public string? TaskState { get; init; }

    /// <summary>Its boot image; null if it boots from a volume.</summary>
    public string? ImageId { get; init; }

    /// <summary>The flavor's name (since 2.47), otherwise its id.</summary>
    public string? Flavor { get; init; }

    /// <summary>The MAC addresses of its ports, in canonical form, in Nova's order.</summary>
    public IReadOnlyList<string> MacAddresses { get; init; } = [];

    /// <summary>Its IP addresses, fixed and floating, in Nova's order.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    /// <summary>The names of the networks of its ports, by their MAC addresses in canonical form; without ports that have no IP
    /// address.</summary>
    internal IReadOnlyDictionary<string, string> NetworkNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The ids of all attached volumes, with the root volume.</summary>
    public IReadOnlyList<string> VolumeIds { get; init; } = [];

    /// <summary>Its metadata.</summary>
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
        NetworkNames = NamesOf(server),
        VolumeIds = [.. server.Items("os-extended-volumes:volumes_attached").Select(v => v.Text("id")).OfType<string>()],
        Metadata = server.Texts("metadata"),
        Fault = server.Field("fault")?.ToldOnOneLine("message"),
    };

    private static IEnumerable<JsonElement> Addresses(JsonElement server) =>
        server.Field("addresses") is { ValueKind: JsonValueKind.Object } networks
            ? networks.EnumerateObject().SelectMany(network => networks.Items(network.Name))
            : [];

    private static Dictionary<string, string> NamesOf(JsonElement server)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty network in server.Field("addresses") is { ValueKind: JsonValueKind.Object } networks
            ? networks.EnumerateObject() : default)
        {
            foreach (JsonElement address in network.Value.ValueKind == JsonValueKind.Array ? network.Value.EnumerateArray() : default)
            {
                if (Canonical(address.Text("OS-EXT-IPS-MAC:mac_addr")) is { } mac && network.Name.Length > 0)
                {
                    names.TryAdd(mac, network.Name);
                }
            }
        }

        return names;
    }

    private static string? Canonical(string? address) => MacAddress.TryParse(address, out string mac) ? mac : null;
}

/// <summary>An action on a server, as Nova logged it.</summary>
/// <param name="Action"><c>createImage</c>, <c>start</c>, <c>stop</c> …</param>
/// <param name="StartedAt">When it began, in UTC.</param>
/// <param name="Message">Null unless it failed; usually just <c>Error</c>.</param>
/// <param name="RequestId">The id under which Nova logged it.</param>
public sealed record InstanceAction(string Action, DateTimeOffset StartedAt, string? Message, string? RequestId)
{
    internal static InstanceAction From(JsonElement action) => new(
        action.Text("action") ?? "",
        action.Time("start_time") ?? DateTimeOffset.MinValue,
        action.ToldOnOneLine("message"),
        action.Text("request_id"));
}

/// <summary>A flavor, as Nova shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Disk">GiB of root disk; 0 for the size of the image.</param>
/// <param name="Ram">MiB of memory.</param>
/// <param name="Cores">Virtual CPUs.</param>
public sealed record Flavor(string Id, string Name, long Disk, long Ram, long Cores)
{
    internal static Flavor From(JsonElement flavor) => new(
        flavor.Text("id") ?? "", flavor.Text("name") ?? "", flavor.Number("disk"), flavor.Number("ram"), flavor.Number("vcpus"));
}
