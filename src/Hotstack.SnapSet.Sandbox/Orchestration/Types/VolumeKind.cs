using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Orchestration.Types;

internal sealed class VolumeKind() : ResourceKind("OS::Cinder::Volume")
{
    public override string Client => "cinder";

    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["availability_zone"] = PropertySchema.Text, ["size"] = PropertySchema.Integer,
        ["snapshot_id"] = PropertySchema.Text with { Constraint = "cinder.snapshot" },
        ["backup_id"] = PropertySchema.Text, ["name"] = PropertySchema.Text, ["description"] = PropertySchema.Text,
        ["volume_type"] = PropertySchema.Text with { Constraint = "cinder.vtype" },
        ["metadata"] = PropertySchema.Map, ["image"] = PropertySchema.Text with { Constraint = "glance.image" },
        ["source_volid"] = PropertySchema.Text,
        ["multiattach"] = PropertySchema.Boolean, ["read_only"] = PropertySchema.Boolean, ["scheduler_hints"] = PropertySchema.Map,
    };

    public override IReadOnlyList<string> Attributes { get; } =
    [
        "availability_zone", "size", "snapshot_id", "display_name", "display_description", "volume_type", "metadata", "source_volid",
            "status",
        "created_at", "bootable", "encrypted", "attachments", "attachments_list", "multiattach", "show",
    ];

    public override void Validate(ResourceSite site, JsonNode? given)
    {
        var keys = (given as JsonObject)?.Select(p => p.Key).ToHashSet() ?? [];
        if (!keys.Contains("size") && !keys.Contains("snapshot_id") && !keys.Contains("backup_id") && !keys.Contains("source_volid"))
        {
            throw HeatErrors.Validation(
                "If neither \"backup_id\" nor \"size\" is provided, one of \"image\", \"source_volid\", \"snapshot_id\" must be specified, but currently "
                + $"specified options: {PythonText.Json(new JsonArray([.. keys.Select(k => (JsonNode)k)]))}.");
        }
    }

    public override TimeSpan Begin(ResourceSite site)
    {
        var snapshot = site.Text("snapshot_id") is { } id
            ? site.Find.Snapshot(id) ?? throw new ApiException(404, $"Snapshot {id} could not be found.")
            : null;
        var image = site.Text("image") is { } name
            ? site.Find.Images(name) is [var one] ? one
                : throw new ApiException(400, $"Invalid image identifier or unable to access requested image {name}.")
            : null;
        site.Resource.PhysicalId = new VolumeMaker(site.Cloud).Begin(new VolumeRequest
        {
            Name = site.Name, ProjectId = site.Stack.ProjectId, UserId = site.Stack.User.Id, Snapshot = snapshot, Image = image,
            Size = site.Number("size") ?? snapshot?.Volume.Size ?? 1, Description = site.Text("description"),
            Type = site.Text("volume_type"), AvailabilityZone = site.Text("availability_zone"),
            Metadata = site.Map("metadata").ToDictionary(p => p.Key, p => PythonText.Of(p.Value)),
        }).Id;
        return site.Cloud.Options.Durations.VolumeCreate;
    }

    public override void End(ResourceSite site)
    {
        if (Of(site) is { State: "creating" } volume)
        {
            volume.State = "available";
        }
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (Of(site) is not { } volume)
        {
            return TimeSpan.Zero;
        }

        End(site);
        new VolumeMaker(site.Cloud).Delete(volume);
        return site.Cloud.Options.Durations.VolumeSnapshotDelete;
    }

    public override JsonNode? Attribute(ResourceSite site, string name)
    {
        if (Of(site) is not { } volume)
        {
            return null;
        }

        var attachments = new JsonArray([.. volume.Server is { } server
            ? volume.AlsoOn.Prepend((Server: server, Device: volume.Device!))
                .Select(on => new JsonObject { ["id"] = volume.Id, ["server_id"] = on.Server.Id, ["device"] = on.Device })
            : []]);
        return name switch
        {
            "size" => $"{volume.Size}", "snapshot_id" => volume.SnapshotId, "display_name" => volume.Name,
                "display_description" => volume.Description,
            "status" => volume.Status, "created_at" => Times.Micro(volume.CreatedAt), "bootable" => volume.Bootable ? "true" : "false",
            "availability_zone" => volume.AvailabilityZone, "encrypted" => "False", "multiattach" => PythonText.Of(volume.IsMultiattach),
                "attachments" => PythonText.Json(attachments),
            "attachments_list" => attachments, "volume_type" => volume.Type,
            "metadata" => PythonText.Json(new JsonObject(volume.Metadata.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)))),
            "show" => new JsonObject { ["id"] = volume.Id, ["name"] = volume.Name, ["size"] = volume.Size, ["status"] = volume.Status,
                ["attachments"] = attachments },
            _ => null,
        };
    }

    private static Volume? Of(ResourceSite site) => site.Cloud.VolumeList.Find(v => v.Id == site.Resource.PhysicalId);
}

internal sealed class VolumeAttachmentKind() : ResourceKind("OS::Cinder::VolumeAttachment")
{
    public override string Client => "nova";

    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["instance_uuid"] = PropertySchema.Text with { Required = true },
        ["volume_id"] = PropertySchema.Text with { Required = true, Constraint = "cinder.volume" },
        ["mountpoint"] = PropertySchema.Text,
    };

    public override TimeSpan Begin(ResourceSite site)
    {
        var server = site.Find.Server(site.Text("instance_uuid")!)
            ?? throw new ApiException(404, $"Instance {site.Text("instance_uuid")} could not be found.");
        var volume = site.Find.Volume(site.Text("volume_id")!)
            ?? throw new ApiException(404, $"Volume {site.Text("volume_id")} could not be found.");
        VolumeMaker.Attach(volume, server, site.Text("mountpoint") is { Length: > 0 } device ? device : null);
        site.Resource.PhysicalId = volume.Id;
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        if (site.Find.Volume(site.Resource.PhysicalId) is { } volume
            && site.Text("instance_uuid") is { } id && site.Find.Server(id) is { } server)
        {
            VolumeMaker.Detach(volume, server);
        }

        return TimeSpan.Zero;
    }
}
