using System.Text.Json;

namespace Hotstack.OpenStack.Networking;

/// <summary>A port, as Neutron shows it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="DeviceId">The server that it belongs to; empty for none.</param>
/// <param name="MacAddress">In canonical form.</param>
/// <param name="NetworkId">The network that it is on.</param>
public sealed record Port(string Id, string DeviceId, string MacAddress, string NetworkId)
{
    internal static Port From(JsonElement port) => new(
        port.Text("id") ?? "",
        port.Text("device_id") ?? "",
        OpenStack.MacAddress.TryParse(port.Text("mac_address"), out string mac) ? mac : "",
        port.Text("network_id") ?? "");
}
