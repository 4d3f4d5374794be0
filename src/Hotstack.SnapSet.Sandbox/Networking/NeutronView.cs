using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Networking;

/// <summary>What Neutron has, on the wire.</summary>
internal static class NeutronView
{
    public static JsonObject Of(Port port)
    {
        var active = port.Device is { VmState: "active" };
        return new JsonObject
        {
            ["id"] = port.Id,
            ["name"] = port.Name,
            ["network_id"] = port.Network.Id,
            ["tenant_id"] = port.Network.ProjectId,
            ["mac_address"] = port.MacAddress,
            ["admin_state_up"] = true,
            ["status"] = active ? "ACTIVE" : "DOWN",
            ["device_id"] = port.Device?.Id ?? "",
            ["device_owner"] = port.Device is null ? "" : "compute:nova",
            ["fixed_ips"] = new JsonArray(new JsonObject { ["subnet_id"] = port.Network.SubnetId, ["ip_address"] = port.Address }),
            ["extra_dhcp_opts"] = new JsonArray(),
            ["description"] = "",
            ["binding:vnic_type"] = "normal",
            ["port_security_enabled"] = true,
            ["security_groups"] = new JsonArray(),
            ["allowed_address_pairs"] = new JsonArray(),
            ["tags"] = new JsonArray(),
            ["created_at"] = Times.Z(port.CreatedAt),
            ["updated_at"] = Times.Z(port.CreatedAt),
            ["revision_number"] = 5,
            ["project_id"] = port.Network.ProjectId,
        };
    }

    public static JsonObject Of(Network network) => new()
    {
        ["id"] = network.Id,
        ["name"] = network.Name,
        ["tenant_id"] = network.ProjectId,
        ["admin_state_up"] = true,
        ["mtu"] = 1500,
        ["status"] = "ACTIVE",
        ["subnets"] = new JsonArray(network.SubnetId),
        ["shared"] = false,
        ["availability_zone_hints"] = new JsonArray(),
        ["availability_zones"] = new JsonArray(),
        ["ipv4_address_scope"] = null,
        ["ipv6_address_scope"] = null,
        ["router:external"] = network.External,
        ["description"] = "",
        ["port_security_enabled"] = true,
        ["tags"] = new JsonArray(),
        ["created_at"] = Times.Z(network.CreatedAt),
        ["updated_at"] = Times.Z(network.CreatedAt),
        ["revision_number"] = 2,
        ["project_id"] = network.ProjectId,
    };

    public static JsonObject SubnetOf(Network network)
    {
        var start = network.Cidr[..network.Cidr.LastIndexOf('.')];
        return new JsonObject
        {
            ["id"] = network.SubnetId,
            ["name"] = network.SubnetName,
            ["tenant_id"] = network.ProjectId,
            ["network_id"] = network.Id,
            ["ip_version"] = 4,
            ["subnetpool_id"] = null,
            ["enable_dhcp"] = true,
            ["ipv6_ra_mode"] = null,
            ["ipv6_address_mode"] = null,
            ["gateway_ip"] = start + ".1",
            ["cidr"] = network.Cidr,
            ["allocation_pools"] = new JsonArray(new JsonObject { ["start"] = start + ".2", ["end"] = start + ".254" }),
            ["host_routes"] = new JsonArray(),
            ["dns_nameservers"] = new JsonArray(),
            ["description"] = "",
            ["service_types"] = new JsonArray(),
            ["tags"] = new JsonArray(),
            ["created_at"] = Times.Z(network.CreatedAt),
            ["updated_at"] = Times.Z(network.CreatedAt),
            ["revision_number"] = 0,
            ["project_id"] = network.ProjectId,
        };
    }

    public static JsonObject FloatingIpOf(Port port) => new()
    {
        ["id"] = port.FloatingIp!.Id,
        ["tenant_id"] = port.Network.ProjectId,
        ["floating_ip_address"] = port.FloatingIp.Address,
        ["floating_network_id"] = port.FloatingIp.Network.Id,
        ["router_id"] = null,
        ["port_id"] = port.Id,
        ["fixed_ip_address"] = port.Address,
        ["status"] = "ACTIVE",
        ["description"] = "",
        ["tags"] = new JsonArray(),
        ["revision_number"] = 1,
        ["project_id"] = port.Network.ProjectId,
    };
}
