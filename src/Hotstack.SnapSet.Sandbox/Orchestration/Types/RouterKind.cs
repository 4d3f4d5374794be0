using System.Text.Json.Nodes;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration.Types;

internal sealed class RouterKind() : NeutronKind("OS::Neutron::Router")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["name"] = PropertySchema.Text, ["value_specs"] = PropertySchema.Map, ["admin_state_up"] = PropertySchema.Boolean,
        ["external_gateway_info"] = PropertySchema.Map with
        {
            Members = new Dictionary<string, PropertySchema>
            {
                ["network"] = PropertySchema.Text with { Required = true, Constraint = "neutron.network" },
                    ["enable_snat"] = PropertySchema.Boolean,
                ["external_fixed_ips"] = PropertySchema.List,
            },
        },
        ["ha"] = PropertySchema.Boolean, ["distributed"] = PropertySchema.Boolean, ["tags"] = PropertySchema.List,
    };

    public override IReadOnlyList<string> Attributes { get; } = ["status", "external_gateway_info", "name", "admin_state_up", "tenant_id",
        "show"];

    public override TimeSpan Begin(ResourceSite site)
    {
        var name = site.Map("external_gateway_info")["network"];
        var outside = name is null ? null : site.Find.Network(PythonText.Of(name)) ?? throw Gone("Network", PythonText.Of(name));
        site.Resource.PhysicalId = new RouterMaker(site.Cloud).AddRouter(site.Name, site.Stack.ProjectId, outside,
            site.Flag("admin_state_up") ?? true).Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is { } router)
        {
            new RouterMaker(site.Cloud).RemoveRouter(router);
        }

        return TimeSpan.Zero;
    }

    protected override JsonObject? View(ResourceSite site) => Of(site) is { } router ? NeutronView.Of(router) : null;

    private static Router? Of(ResourceSite site) => site.Cloud.RouterList.Find(r => r.Id == site.Resource.PhysicalId);
}

internal sealed class RouterInterfaceKind() : ResourceKind("OS::Neutron::RouterInterface")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["router"] = PropertySchema.Text with { Constraint = "neutron.router" }, ["router_id"] = PropertySchema.Text,
        ["subnet"] = PropertySchema.Text with { Constraint = "neutron.subnet" }, ["subnet_id"] = PropertySchema.Text,
        ["port"] = PropertySchema.Text with { Constraint = "neutron.port" }, ["port_id"] = PropertySchema.Text,
    };

    public override string Client => "neutron";

    public override TimeSpan Begin(ResourceSite site)
    {
        var wanted = site.Text("router") ?? site.Text("router_id");
        var router = site.Find.Router(wanted ?? "") ?? throw Gone("Router", wanted);
        var maker = new RouterMaker(site.Cloud);
        if ((site.Text("port") ?? site.Text("port_id")) is { } portName)
        {
            var port = site.Find.Port(portName) ?? throw Gone("Port", portName);
            maker.AddInterface(router, port);
            site.Resource.PhysicalId = $"{router.Id}:port_id={port.Id}";
        }
        else
        {
            var name = site.Text("subnet") ?? site.Text("subnet_id");
            var subnet = site.Find.Subnet(name ?? "") ?? throw Gone("Subnet", name);
            maker.AddInterface(router, subnet);
            site.Resource.PhysicalId = $"{router.Id}:subnet_id={subnet.Id}";
        }

        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (site.Resource.PhysicalId.Split(':', '=') is [var id, _, var other] && site.Find.Router(id) is { } router
            && router.Ports.Find(p => p.FixedIps.Any(f => f.Subnet.Id == other
                || site.Find.Port(other)?.FixedIps.Any(o => o.Subnet == f.Subnet) == true)) is { } leg)
        {
            new RouterMaker(site.Cloud).RemoveInterface(router, leg);
        }

        return TimeSpan.Zero;
    }
}

internal sealed class FloatingIpKind() : NeutronKind("OS::Neutron::FloatingIP")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["floating_network"] = PropertySchema.Text with { Constraint = "neutron.network" }, ["floating_network_id"] = PropertySchema.Text,
        ["floating_subnet"] = PropertySchema.Text, ["value_specs"] = PropertySchema.Map,
        ["port_id"] = PropertySchema.Text with { Constraint = "neutron.port" },
        ["fixed_ip_address"] = PropertySchema.Text, ["floating_ip_address"] = PropertySchema.Text, ["dns_name"] = PropertySchema.Text,
        ["dns_domain"] = PropertySchema.Text,
    };

    public override IReadOnlyList<string> Attributes { get; } =
        ["router_id", "tenant_id", "floating_network_id", "fixed_ip_address", "floating_ip_address", "port_id", "show"];

    public override void Validate(ResourceSite site, JsonNode? given)
    {
        if (given is JsonObject o && !o.ContainsKey("floating_network") && !o.ContainsKey("floating_network_id"))
        {
            throw HeatErrors.Property($"resources.{site.Resource.Name}.properties", "Property floating_network not assigned");
        }
    }

    public override IEnumerable<string> Waits(TemplateResource self, HotTemplate template) =>
        Others(template, "OS::Neutron::RouterInterface", _ => true);

    public override TimeSpan Begin(ResourceSite site)
    {
        var wanted = site.Text("floating_network") ?? site.Text("floating_network_id");
        var network = site.Find.Network(wanted ?? "") ?? throw Gone("Network", wanted);
        var port = site.Text("port_id") is { } id ? site.Find.Port(id) ?? throw Gone("Port", id) : null;
        site.Resource.PhysicalId = new RouterMaker(site.Cloud).AddFloatingIp(network, site.Stack.ProjectId, port).Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is { } floating)
        {
            new RouterMaker(site.Cloud).RemoveFloatingIp(floating);
        }

        return TimeSpan.Zero;
    }

    protected override JsonObject? View(ResourceSite site) => Of(site) is { } floating
        ? NeutronView.Of(floating, site.Cloud.RouterList.Find(r => r.Outside == floating.Network && r.ProjectId == floating.ProjectId))
        : null;

    private static FloatingIp? Of(ResourceSite site) => site.Cloud.FloatingIpList.Find(f => f.Id == site.Resource.PhysicalId);
}

