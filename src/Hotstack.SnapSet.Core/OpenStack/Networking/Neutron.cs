using Hotstack.Http;

namespace Hotstack.OpenStack.Networking;

/// <summary>The network service: the calls of it that we need.</summary>
public sealed class Neutron
{
    private readonly ServiceClient _client;

    internal Neutron(ServiceClient client) => _client = client;

    /// <summary>The ports of some servers, all in one call.</summary>
    public async Task<IReadOnlyList<Port>> ListPortsAsync(IEnumerable<string> deviceIds, CancellationToken stop)
    {
        // Neutron ORs a parameter that is repeated.
        ApiRequest request = _client.Request(HttpMethod.Get, "ports") with
        {
            Query =
            [
                .. deviceIds.Select(id => KeyValuePair.Create("device_id", id)),
                new("fields", "id"), new("fields", "device_id"), new("fields", "mac_address"), new("fields", "network_id"),
            ],
        };
        ApiResponse response = await _client.SendAsync(request, stop).ConfigureAwait(false);
        return [.. response.Json().Items("ports").Select(Port.From)];
    }
}
