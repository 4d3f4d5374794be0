using System.Text.Json;

namespace Hotstack.OpenStack.Networking;

/// <summary>A port, as Neutron shows it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="DeviceId">The server that it belongs to; empty for none.</param>
/// <param name="MacAddress">In canonical form.</param>
/// <param name="NetworkId">The network that it is on.</param>
public sealed record Port(string Id, string DeviceId, string MacAddress, string NetworkId)
{
    /// <summary>Its IP addresses; empty where they were not asked for.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    /// <summary>The ids of the ports that share its trunk; empty where they were not asked for, and without the extension.</summary>
    public IReadOnlyList<string> SubPorts { get; init; } = [];

    internal static Port From(JsonElement port) => new(
        port.Text("id") ?? "",
        port.Text("device_id") ?? "",
        OpenStack.MacAddress.TryParse(port.Text("mac_address"), out string mac) ? mac : "",
        port.Text("network_id") ?? "")
    {
        IpAddresses = [.. port.Items("fixed_ips").Select(ip => ip.Text("ip_address")).OfType<string>()],
        SubPorts = [.. (port.Field("trunk_details")?.Items("sub_ports") ?? []).Select(sub => sub.Text("port_id")).OfType<string>()],
    };
}