internal sealed class TrunkKind() : NeutronKind("OS::Neutron::Trunk")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["name"] = PropertySchema.Text, ["port"] = PropertySchema.Text with { Required = true, Constraint = "neutron.port" },
        ["sub_ports"] = PropertySchema.ListOf(new()
        {
            ["port"] = PropertySchema.Text with { Required = true, Constraint = "neutron.port" },
            ["segmentation_id"] = PropertySchema.Integer with { Required = true },
            ["segmentation_type"] = PropertySchema.Text with { Required = true, Allowed = ["vlan"] },
        }),
        ["description"] = PropertySchema.Text, ["admin_state_up"] = PropertySchema.Boolean, ["tags"] = PropertySchema.List,
    };

    public override IReadOnlyList<string> Attributes { get; } = ["admin_state_up", "name", "port_id", "sub_ports", "status", "tenant_id",
        "show"];

    public override TimeSpan Begin(ResourceSite site)
    {
        Port Find(JsonNode? id) => site.Find.Port(PythonText.Of(id)) ?? throw Gone("Port", PythonText.Of(id));
        site.Resource.PhysicalId = new RouterMaker(site.Cloud).AddTrunk(site.Name, Find(site.Properties["port"]), [
            .. site.List("sub_ports").OfType<JsonObject>()
                .Select(s => (Find(s["port"]), (int)s["segmentation_id"]!, (string)s["segmentation_type"]!)),
        ]).Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is { } trunk)
        {
            new RouterMaker(site.Cloud).RemoveTrunk(trunk);
        }

        return TimeSpan.Zero;
    }

    protected override JsonObject? View(ResourceSite site) => Of(site) is { } trunk ? NeutronView.Of(trunk) : null;

    private static Trunk? Of(ResourceSite site) => site.Cloud.TrunkList.Find(t => t.Id == site.Resource.PhysicalId);
}

internal sealed class ExtraRouteKind() : ResourceKind("OS::Neutron::ExtraRoute")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["router_id"] = PropertySchema.Text with { Required = true, Constraint = "neutron.router" },
        ["destination"] = PropertySchema.Text with { Required = true },
        ["nexthop"] = PropertySchema.Text with { Required = true },
    };

    public override string Client => "neutron";

    public override IEnumerable<string> Waits(TemplateResource self, HotTemplate template) =>
        Others(template, "OS::Neutron::RouterInterface",
            o => JsonNode.DeepEquals(o["router"] ?? o["router_id"], self.Properties?["router_id"]));

    public override TimeSpan Begin(ResourceSite site)
    {
        var router = site.Find.Router(site.Text("router_id")!) ?? throw Gone("Router", site.Text("router_id"));
        router.Routes.Add((site.Text("destination")!, site.Text("nexthop")!));
        site.Resource.PhysicalId = $"{router.Id}:{site.Text("destination")}:{site.Text("nexthop")}";
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        site.Find.Router(site.Text("router_id") ?? "")?.Routes.Remove((site.Text("destination") ?? "", site.Text("nexthop") ?? ""));
        return TimeSpan.Zero;
    }
}

internal sealed class SecurityGroupKind() : NeutronKind("OS::Neutron::SecurityGroup")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["name"] = PropertySchema.Text, ["description"] = PropertySchema.Text, ["rules"] = PropertySchema.List,
    };

    public override IReadOnlyList<string> Attributes { get; } = ["show"];

    public override TimeSpan Begin(ResourceSite site)
    {
        var group = new SecurityGroup
        {
            Id = site.Cloud.NewId(), Name = site.Name, ProjectId = site.Stack.ProjectId, CreatedAt = site.Cloud.Now,
            Description = site.Text("description") ?? "", Rules = (JsonArray)site.List("rules").DeepClone(),
        };
        site.Cloud.SecurityGroupList.Add(group);
        site.Resource.PhysicalId = group.Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        site.Cloud.SecurityGroupList.RemoveAll(g => g.Id == site.Resource.PhysicalId);
        return TimeSpan.Zero;
    }

    protected override JsonObject? View(ResourceSite site) =>
        site.Cloud.SecurityGroupList.Find(g => g.Id == site.Resource.PhysicalId) is { } group ? NeutronView.Of(group) : null;
}
