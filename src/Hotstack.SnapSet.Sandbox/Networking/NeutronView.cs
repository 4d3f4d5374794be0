using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Networking;

/// <summary>What Neutron has, on the wire.</summary>
internal static class NeutronView
{
    public static JsonObject Of(Port port)
    {
        var active = port.Device is { VmState: "active" } || port.Router is not null;
        var o = new JsonObject
        {
            ["id"] = port.Id,
            ["name"] = port.Name,
            ["network_id"] = port.Network.Id,
            ["tenant_id"] = port.Network.ProjectId,
            ["mac_address"] = port.MacAddress,
            ["admin_state_up"] = true,
            ["status"] = active ? "ACTIVE" : "DOWN",
            ["device_id"] = port.Router?.Id ?? port.Device?.Id ?? "",
            ["device_owner"] = port.Router is not null ? "network:router_interface" : port.IsSubPort ? "trunk:subport"
                : port.Device is null ? "" : "compute:nova",
            ["fixed_ips"] = FixedIps(port),
            ["extra_dhcp_opts"] = port.ExtraDhcpOpts.DeepClone(),
            ["description"] = "",
            ["binding:vnic_type"] = "normal",
            ["port_security_enabled"] = port.PortSecurity,
            ["security_groups"] = new JsonArray([.. port.SecurityGroups.Select(g => (JsonNode)g.Id)]),
            ["allowed_address_pairs"] = new JsonArray(),
            ["tags"] = new JsonArray(),
            ["created_at"] = Times.Z(port.CreatedAt),
            ["updated_at"] = Times.Z(port.CreatedAt),
            ["revision_number"] = 5,
            ["project_id"] = port.Network.ProjectId,
        };
        if (port.Trunk is { } trunk)
        {
            o["trunk_details"] = new JsonObject { ["trunk_id"] = trunk.Id, ["sub_ports"] = SubPorts(trunk) };
        }

        return o;
    }

    public static JsonArray FixedIps(Port port) => new([.. port.FixedIps.Select(f => new JsonObject
    {
        ["subnet_id"] = f.Subnet.Id, ["ip_address"] = f.Address,
    })]);

    public static JsonObject Of(Network network) => new()
    {
        ["id"] = network.Id,
        ["name"] = network.Name,
        ["tenant_id"] = network.ProjectId,
        ["admin_state_up"] = true,
        ["mtu"] = network.Mtu,
        ["status"] = "ACTIVE",
        ["subnets"] = new JsonArray([.. network.Subnets.Select(s => (JsonNode)s.Id)]),
        ["shared"] = false,
        ["availability_zone_hints"] = new JsonArray(),
        ["availability_zones"] = new JsonArray(),
        ["ipv4_address_scope"] = null,
        ["ipv6_address_scope"] = null,
        ["router:external"] = network.External,
        ["description"] = "",
        ["port_security_enabled"] = network.PortSecurity,
        ["tags"] = new JsonArray(),
        ["created_at"] = Times.Z(network.CreatedAt),
        ["updated_at"] = Times.Z(network.CreatedAt),
        ["revision_number"] = 2,
        ["project_id"] = network.ProjectId,
    };

    public static JsonObject Of(Subnet subnet) => new()
    {
        ["id"] = subnet.Id,
        ["name"] = subnet.Name,
        ["tenant_id"] = subnet.Network.ProjectId,
        ["network_id"] = subnet.Network.Id,
        ["ip_version"] = subnet.Range.Version,
        ["subnetpool_id"] = null,
        ["enable_dhcp"] = subnet.Dhcp,
        ["ipv6_ra_mode"] = subnet.Ipv6RaMode,
        ["ipv6_address_mode"] = subnet.Ipv6AddressMode,
        ["gateway_ip"] = subnet.Gateway,
        ["cidr"] = subnet.Range.ToString(),
        ["allocation_pools"] = new JsonArray([.. subnet.Pools.Select(p => new JsonObject { ["start"] = p.Start, ["end"] = p.End })]),
        ["host_routes"] = new JsonArray(),
        ["dns_nameservers"] = new JsonArray([.. subnet.DnsNameservers.Select(d => (JsonNode)d)]),
        ["description"] = "",
        ["service_types"] = new JsonArray(),
        ["tags"] = new JsonArray(),
        ["created_at"] = Times.Z(subnet.Network.CreatedAt),
        ["updated_at"] = Times.Z(subnet.Network.CreatedAt),
        ["revision_number"] = 0,
        ["project_id"] = subnet.Network.ProjectId,
    };

