using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;

namespace Hotstack.Sandbox.Compute;

/// <summary>A server on the wire; what is in it goes by the microversion.</summary>
internal static class ServerView
{
    public static JsonObject Brief(ApiCall call, Server server) => new()
    {
        ["id"] = server.Id, ["name"] = server.Name, ["links"] = Links(call, "servers", server.Id),
    };

    /// <summary>A server of a cell that is down, in the list without details.</summary>
    public static JsonObject UnreachableBrief(ApiCall call, Server server) => new()
    {
        ["id"] = server.Id, ["status"] = "UNKNOWN", ["links"] = Links(call, "servers", server.Id),
    };

    /// <summary>One in the list with details.</summary>
    public static JsonObject UnreachableInList(ApiCall call, Server server)
    {
        var o = UnreachableBrief(call, server);
        o["tenant_id"] = server.ProjectId;
        o["created"] = Times.Z(server.CreatedAt);
        return o;
    }

    /// <summary>One that is asked for by its id: with what was asked for when it was made.</summary>
    public static JsonObject Unreachable(ApiCall call, Server server)
    {
        var o = UnreachableInList(call, server);
        o["user_id"] = server.UserId;
        o["image"] = ImageOf(call, server);
        o["flavor"] = FlavorOf(call, server.Flavor);
        o["OS-EXT-AZ:availability_zone"] = "UNKNOWN";
        o["OS-EXT-STS:power_state"] = 0;
        if (call.Microversion >= 71)
        {
            o["server_groups"] = new JsonArray();
        }

        return o;
    }

    public static JsonArray Links(ApiCall call, string collection, string id) => new(
        new JsonObject { ["rel"] = "self", ["href"] = $"{call.Origin}/compute/v2.1/{collection}/{id}" },
        new JsonObject { ["rel"] = "bookmark", ["href"] = $"{call.Origin}/compute/{collection}/{id}" });

