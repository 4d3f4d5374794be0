using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Compute;

/// <summary>The images createImage makes, as they are when it answers.</summary>
internal sealed class SnapshotImages(SandboxCloud cloud, ApiCall call, Server server, CreateImageRequest request)
{
    /// <summary>Of a server booted from an image: queued, and filled by the compute host later.</summary>
    public Image OfDisk()
    {
        var image = New();
        Inherit(image);
        image.Properties["base_image_ref"] = BaseImage();
        image.Properties["owner_user_name"] = call.Token.User.Name;
        image.Properties["owner_project_name"] = call.Token.Project?.Name ?? "";
        image.Properties["boot_roles"] = "reader,member";
        image.Properties["hw_machine_type"] = "q35";
        image.Properties["instance_uuid"] = server.Id;
        image.Properties["user_id"] = call.Token.User.Id;
        image.Properties["image_type"] = "snapshot";
        return Add(image);
    }

    /// <summary>
    /// Of a server booted from a volume: a snapshot of every attached volume, which Cinder makes afterwards,
    /// and an empty image, active at once, that names them.
    /// </summary>
    public Image OfVolumes(FaultKind? fate)
    {
        var mappings = new JsonArray();
        foreach (var volume in server.Volumes)
        {
            // What was made before a refusal stays: Nova does not clean up here.
            var snapshot = new SnapshotMaker(cloud).Make(
                volume, "snapshot for " + request.Name, null, call.Token.User.Id, refuse: fate == FaultKind.SnapshotQuota);
            mappings.Add(Mapping(volume, snapshot));
        }

        var image = New();
        Inherit(image);
        image.Properties["base_image_ref"] = "";
        image.Properties["root_device_name"] = "/dev/vda";
        image.Properties["bdm_v2"] = "True";
        image.Properties["block_device_mapping"] = mappings.ToJsonString();
        image.Status = "active";
        image.DiskFormat = "raw";
        image.ContainerFormat = "bare";
        image.Data = new GeneratedData(image.Id, 0);
        return Add(image);
    }

    private static JsonObject Mapping(Volume volume, VolumeSnapshot snapshot) => new()
    {
        ["boot_index"] = volume.Bootable ? 0 : null,
        ["delete_on_termination"] = false,
        ["destination_type"] = "volume",
        ["device_name"] = volume.Device,
        ["device_type"] = "disk",
        ["disk_bus"] = "virtio",
        ["encrypted"] = false,
        ["guest_format"] = null,
        ["image_id"] = null,
        ["no_device"] = null,
        ["snapshot_id"] = snapshot.Id,
        ["source_type"] = "snapshot",
        ["tag"] = null,
        ["volume_id"] = null,
        ["volume_size"] = volume.Size,
        ["volume_type"] = null,
    };

    private Image New() => new()
    {
        Id = cloud.NewId(),
        Owner = call.Token.ProjectId,
        Name = request.Name,
        Visibility = "private",
        CreatedAt = cloud.Now,
        UpdatedAt = cloud.Now,
        MinDisk = server.Flavor.Disk,
    };

    private void Inherit(Image image)
    {
        foreach (var (name, value) in server.ImageProperties)
        {
            image.Properties[name] = value;
        }
    }

    /// <summary>The first image of the line: a snapshot's own base, not the snapshot.</summary>
    private string BaseImage() => server.ImageProperties.GetValueOrDefault("base_image_ref", server.ImageId ?? "");

    private Image Add(Image image)
    {
        foreach (var (name, value) in request.Metadata)
        {
            image.Properties[name] = value;
        }

        cloud.ImageList.Add(image);
        return image;
    }
}
