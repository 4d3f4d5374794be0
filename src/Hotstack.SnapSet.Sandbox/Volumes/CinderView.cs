using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Volumes;

/// <summary>Volumes and their snapshots on the wire.</summary>
internal static class CinderView
{
    public static JsonObject Brief(ApiCall call, Volume volume) => new()
    {
        ["id"] = volume.Id, ["name"] = volume.Name, ["links"] = Links(call, "volumes", volume.Id),
    };

    public static JsonObject Of(ApiCall call, Volume volume) => new()
    {
        ["id"] = volume.Id,
        ["status"] = volume.Status,
        ["size"] = volume.Size,
        ["availability_zone"] = volume.AvailabilityZone,
        ["created_at"] = Times.Micro(volume.CreatedAt),
        ["updated_at"] = Times.Micro(volume.CreatedAt),
        ["name"] = volume.Name,
        ["description"] = volume.Description,
        ["volume_type"] = volume.Type,
        ["snapshot_id"] = volume.SnapshotId,
        ["source_volid"] = null,
        ["metadata"] = new JsonObject(volume.Metadata.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value))),
        ["links"] = Links(call, "volumes", volume.Id),
        ["user_id"] = volume.UserId,
        ["bootable"] = volume.Bootable ? "true" : "false",
        ["encrypted"] = volume.Encrypted,
        ["replication_status"] = null,
        ["consistencygroup_id"] = null,
        ["multiattach"] = volume.IsMultiattach,
        ["attachments"] = volume.Server is null
            ? new JsonArray()
            : new JsonArray([Attachment(volume, volume.Server.Id, volume.Device),
                .. volume.AlsoOn.Select(o => Attachment(volume, o.Server.Id, o.Device))]),
        ["os-vol-tenant-attr:tenant_id"] = volume.ProjectId,
    };

    public static JsonObject Of(ApiCall call, VolumeSnapshot snapshot, bool full)
    {
        var o = new JsonObject
        {
            ["id"] = snapshot.Id,
            ["created_at"] = Times.Micro(snapshot.CreatedAt),
            ["updated_at"] = snapshot.UpdatedAt is { } updated ? Times.Micro(updated) : null,
            ["name"] = snapshot.Name,
            ["description"] = snapshot.Description,
            ["volume_id"] = snapshot.Volume.Id,
            ["status"] = snapshot.Status,
            ["size"] = snapshot.Volume.Size,
            ["metadata"] = new JsonObject(snapshot.Metadata.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value))),
        };
        if (full)
        {
            o["os-extended-snapshot-attributes:progress"] = snapshot.Status == "available" ? "100%" : "0%";
            o["os-extended-snapshot-attributes:project_id"] = snapshot.Volume.ProjectId;
        }

        if (call.Microversion >= 14)
        {
            o["group_snapshot_id"] = null;
        }

        if (call.Microversion >= 41)
        {
            o["user_id"] = snapshot.UserId;
        }

        if (call.Microversion >= 65)
        {
            o["consumes_quota"] = true;
        }

        return o;
    }

    public static JsonObject Of(VolumeType type) => new()
    {
        ["id"] = type.Id, ["name"] = type.Name, ["is_public"] = true, ["description"] = null,
        ["extra_specs"] = type.IsMultiattach ? new JsonObject { ["multiattach"] = "<is> True" } : new JsonObject(),
        ["os-volume-type-access:is_public"] = true, ["qos_specs_id"] = null,
    };

    public static JsonObject Of(ApiCall call, VolumeMessage message) => new()
    {
        ["id"] = message.Id,
        ["event_id"] = message.Event,
        ["user_message"] = message.Text,
        ["message_level"] = "ERROR",
        ["created_at"] = Times.Micro(message.CreatedAt),
        ["guaranteed_until"] = Times.Micro(message.CreatedAt.AddDays(30)),
        ["request_id"] = call.RequestId,
        ["links"] = Links(call, "messages", message.Id),
        ["resource_type"] = message.ResourceType,
        ["resource_uuid"] = message.ResourceId,
    };

    private static JsonObject Attachment(Volume volume, string server, string? device) => new()
    {
        ["id"] = volume.Id, ["attachment_id"] = volume.Id, ["volume_id"] = volume.Id, ["server_id"] = server,
        ["host_name"] = null, ["device"] = device, ["attached_at"] = Times.Micro(volume.CreatedAt),
    };

    private static JsonArray Links(ApiCall call, string collection, string id) => new(
        new JsonObject { ["rel"] = "self", ["href"] = $"{call.Origin}/volume/v3/{call.Token.ProjectId}/{collection}/{id}" },
        new JsonObject { ["rel"] = "bookmark", ["href"] = $"{call.Origin}/volume/{call.Token.ProjectId}/{collection}/{id}" });
}
