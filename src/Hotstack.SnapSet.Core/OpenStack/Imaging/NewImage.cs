using System.Text.Json.Nodes;

namespace Hotstack.OpenStack.Imaging;

/// <summary>An image that is to be made.</summary>
internal sealed record NewImage
{
    /// <summary>A UUID that is chosen here.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string DiskFormat { get; init; }

    public required string ContainerFormat { get; init; }

    /// <summary>GiB.</summary>
    public long MinDisk { get; init; }

    /// <summary>MiB.</summary>
    public long MinRam { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>As Nova makes images of servers: private.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach ((string name, string value) in Properties)
        {
            json[name] = value;
        }

        json["id"] = Id;
        json["name"] = Name;
        json["visibility"] = "private";
        json["disk_format"] = DiskFormat;
        json["container_format"] = ContainerFormat;
        json["min_disk"] = MinDisk;
        json["min_ram"] = MinRam;
        return json;
    }
}