    public static JsonObject Of(ApiCall call, Server server)
    {
        var o = new JsonObject
        {
            ["id"] = server.Id,
            ["name"] = server.Name,
            ["status"] = server.Status,
            ["tenant_id"] = server.ProjectId,
            ["user_id"] = server.UserId,
            ["metadata"] = new JsonObject(server.Metadata.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value))),
            ["hostId"] = HostId(server),
            ["image"] = ImageOf(call, server),
            ["flavor"] = FlavorOf(call, server.Flavor),
            ["created"] = Times.Z(server.CreatedAt),
            ["updated"] = Times.Z(server.UpdatedAt),
            ["addresses"] = Addresses(server),
            ["accessIPv4"] = "",
            ["accessIPv6"] = "",
            ["links"] = Links(call, "servers", server.Id),
            ["OS-DCF:diskConfig"] = "MANUAL",
        };
        if (server.Status is "ACTIVE" or "BUILD" or "REBOOT")
        {
            o["progress"] = 0;
        }

        o["OS-EXT-AZ:availability_zone"] = "nova";
        o["config_drive"] = server.ConfigDrive ? "True" : "";
        o["key_name"] = server.KeyName;
        o["OS-SRV-USG:launched_at"] = server.VmState is "building" or "error" ? null : Times.Micro(server.CreatedAt);
        o["OS-SRV-USG:terminated_at"] = null;
        if (call.Token.IsAdmin)
        {
            o["OS-EXT-SRV-ATTR:host"] = server.Host;
            o["OS-EXT-SRV-ATTR:hypervisor_hostname"] = server.Host;
            o["OS-EXT-SRV-ATTR:instance_name"] = "instance-" + server.Id[..8];
        }

        o["OS-EXT-STS:task_state"] = server.TaskState;
        o["OS-EXT-STS:vm_state"] = server.VmState;
        o["OS-EXT-STS:power_state"] = server.PowerState;
        o["os-extended-volumes:volumes_attached"] = new JsonArray([.. server.Volumes.Select(v => call.Microversion >= 3
            ? new JsonObject { ["id"] = v.Id, ["delete_on_termination"] = v.DeleteOnTermination }
            : new JsonObject { ["id"] = v.Id })]);
        if (server.Fault is { } fault)
        {
            o["fault"] = new JsonObject { ["code"] = 500, ["created"] = Times.Z(server.UpdatedAt), ["message"] = fault };
        }

        Newer(call, server, o);
        return o;
    }

    public static JsonObject FlavorOf(ApiCall call, Flavor flavor, bool full)
    {
        var o = new JsonObject { ["id"] = flavor.Id, ["name"] = flavor.Name };
        if (full)
        {
            o["ram"] = flavor.Ram;
            o["disk"] = flavor.Disk;
            o["swap"] = call.Microversion >= 75 ? 0 : "";
            o["OS-FLV-EXT-DATA:ephemeral"] = 0;
            o["OS-FLV-DISABLED:disabled"] = false;
            o["vcpus"] = flavor.Vcpus;
            o["os-flavor-access:is_public"] = true;
            o["rxtx_factor"] = 1.0;
        }

        o["links"] = Links(call, "flavors", flavor.Id);
        if (call.Microversion >= 55)
        {
            o["description"] = null;
        }

        if (call.Microversion >= 61 && full)
        {
            o["extra_specs"] = new JsonObject();
        }

        return o;
    }

    private static string HostId(Server server) => Catalogue.StableId(server.ProjectId + server.Host)
        + Catalogue.StableId(server.Host)[..24];

    private static JsonNode ImageOf(ApiCall call, Server server) => server.ImageId is null
        ? ""
        : new JsonObject
        {
            ["id"] = server.ImageId,
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "bookmark", ["href"] = $"{call.Origin}/compute/images/{server.ImageId}" }),
        };

    private static JsonObject FlavorOf(ApiCall call, Flavor flavor) => call.Microversion >= 47
        ? new JsonObject
        {
            ["vcpus"] = flavor.Vcpus, ["ram"] = flavor.Ram, ["disk"] = flavor.Disk, ["ephemeral"] = 0, ["swap"] = 0,
            ["original_name"] = flavor.Name, ["extra_specs"] = new JsonObject(),
        }
        : new JsonObject
        {
            ["id"] = flavor.Id,
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "bookmark", ["href"] = $"{call.Origin}/compute/flavors/{flavor.Id}" }),
        };

    private static JsonObject Addresses(Server server)
    {
        var o = new JsonObject();
        foreach (var port in server.Ports)
        {
            var list = o[port.Network.Name] as JsonArray ?? [];
            foreach (var fixedIp in port.FixedIps)
            {
                list.Add(Address(fixedIp.Address, "fixed", port.MacAddress));
            }

            if (port.FloatingIp is { } floating)
            {
                list.Add(Address(floating.Address, "floating", port.MacAddress));
            }

            o[port.Network.Name] = list;
        }

        return o;
    }

    private static JsonObject Address(string address, string type, string mac) => new()
    {
        ["version"] = address.Contains(':', StringComparison.Ordinal) ? 6 : 4, ["addr"] = address, ["OS-EXT-IPS:type"] = type,
        ["OS-EXT-IPS-MAC:mac_addr"] = mac,
    };

    private static void Newer(ApiCall call, Server server, JsonObject o)
    {
        if (call.Microversion >= 9)
        {
            o["locked"] = server.Locked;
        }

        if (call.Microversion >= 73)
        {
            o["locked_reason"] = null;
        }

        if (call.Microversion >= 19)
        {
            o["description"] = null;
        }

        if (call.Microversion >= 26)
        {
            o["tags"] = new JsonArray();
        }

        if (call.Microversion >= 63)
        {
            o["trusted_image_certificates"] = null;
        }

        if (call.Microversion >= 71)
        {
            o["server_groups"] = new JsonArray();
        }

        if (call.Microversion >= 90)
        {
            o["OS-EXT-SRV-ATTR:hostname"] = server.Name;
        }
    }
}