    public static JsonObject Of(FloatingIp floating, Router? router) => new()
    {
        ["id"] = floating.Id,
        ["tenant_id"] = floating.ProjectId,
        ["floating_ip_address"] = floating.Address,
        ["floating_network_id"] = floating.Network.Id,
        ["router_id"] = floating.Port is null ? null : router?.Id,
        ["port_id"] = floating.Port?.Id,
        ["fixed_ip_address"] = floating.Port?.Address,
        ["status"] = floating.Port is null ? "DOWN" : "ACTIVE",
        ["description"] = "",
        ["tags"] = new JsonArray(),
        ["revision_number"] = 1,
        ["project_id"] = floating.ProjectId,
    };

    public static JsonObject Of(Router router) => new()
    {
        ["id"] = router.Id,
        ["name"] = router.Name,
        ["tenant_id"] = router.ProjectId,
        ["admin_state_up"] = router.AdminStateUp,
        ["status"] = "ACTIVE",
        ["external_gateway_info"] = router.Outside is not { } outside ? null : new JsonObject
        {
            ["network_id"] = outside.Id, ["enable_snat"] = true,
            ["external_fixed_ips"] = new JsonArray(
                new JsonObject { ["subnet_id"] = outside.Subnets.FirstOrDefault()?.Id, ["ip_address"] = router.OutsideAddress }),
        },
        ["description"] = "",
        ["availability_zones"] = new JsonArray(),
        ["availability_zone_hints"] = new JsonArray(),
        ["routes"] = new JsonArray(
            [.. router.Routes.Select(r => new JsonObject { ["destination"] = r.Destination, ["nexthop"] = r.NextHop })]),
        ["flavor_id"] = null,
        ["tags"] = new JsonArray(),
        ["created_at"] = Times.Z(router.CreatedAt),
        ["updated_at"] = Times.Z(router.CreatedAt),
        ["revision_number"] = 3,
        ["project_id"] = router.ProjectId,
    };

    public static JsonObject Of(Trunk trunk) => new()
    {
        ["id"] = trunk.Id,
        ["name"] = trunk.Name,
        ["tenant_id"] = trunk.Parent.Network.ProjectId,
        ["port_id"] = trunk.Parent.Id,
        ["status"] = trunk.Parent.Device is { VmState: "active" } ? "ACTIVE" : "DOWN",
        ["admin_state_up"] = true,
        ["sub_ports"] = SubPorts(trunk),
        ["description"] = "",
        ["tags"] = new JsonArray(),
        ["created_at"] = Times.Z(trunk.CreatedAt),
        ["updated_at"] = Times.Z(trunk.CreatedAt),
        ["revision_number"] = 1,
        ["project_id"] = trunk.Parent.Network.ProjectId,
    };

    public static JsonObject Of(SecurityGroup group) => new()
    {
        ["id"] = group.Id,
        ["name"] = group.Name,
        ["tenant_id"] = group.ProjectId,
        ["description"] = group.Description,
        ["stateful"] = true,
        ["security_group_rules"] = group.Rules.DeepClone(),
        ["tags"] = new JsonArray(),
        ["created_at"] = Times.Z(group.CreatedAt),
        ["updated_at"] = Times.Z(group.CreatedAt),
        ["revision_number"] = 1,
        ["project_id"] = group.ProjectId,
    };

    private static JsonArray SubPorts(Trunk trunk) => new([.. trunk.SubPorts.Select(s => new JsonObject
    {
        ["port_id"] = s.Port.Id, ["segmentation_id"] = s.Segment, ["segmentation_type"] = s.Type, ["mac_address"] = s.Port.MacAddress,
    })]);
}
