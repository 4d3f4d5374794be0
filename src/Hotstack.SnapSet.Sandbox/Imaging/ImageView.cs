using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>An image on the wire.</summary>
internal static class ImageView
{
    public static JsonObject Of(SandboxOptions options, Image image)
    {
        var hash = image.Data is null ? null : options.ImageHash;
        var o = new JsonObject();
        foreach (var (name, value) in image.Properties)
        {
            o[name] = value;
        }

        o["name"] = image.Name;
        o["disk_format"] = image.DiskFormat;
        o["container_format"] = image.ContainerFormat;
        o["visibility"] = image.Visibility;
        o["size"] = options.ImageSizes ? image.Size : null;
        o["virtual_size"] = image.VirtualSize;
        o["status"] = image.Status;
        o["checksum"] = options.ImageChecksumText ?? (options.ImageChecksum ? image.Data?.Hash("md5") : null);
        o["protected"] = image.Protected;
        o["min_ram"] = image.MinRam;
        o["min_disk"] = image.MinDisk;
        o["owner"] = image.Owner;
        o["os_hidden"] = image.Hidden;
        o["os_hash_algo"] = hash;
        o["os_hash_value"] = hash is null ? null : hash is "sha256" or "sha512" ? image.Data!.Hash(hash) : "0123456789abcdef";
        o["id"] = image.Id;
        o["created_at"] = image.HidesTime ? null : Times.Z(image.CreatedAt);
        o["updated_at"] = Times.Z(image.UpdatedAt);
        o["tags"] = new JsonArray([.. image.Tags.Select(t => (JsonNode)t)]);

        // Without the prefix of the catalogue's address, as from a Glance that is not told of it.
        o["self"] = "/v2/images/" + image.Id;
        o["file"] = $"/v2/images/{image.Id}/file";
        o["schema"] = "/v2/schemas/image";
        if (image.Size > 0)
        {
            o["stores"] = "sandbox";
        }

        return o;
    }
}
