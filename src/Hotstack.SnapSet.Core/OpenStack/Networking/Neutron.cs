using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Networking;

/// <summary>The network service: the calls of it that we need.</summary>
public sealed class Neutron
{
    private readonly ServiceClient _client;

    internal Neutron(ServiceClient client) => _client = client;

    /// <summary>The ports of some servers, all in one call.</summary>
    public Task<IReadOnlyList<Port>> ListPortsAsync(IEnumerable<string> deviceIds, CancellationToken stop) =>
        ListPortsAsync("device_id", deviceIds, stop);

    /// <summary>The ports that have one of these MAC addresses, on whatever network; only of our own project, unless we are an
    /// administrator or own the network.</summary>
    public Task<IReadOnlyList<Port>> ListPortsByMacAddressAsync(IEnumerable<string> macAddresses, CancellationToken stop) =>
        ListPortsAsync("mac_address", macAddresses, stop);

    /// <summary>The ids of the networks of this name or id that we can see.</summary>
    public async Task<IReadOnlyList<string>> FindNetworksAsync(string nameOrId, CancellationToken stop)
    {
        string key = Guid.TryParse(nameOrId, out _) ? "id" : "name";
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, "networks") with { Query = [new(key, nameOrId), new("fields", "id")] }, stop).ConfigureAwait(false);
        return [.. response.Json().Items("networks").Select(network => network.Text("id")).OfType<string>()];
    }

    /// <summary>How much of its quota a project uses; none where Neutron does not tell.</summary>
    public async Task<IReadOnlyList<Quota>> GetQuotasAsync(string projectId, CancellationToken stop)
    {
        try
        {
            ApiResponse response = await _client.SendAsync(
                _client.Request(HttpMethod.Get, $"quotas/{projectId}/details"), stop).ConfigureAwait(false);
            return Quotas(response.Json());
        }
        catch (ServiceException e) when (e.Cause is ErrorCause.NotFound or ErrorCause.Forbidden)
        {
            // The extension quota_details is not everywhere.
            return [];
        }
    }

    internal static IReadOnlyList<Quota> Quotas(JsonElement answer) => answer.Field("quota") is { ValueKind: JsonValueKind.Object } quotas
        ?
        [
            .. quotas.EnumerateObject().Where(quota => quota.Value.ValueKind == JsonValueKind.Object)
                .Select(quota => Quota.From(quota.Value, quota.Name, "limit", "used")),
        ]
        : [];

    private async Task<IReadOnlyList<Port>> ListPortsAsync(string key, IEnumerable<string> values, CancellationToken stop)
    {
        // Neutron ORs a parameter that is repeated.
        ApiRequest request = _client.Request(HttpMethod.Get, "ports") with
        {
            Query =
            [
                .. values.Select(value => KeyValuePair.Create(key, value)),
                new("fields", "id"), new("fields", "device_id"), new("fields", "mac_address"), new("fields", "network_id"),
            ],
        };
        ApiResponse response = await _client.SendAsync(request, stop).ConfigureAwait(false);
        return [.. response.Json().Items("ports").Select(Port.From)];
    }
}
