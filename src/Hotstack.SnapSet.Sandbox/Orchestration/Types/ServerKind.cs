using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Orchestration.Types;

internal sealed class ServerKind() : ResourceKind("OS::Nova::Server")
{
    private static readonly string[] Changeable = ["image", "name", "metadata", "flavor"];

    public override string Client => "nova";

    public override int NameLimit => PhysicalName.MostOfServer;

    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = ServerProperties.All;

    public override IReadOnlyList<string> Attributes { get; } =
        ["name", "addresses", "networks", "first_address", "instance_name", "accessIPv4", "accessIPv6", "console_urls", "tags",
            "os_collect_config", "show"];

    public override void Validate(ResourceSite site, JsonNode? given) => ServerProperties.Validate(site, given as JsonObject ?? []);

    public override IEnumerable<string> Waits(TemplateResource self, HotTemplate template) =>
        (self.Properties?["networks"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(n => SubnetsOf(template, n["network"] ?? n["uuid"]));

    public override TimeSpan Begin(ResourceSite site)
    {
        var image = site.Text("image") is { } wanted ? FindImage(site, wanted) : null;
        var flavor = FindFlavor(site);

        // What Nova refuses, it refuses before it makes ports.
        if (image is not null)
        {
            ServerMaker.Check(image, flavor);
        }

        new ComputeQuotas(site.Cloud, site.Stack.ProjectId).Check(flavor);
        var volumes = Volumes(site);
        var ports = Ports(site);
        try
        {
            site.Resource.PhysicalId = Maker(site).Begin(new ServerRequest
            {
                Name = site.Name, Resource = site.Resource.Name, StackId = site.Stack.Id, Flavor = flavor, Image = image, Ports = ports, Volumes = volumes, KeyName = site.Text("key_name"),
                UserData = site.Text("user_data") is { } data ? site.Cloud.ConfigTexts.GetValueOrDefault(data, data) : "",
                ConfigDrive = site.Flag("config_drive") ?? false,
                Metadata = site.Map("metadata").ToDictionary(p => p.Key, p => PythonText.Of(p.Value)),
            }).Id;
        }
        catch (ApiException)
        {
            ports.Where(p => p.IsNovas).ToList().ForEach(new NetworkMaker(site.Cloud).RemovePort);
            throw;
        }

        return site.Cloud.Options.Durations.ServerBuild;
    }

    public override void End(ResourceSite site)
    {
        if (Of(site) is not { } server)
        {
            throw new ResourceFailedException("ResourceInError", "Went to status DELETED due to \"Unknown\"");
        }

        var fate = server.TaskState is null ? null : site.Cloud.Faults.TakeServer(server);
        var fault = fate is null ? null : fate.Body ?? "No valid host was found. There are not enough hosts available.";
        Maker(site).Finish(server, fault);
        if (fault is not null)
        {
            throw new ResourceFailedException("ResourceInError", $"Went to status ERROR due to \"Message: {fault}, Code: 500\"");
        }
    }

    public override void Adopt(ResourceSite site)
    {
        var server = Of(site)!;
        (server.Name, server.Resource, server.StackId) = (site.Name, site.Resource.Name, site.Stack.Id);
    }

    public override bool CanUpdate(IReadOnlyCollection<string> changed) => changed.All(Changeable.Contains);

    public override TimeSpan Update(ResourceSite site, IReadOnlyCollection<string> changed)
    {
        var server = Of(site) ?? throw new ApiException(404, $"Instance {site.Resource.PhysicalId} could not be found.");
        server.Name = site.Name;
        server.Flavor = FindFlavor(site);
        server.Metadata.Clear();
        foreach (var (key, value) in site.Map("metadata"))
        {
            server.Metadata[key] = PythonText.Of(value);
        }

        if (!changed.Contains("image") || site.Text("image") is not { } image)
        {
            return TimeSpan.Zero;
        }

        Maker(site).Rebuild(server, FindImage(site, image));
        return site.Cloud.Options.Durations.ServerBuild;
    }

    public override void Release(ResourceSite site)
    {
        if (Of(site) is { } server)
        {
            server.Ports.ForEach(p => p.Device = null);
            server.Ports.Clear();
            server.Volumes.ToList().ForEach(volume => VolumeMaker.Detach(volume, server));
        }
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is not { } server)
        {
            return TimeSpan.Zero;
        }

        server.TaskState = "deleting";
        server.UpdatedAt = site.Cloud.Now;
        site.Cloud.After(site.Cloud.Options.Durations.Delete, () =>
        {
            if (!server.Deleted)
            {
                site.Cloud.RemoveServer(server);
            }
        });
        return site.Cloud.Options.Durations.Delete;
    }

    public override JsonNode? Attribute(ResourceSite site, string name)
    {
        if (Of(site) is not { } server)
        {
            return null;
        }

        return name switch
        {
            "name" => server.Name,
            "instance_name" => "instance-" + server.Id[..8],
            "first_address" => server.Ports.Select(p => p.Address).FirstOrDefault("") ?? "",
            "networks" or "addresses" => Networks(server, full: name == "addresses"),
            "accessIPv4" or "accessIPv6" => "",
            "tags" => new JsonArray(),
            "console_urls" or "os_collect_config" => new JsonObject(),
            "show" => new JsonObject
            {
                ["id"] = server.Id, ["name"] = server.Name, ["status"] = server.Status, ["tenant_id"] = server.ProjectId,
                    ["user_id"] = server.UserId,
                ["image"] = server.ImageId is null ? "" : new JsonObject { ["id"] = server.ImageId },
                ["flavor"] = new JsonObject { ["id"] = server.Flavor.Id },
                ["key_name"] = server.KeyName, ["created"] = Times.Z(server.CreatedAt),
            },
            _ => null,
        };
    }

    private static Server? Of(ResourceSite site) => site.Cloud.ServerList.Find(s => s.Id == site.Resource.PhysicalId);

    private static ServerMaker Maker(ResourceSite site) => new(site.Cloud, site.Stack.User, site.Stack.ProjectId);

    private static JsonObject Networks(Server server, bool full)
    {
        var o = new JsonObject();
        foreach (var port in server.Ports)
        {
            var list = o[port.Network.Name] as JsonArray ?? [];
            foreach (var address in port.FixedIps.Select(f => f.Address).Concat(port.FloatingIp is { } floating ? [floating.Address] : []))
            {
                list.Add(full ? new JsonObject { ["addr"] = address, ["port"] = port.Id, ["OS-EXT-IPS-MAC:mac_addr"] = port.MacAddress }
                    : address);
            }

            o[port.Network.Name] = list;
        }

        return o;
    }

    private static Flavor FindFlavor(ResourceSite site) =>
        site.Find.Flavor(site.Text("flavor")!) ?? throw new ApiException(404, $"Flavor {site.Text("flavor")} could not be found.");

    private static Image FindImage(ResourceSite site, string wanted) => site.Find.Images(wanted) is [var one]
        ? one
        : throw new ResourceFailedException("EntityMatchNotFound", $"No images matching {{'name': '{wanted}'}}.");

    private static List<Port> Ports(ResourceSite site)
    {
        List<Port> ports = [];
        foreach (var network in site.List("networks").OfType<JsonObject>())
        {
            if (network["port"] is { } id)
            {
                ports.Add(site.Find.Port(PythonText.Of(id))
                    ?? throw new ApiException(404, $"Port id {PythonText.Of(id)} could not be found."));
                continue;
            }

            var wanted = PythonText.Of(network["network"] ?? network["uuid"]);
            var found = site.Find.Network(wanted) ?? throw new ApiException(400, $"Network {wanted} could not be found.");
            ports.Add(new NetworkMaker(site.Cloud).AddPort(found, "", new PortOptions
            {
                MacAddress = (network["port_extra_properties"] as JsonObject)?["mac_address"] is { } mac ? PythonText.Of(mac) : null,
                FixedIps = network["fixed_ip"] is { } ip ? [(null, PythonText.Of(ip))] : [], IsNovas = true,
            }));
        }

        return ports;
    }

    /// <summary>In either form. Of the older one Nova boots from the first entry if there is no image, and from none if there is one.</summary>
    private static List<ServerVolume> Volumes(ResourceSite site) =>
    [
        .. site.List("block_device_mapping_v2").OfType<JsonObject>().Select(m => FindVolume(site, m)).OfType<ServerVolume>(),
        .. site.List("block_device_mapping").OfType<JsonObject>().Select((m, i) => FindVolume(site, m) is { } volume
            ? volume with { IsRoot = i == 0 && site.Text("image") is null }
            : null).OfType<ServerVolume>(),
    ];

    private static ServerVolume? FindVolume(ResourceSite site, JsonObject mapping)
    {
        string? Text(string key) => mapping[key] is { } value ? PythonText.Of(value) : null;

        // Swap and ephemeral disks are not kept.
        if (Text("volume_id") is null && Text("snapshot_id") is null && (Text("image") ?? Text("image_id")) is null)
        {
            return null;
        }

        return new ServerVolume
        {
            Volume = Text("volume_id") is { } id
                ? site.Find.Volume(id) ?? throw new ApiException(400, $"Block Device Mapping is Invalid: failed to get volume {id}.")
                : null,
            Snapshot = Text("snapshot_id") is { } snapshot
                ? site.Find.Snapshot(snapshot)
                    ?? throw new ApiException(400, $"Block Device Mapping is Invalid: failed to get snapshot {snapshot}.")
                : null,
            Image = (Text("image") ?? Text("image_id")) is { } image ? FindImage(site, image) : null,
            Size = mapping["volume_size"] is { } size ? (int)size : null,
            IsRoot = mapping["boot_index"] is null || (int)mapping["boot_index"]! == 0,
            DeleteOnTermination = mapping["delete_on_termination"] is { } flag && (bool)flag,
            Device = Text("device_name"),
        };
    }
}
