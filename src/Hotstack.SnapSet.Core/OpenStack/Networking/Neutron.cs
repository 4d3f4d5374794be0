using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Networking;

/// <summary>The network service: the calls of it that we need.</summary>
public sealed class Neutron
{
    private static readonly string[] Identity = ["id", "device_id", "mac_address", "network_id"];
    private static readonly string[] Addresses = ["id", "device_id", "fixed_ips", "trunk_details"];

    private readonly ServiceClient _client;

    internal Neutron(ServiceClient client) => _client = client;

    /// <summary>The ports of some servers.</summary>
    public Task<IReadOnlyList<Port>> ListPortsAsync(IEnumerable<string> deviceIds, CancellationToken stop) =>
        ListPortsAsync("device_id", deviceIds, Identity, stop);

    /// <summary>The ports that have one of these MAC addresses, on whatever network; only of our own project, unless we are an
    /// administrator or own the network.</summary>
    public Task<IReadOnlyList<Port>> ListPortsByMacAddressAsync(IEnumerable<string> macAddresses, CancellationToken stop) =>
        ListPortsAsync("mac_address", macAddresses, Identity, stop);

    /// <summary>The IP addresses of some servers' ports, those on their trunks included, by server.</summary>
    public async Task<ILookup<string, string>> ListAddressesAsync(IEnumerable<string> deviceIds, CancellationToken stop)
    {
        IReadOnlyList<Port> ports = await ListPortsAsync("device_id", deviceIds, Addresses, stop);
        Dictionary<string, string> owners = ports.SelectMany(port => port.SubPorts.Select(sub => (sub, port.DeviceId)))
            .DistinctBy(pair => pair.sub).ToDictionary(pair => pair.sub, pair => pair.DeviceId);
        IReadOnlyList<Port> subPorts = owners.Count == 0 ? [] : await ListPortsAsync("id", owners.Keys, Addresses, stop);
        return ports.Select(port => (Server: port.DeviceId, port.IpAddresses))
            .Concat(subPorts.Select(port => (Server: owners.GetValueOrDefault(port.Id, ""), port.IpAddresses)))
            .SelectMany(port => port.IpAddresses.Select(address => (port.Server, address)))
            .ToLookup(pair => pair.Server, pair => pair.address);
    }

    /// <summary>The ids of the networks of this name or id that we can see.</summary>
    public async Task<IReadOnlyList<string>> FindNetworksAsync(string nameOrId, CancellationToken stop)
    {
        string key = Guid.TryParse(nameOrId, out _) ? "id" : "name";
        IReadOnlyList<JsonElement> networks = await ListAsync("networks", [new(key, nameOrId), new("fields", "id")], stop);
        return [.. networks.Select(network => network.Text("id")).OfType<string>()];
    }

    /// <summary>How much of its quota a project uses.</summary>
    /// <exception cref="ServiceException">Neutron does not tell; the extension quota_details is not everywhere (404).</exception>
    public async Task<IReadOnlyList<Quota>> GetQuotasAsync(string projectId, CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, $"quotas/{projectId}/details").AsOptional(), stop);
        return Quotas(response.Json());
    }

    internal static IReadOnlyList<Quota> Quotas(JsonElement answer) => answer.Field("quota") is { ValueKind: JsonValueKind.Object } quotas
        ?
        [
            .. quotas.EnumerateObject().Where(quota => quota.Value.ValueKind == JsonValueKind.Object)
                .Select(quota => Quota.From(quota.Value, quota.Name, "limit", "used")),
        ]
        : [];

    private async Task<IReadOnlyList<Port>> ListPortsAsync(
        string key, IEnumerable<string> values, IEnumerable<string> fields, CancellationToken stop)
    {
        // Neutron ORs a parameter that is repeated.
        IReadOnlyList<JsonElement>[] lists = await Fanout.SelectAsync(
            QueryChunks.Of(key, values),
            (chunk, token) => ListAsync(
                "ports",
                [.. chunk, .. fields.Select(field => new KeyValuePair<string, string>("fields", field))], token),
            stop);
        return [.. lists.SelectMany(list => list).Select(Port.From).DistinctBy(port => port.Id)];
    }

    /// <param name="collection">The path, and the array's name in the answer.</param>
    /// <param name="query">With <c>id</c> among the <c>fields</c>, if there are any: it becomes the marker of the next page.</param>
    /// <param name="stop">Ends the reading.</param>
    private Task<IReadOnlyList<JsonElement>> ListAsync(
        string collection, IReadOnlyList<KeyValuePair<string, string>> query, CancellationToken stop) =>
        Paging.ListAsync(
            _client, _client.Request(HttpMethod.Get, $"{collection}") with { Query = query }, collection,
            page => Paging.HasNextLink(page, $"{collection}_links"), stop);
}
