using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Networking;

/// <summary>The calls of the network service that we need.</summary>
public sealed class Neutron
{
    private static readonly string[] Identity = ["id", "device_id", "mac_address", "network_id"];
    private static readonly string[] Addresses = ["id", "device_id", "fixed_ips", "trunk_details"];

    private readonly ServiceClient _client;

    internal Neutron(ServiceClient client) => _client = client;

    /// <summary>The ports of some servers.</summary>
    public Task<IReadOnlyList<Port>> ListPortsAsync(IEnumerable<string> deviceIds, CancellationToken stop) =>
        ListPortsAsync("device_id", deviceIds, Identity, stop);

    /// <summary>The ports of some servers, with their fixed IP addresses.</summary>
    public Task<IReadOnlyList<Port>> ListPortsWithAddressesAsync(IEnumerable<string> deviceIds, CancellationToken stop) =>
        ListPortsAsync("device_id", deviceIds, [.. Identity, "fixed_ips"], stop);

    /// <summary>The names of networks by their ids; without those that are not visible.</summary>
    public Task<IReadOnlyDictionary<string, string>> ListNetworkNamesAsync(IEnumerable<string> ids, CancellationToken stop) =>
        ListTextsAsync("networks", ids, "name", stop);

    /// <summary>The ranges of subnets (<c>192.168.32.0/24</c>) by their ids; without those that are not visible.</summary>
    public Task<IReadOnlyDictionary<string, string>> ListSubnetRangesAsync(IEnumerable<string> ids, CancellationToken stop) =>
        ListTextsAsync("subnets", ids, "cidr", stop);

    /// <summary>The ports with these MAC addresses on any network; of other projects only for an administrator or the network's
    /// owner.</summary>
    public Task<IReadOnlyList<Port>> ListPortsByMacAddressAsync(IEnumerable<string> macAddresses, CancellationToken stop) =>
        ListPortsAsync("mac_address", macAddresses, Identity, stop);

    /// <summary>The IP addresses of the ports of some servers, with the ports on their trunks, by server.</summary>
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

    /// <summary>The ids of the visible networks with this name or id.</summary>
    public async Task<IReadOnlyList<string>> FindNetworksAsync(string nameOrId, CancellationToken stop)
    {
        string key = Guid.TryParse(nameOrId, out _) ? "id" : "name";
        IReadOnlyList<JsonElement> networks = await ListAsync("networks", [new(key, nameOrId), new("fields", "id")], stop);
        return [.. networks.Select(network => network.Text("id")).OfType<string>()];
    }

    /// <summary>The server behind a floating IP; null if there is no such floating IP in the project, or it is not in use.</summary>
    public async Task<string?> FindServerOfFloatingIPAsync(string address, CancellationToken stop)
    {
        IReadOnlyList<JsonElement> found = await ListAsync(
            "floatingips", [new("floating_ip_address", address), new("fields", "id"), new("fields", "port_id")], stop);
        string? port = found.Select(ip => ip.Text("port_id")).FirstOrDefault(id => id is not null);
        IReadOnlyList<Port> ports = port is null ? [] : await ListPortsAsync("id", [port], Identity, stop);
        return ports.Select(one => one.DeviceId).FirstOrDefault(id => id.Length > 0);
    }

    /// <summary>The floating IPs of a server.</summary>
    public async Task<IReadOnlyList<string>> ListFloatingIPsAsync(string deviceId, CancellationToken stop)
    {
        IReadOnlyList<Port> ports = await ListPortsAsync([deviceId], stop);
        IReadOnlyList<JsonElement>[] found = await Fanout.SelectAsync(
            ports,
            (port, token) => ListAsync(
                "floatingips", [new("port_id", port.Id), new("fields", "id"), new("fields", "floating_ip_address")], token),
            stop);
        return [.. found.SelectMany(list => list).Select(ip => ip.Text("floating_ip_address")).OfType<string>()];
    }

