using System.Text.Json.Nodes;
using Hotstack.Sandbox.Networking;

namespace Hotstack.Sandbox.Orchestration.Types;

/// <summary>Something of Neutron's: its attributes are what Neutron shows of it.</summary>
internal abstract class NeutronKind(string type) : ResourceKind(type)
{
    public override string Client => "neutron";

    public override JsonNode? Attribute(ResourceSite site, string name)
    {
        var view = View(site);
        return name == "show" ? view : view?[name]?.DeepClone();
    }

    protected abstract JsonObject? View(ResourceSite site);
}

internal sealed class NetKind() : NeutronKind("OS::Neutron::Net")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["name"] = PropertySchema.Text, ["value_specs"] = PropertySchema.Map, ["admin_state_up"] = PropertySchema.Boolean,
        ["tenant_id"] = PropertySchema.Text,
        ["shared"] = PropertySchema.Boolean, ["dhcp_agent_ids"] = PropertySchema.List, ["port_security_enabled"] = PropertySchema.Boolean,
        ["availability_zone_hints"] = PropertySchema.List, ["qos_policy"] = PropertySchema.Text, ["dns_domain"] = PropertySchema.Text,
        ["tags"] = PropertySchema.List,
    };

    public override IReadOnlyList<string> Attributes { get; } =
        ["status", "name", "subnets", "admin_state_up", "tenant_id", "port_security_enabled", "mtu", "qos_policy_id", "l2_adjacency",
            "segments", "show"];

    public override TimeSpan Begin(ResourceSite site)
    {
        var mtu = site.Map("value_specs")["mtu"] is { } given
            ? int.Parse(Hot.PythonText.Of(given), System.Globalization.CultureInfo.InvariantCulture) : 1500;
        site.Resource.PhysicalId = new NetworkMaker(site.Cloud)
            .AddNetwork(site.Name, site.Stack.ProjectId, mtu: mtu, portSecurity: site.Flag("port_security_enabled") ?? true).Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is { } network)
        {
            new NetworkMaker(site.Cloud).RemoveNetwork(network);
        }

        return TimeSpan.Zero;
    }

    protected override JsonObject? View(ResourceSite site) => Of(site) is { } network ? NeutronView.Of(network) : null;

    private static Network? Of(ResourceSite site) => site.Cloud.NetworkList.Find(n => n.Id == site.Resource.PhysicalId);
}

internal sealed class SubnetKind() : NeutronKind("OS::Neutron::Subnet")
{
    private static readonly string[] Ipv6Modes = ["dhcpv6-stateful", "dhcpv6-stateless", "slaac"];

    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["network"] = PropertySchema.Text with { Constraint = "neutron.network" }, ["network_id"] = PropertySchema.Text,
        ["name"] = PropertySchema.Text,
        ["cidr"] = PropertySchema.Text with { Constraint = "net_cidr" }, ["value_specs"] = PropertySchema.Map,
            ["tenant_id"] = PropertySchema.Text,
        ["ip_version"] = PropertySchema.Integer with { Allowed = ["4", "6"] }, ["dns_nameservers"] = PropertySchema.List,
        ["gateway_ip"] = PropertySchema.Text, ["enable_dhcp"] = PropertySchema.Boolean, ["host_routes"] = PropertySchema.List,
        ["allocation_pools"] = PropertySchema.ListOf(new()
        {
            ["start"] = PropertySchema.Text with { Required = true }, ["end"] = PropertySchema.Text with { Required = true },
        }),
        ["ipv6_ra_mode"] = PropertySchema.Text with { Allowed = Ipv6Modes },
            ["ipv6_address_mode"] = PropertySchema.Text with { Allowed = Ipv6Modes },
        ["subnetpool"] = PropertySchema.Text, ["prefixlen"] = PropertySchema.Integer, ["segment"] = PropertySchema.Text,
        ["tags"] = PropertySchema.List,
    };

    public override IReadOnlyList<string> Attributes { get; } =
    [
        "name", "network_id", "tenant_id", "allocation_pools", "gateway_ip", "host_routes", "ip_version", "cidr", "dns_nameservers",
            "enable_dhcp", "show",
    ];

    public override void Validate(ResourceSite site, JsonNode? given)
    {
        if (given is JsonObject o && !o.ContainsKey("network") && !o.ContainsKey("network_id"))
        {
            throw Hot.HeatErrors.Property($"resources.{site.Resource.Name}.properties", "Property network not assigned");
        }
    }

    public override TimeSpan Begin(ResourceSite site)
    {
        var network = site.Find.Network(site.Text("network") ?? site.Text("network_id") ?? "")
            ?? throw Gone("Network", site.Text("network"));
        var gateway = site.Text("gateway_ip");

        // Heat tells Neutron of no gateway if the template says null or "".
        var none = site.Properties.ContainsKey("gateway_ip") && string.IsNullOrEmpty(gateway);
        site.Resource.PhysicalId = new NetworkMaker(site.Cloud).AddSubnet(network, site.Name, site.Text("cidr") ?? "",
            site.Number("ip_version") ?? 4, new()
        {
            HasGateway = !none, Gateway = none ? null : gateway, Dhcp = site.Flag("enable_dhcp") ?? true,
            Pools = [.. site.List("allocation_pools").OfType<JsonObject>()
                .Select(p => new AddressPool((string)p["start"]!, (string)p["end"]!))],
            DnsNameservers = [.. site.List("dns_nameservers").Select(Hot.PythonText.Of)],
            Ipv6AddressMode = site.Text("ipv6_address_mode"), Ipv6RaMode = site.Text("ipv6_ra_mode"),
        }).Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is { } subnet)
        {
            new NetworkMaker(site.Cloud).RemoveSubnet(subnet);
        }

        return TimeSpan.Zero;
    }

    protected override JsonObject? View(ResourceSite site) => Of(site) is { } subnet ? NeutronView.Of(subnet) : null;

    private static Subnet? Of(ResourceSite site) => site.Find.Subnet(site.Resource.PhysicalId);
}
