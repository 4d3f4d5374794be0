using System.Text.Json.Nodes;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration.Types;

internal sealed class PortKind() : NeutronKind("OS::Neutron::Port")
{
    private static readonly string[] Changeable =
        ["name", "mac_address", "fixed_ips", "port_security_enabled", "security_groups", "value_specs", "allowed_address_pairs",
            "admin_state_up", "tags"];

    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["network"] = PropertySchema.Text with { Constraint = "neutron.network" }, ["network_id"] = PropertySchema.Text,
        ["name"] = PropertySchema.Text,
        ["value_specs"] = PropertySchema.Map, ["admin_state_up"] = PropertySchema.Boolean,
        ["mac_address"] = PropertySchema.Text with { Constraint = "mac_addr" },
        ["fixed_ips"] = PropertySchema.ListOf(new()
        {
            ["subnet"] = PropertySchema.Text with { Constraint = "neutron.subnet" }, ["subnet_id"] = PropertySchema.Text,
            ["ip_address"] = PropertySchema.Text with { Constraint = "ip_addr" },
        }),
        ["device_id"] = PropertySchema.Text, ["device_owner"] = PropertySchema.Text, ["security_groups"] = PropertySchema.List,
        ["allowed_address_pairs"] = PropertySchema.List, ["binding:vnic_type"] = PropertySchema.Text,
        ["port_security_enabled"] = PropertySchema.Boolean,
        ["dns_name"] = PropertySchema.Text, ["qos_policy"] = PropertySchema.Text, ["tags"] = PropertySchema.List,
        ["no_fixed_ips"] = PropertySchema.Boolean,
        ["propagate_uplink_status"] = PropertySchema.Boolean,
    };

    public override IReadOnlyList<string> Attributes { get; } =
    [
        "admin_state_up", "device_id", "device_owner", "fixed_ips", "mac_address", "name", "network_id", "security_groups", "status",
            "tenant_id",
        "allowed_address_pairs", "subnets", "network", "port_security_enabled", "qos_policy_id", "dns_assignment", "show",
    ];

    public override void Validate(ResourceSite site, JsonNode? given)
    {
        if (given is JsonObject o && !o.ContainsKey("network") && !o.ContainsKey("network_id"))
        {
            throw HeatErrors.Property($"resources.{site.Resource.Name}.properties", "Property network not assigned");
        }
    }

    public override IEnumerable<string> Waits(TemplateResource self, HotTemplate template) =>
        SubnetsOf(template, self.Properties?["network"] ?? self.Properties?["network_id"]);

    public override TimeSpan Begin(ResourceSite site)
    {
        var wanted = site.Text("network") ?? site.Text("network_id");
        var network = site.Find.Network(wanted ?? "") ?? throw Gone("Network", wanted);
        site.Resource.PhysicalId = new NetworkMaker(site.Cloud).AddPort(network, site.Name, Options(site)).Id;
        return TimeSpan.Zero;
    }

    public override bool CanUpdate(IReadOnlyCollection<string> changed) => changed.All(Changeable.Contains);

    public override TimeSpan Update(ResourceSite site, IReadOnlyCollection<string> changed)
    {
        var port = Of(site) ?? throw Gone("Port", site.Resource.PhysicalId);

        // Without it, what it is to become is free.
        site.Cloud.PortList.Remove(port);
        try
        {
            var maker = new NetworkMaker(site.Cloud);
            var options = Options(site);
            var trial = maker.AddPort(port.Network, site.Name, options with
            {
                MacAddress = options.MacAddress ?? port.MacAddress,
                FixedIps = changed.Contains("fixed_ips") ? options.FixedIps
                    : [.. port.FixedIps.Select(f => ((string?)f.Subnet.Id, (string?)f.Address))],
            });
            site.Cloud.PortList.Remove(trial);
            (port.Name, port.MacAddress, port.FixedIps, port.PortSecurity) = (trial.Name, trial.MacAddress, trial.FixedIps,
                trial.PortSecurity);
            (port.ExtraDhcpOpts, port.SecurityGroups) = (trial.ExtraDhcpOpts, trial.SecurityGroups);
        }
        finally
        {
            site.Cloud.PortList.Add(port);
        }

        return TimeSpan.Zero;
    }

    public override void Release(ResourceSite site)
    {
        if (Of(site) is { } port)
        {
            port.FixedIps = [];
        }
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is { } port)
        {
            new NetworkMaker(site.Cloud).RemovePort(port);
        }

        return TimeSpan.Zero;
    }

    public override JsonNode? Attribute(ResourceSite site, string name) => name switch
    {
        "subnets" => Of(site) is { } port ? new JsonArray([.. port.FixedIps.Select(f => NeutronView.Of(f.Subnet))]) : null,
        "network" => Of(site) is { } port ? NeutronView.Of(port.Network) : null,
        _ => base.Attribute(site, name),
    };

    protected override JsonObject? View(ResourceSite site) => Of(site) is { } port ? NeutronView.Of(port) : null;

    private static Port? Of(ResourceSite site) => site.Cloud.PortList.Find(p => p.Id == site.Resource.PhysicalId);

    private static string? TextOf(JsonNode? node) => node is null ? null : PythonText.Of(node);

    private static PortOptions Options(ResourceSite site) => new()
    {
        MacAddress = site.Text("mac_address")?.Replace('-', ':'),
        FixedIps =
        [
            .. site.List("fixed_ips").OfType<JsonObject>().Select(f =>
                (TextOf(f["subnet"] ?? f["subnet_id"]), TextOf(f["ip_address"]))),
        ],
        PortSecurity = site.Flag("port_security_enabled"),
        ExtraDhcpOpts = site.Map("value_specs")["extra_dhcp_opts"] is JsonArray options ? (JsonArray)options.DeepClone() : [],
        SecurityGroups =
        [
            .. site.List("security_groups").Select(PythonText.Of).Select(name =>
                site.Find.SecurityGroup(name) ?? throw Gone("SecurityGroup", name)),
        ],
    };
}