    /// <summary>The floating IPs of some ports, by port: one call for many ports.</summary>
    public async Task<ILookup<string, string>> ListFloatingIPsOfPortsAsync(IEnumerable<string> portIds, CancellationToken stop) =>
        (await ListAsync("floatingips", "port_id", portIds, ["id", "port_id", "floating_ip_address"], stop))
            .Select(ip => (Port: ip.Text("port_id"), Address: ip.Text("floating_ip_address")))
            .Where(ip => ip is { Port: not null, Address: not null })
            .ToLookup(ip => ip.Port!, ip => ip.Address!);

    /// <summary>A project's quotas and usage.</summary>
    /// <exception cref="ServiceException">Neutron does not answer; not every cloud has the extension quota_details (404).</exception>
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
        string key, IEnumerable<string> values, IEnumerable<string> fields, CancellationToken stop) =>
        [.. (await ListAsync("ports", key, values, fields, stop)).Select(Port.From).DistinctBy(port => port.Id)];

    /// <summary>One text of each object with these ids.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ListTextsAsync(
        string collection, IEnumerable<string> ids, string field, CancellationToken stop) =>
        (await ListAsync(collection, "id", ids, ["id", field], stop))
            .Select(item => (Id: item.Text("id"), Text: item.Text(field)))
            .Where(item => item is { Id: not null, Text: not null })
            .DistinctBy(item => item.Id)
            .ToDictionary(item => item.Id!, item => item.Text!, StringComparer.Ordinal);

    private async Task<IEnumerable<JsonElement>> ListAsync(
        string collection, string key, IEnumerable<string> values, IEnumerable<string> fields, CancellationToken stop)
    {
        // Neutron combines a repeated parameter by OR.
        IReadOnlyList<JsonElement>[] lists = await Fanout.SelectAsync(
            Paging.Chunks(key, values),
            (chunk, token) => ListAsync(
                collection,
                [.. chunk, .. fields.Select(field => new KeyValuePair<string, string>("fields", field))], token),
            stop);
        return lists.SelectMany(list => list);
    }

    /// <param name="collection">The path, and the array's name in the answer.</param>
    /// <param name="query">With <c>id</c> among the <c>fields</c>, if any: it is the marker of the next page.</param>
    /// <param name="stop">Ends the reading.</param>
    private Task<IReadOnlyList<JsonElement>> ListAsync(
        string collection, IReadOnlyList<KeyValuePair<string, string>> query, CancellationToken stop) =>
        Paging.ListAsync(
            _client, _client.Request(HttpMethod.Get, $"{collection}") with { Query = query }, collection,
            page => Paging.HasNextLink(page, $"{collection}_links"), stop);
}

/// <summary>A port, as Neutron shows it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="DeviceId">Its server; empty for none.</param>
/// <param name="MacAddress">In canonical form.</param>
/// <param name="NetworkId">Its network.</param>
public sealed record Port(string Id, string DeviceId, string MacAddress, string NetworkId)
{
    /// <summary>Its fixed IP addresses with their subnets; empty if not requested.</summary>
    public IReadOnlyList<(string Address, string SubnetId)> FixedIps { get; init; } = [];

    /// <summary>Its IP addresses; empty if not requested.</summary>
    public IEnumerable<string> IpAddresses => FixedIps.Select(ip => ip.Address);

    /// <summary>The ids of the subports of its trunk; empty if not requested, or without the extension.</summary>
    public IReadOnlyList<string> SubPorts { get; init; } = [];

    internal static Port From(JsonElement port) => new(
        port.Text("id") ?? "",
        port.Text("device_id") ?? "",
        OpenStack.MacAddress.TryParse(port.Text("mac_address"), out string mac) ? mac : "",
        port.Text("network_id") ?? "")
    {
        FixedIps =
        [
            .. port.Items("fixed_ips").Where(ip => ip.Text("ip_address") is not null)
                .Select(ip => (ip.Text("ip_address")!, ip.Text("subnet_id") ?? "")),
        ],
        SubPorts = [.. (port.Field("trunk_details")?.Items("sub_ports") ?? []).Select(sub => sub.Text("port_id")).OfType<string>()],
    };
}
