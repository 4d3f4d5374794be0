using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Imaging;

/// <summary>The JSON schemas some clients ask for before they write.</summary>
internal static class ImageSchema
{
    private static readonly string[] Texts =
        ["id", "name", "status", "visibility", "checksum", "os_hash_algo", "os_hash_value", "owner", "disk_format", "container_format",
            "created_at", "updated_at", "self", "file", "schema"];

    private static readonly string[] Numbers = ["size", "virtual_size", "min_ram", "min_disk"];

    private static readonly string[] Booleans = ["protected", "os_hidden"];

    public static JsonObject Image()
    {
        var properties = new JsonObject();
        foreach (var (names, type) in new[] { (Texts, "string"), (Numbers, "integer"), (Booleans, "boolean") })
        {
            foreach (var name in names)
            {
                properties[name] = new JsonObject { ["type"] = new JsonArray("null", type) };
            }
        }

        properties["tags"] = new JsonObject
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "string", ["maxLength"] = 255 },
        };
        return new JsonObject
        {
            ["name"] = "image",
            ["properties"] = properties,
            ["additionalProperties"] = new JsonObject { ["type"] = "string" },
            ["links"] = new JsonArray(
                new JsonObject { ["rel"] = "self", ["href"] = "{self}" },
                new JsonObject { ["rel"] = "enclosure", ["href"] = "{file}" },
                new JsonObject { ["rel"] = "describedby", ["href"] = "{schema}" }),
        };
    }

    public static JsonObject Images() => new()
    {
        ["name"] = "images",
        ["properties"] = new JsonObject
        {
            ["images"] = new JsonObject { ["type"] = "array", ["items"] = Image() },
            ["first"] = new JsonObject { ["type"] = "string" },
            ["next"] = new JsonObject { ["type"] = "string" },
            ["schema"] = new JsonObject { ["type"] = "string" },
        },
        ["links"] = new JsonArray(
            new JsonObject { ["rel"] = "first", ["href"] = "{first}" },
            new JsonObject { ["rel"] = "next", ["href"] = "{next}" },
            new JsonObject { ["rel"] = "describedby", ["href"] = "{schema}" }),
    };
}
