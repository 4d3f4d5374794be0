using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>The body of <c>PATCH /v2/images/{id}</c>: a list of changes, checked before any is made.</summary>
internal sealed class ImagePatch(SandboxCloud cloud, ApiCall call, Image image)
{
    public const string MediaType = "application/openstack-images-v2.1-json-patch";

    private static readonly string[] ReadOnly =
    [
        "id", "status", "checksum", "size", "virtual_size", "created_at", "updated_at", "direct_url", "self", "file", "schema",
        "os_hash_algo", "os_hash_value", "stores",
    ];

    private static readonly string[] Base =
        ["name", "visibility", "protected", "os_hidden", "min_disk", "min_ram", "disk_format", "container_format", "tags", "owner"];

    private readonly OrderedDictionary<string, string> _properties = new(image.Properties);
    private readonly List<Action> _changes = [];
    private List<string>? _tags;

    public void Apply(JsonNode? body)
    {
        if (body is not JsonArray operations)
        {
            throw new ApiException(400, "Request body must be a JSON array of operation objects.");
        }

        foreach (var operation in operations)
        {
            Read(operation as JsonObject ?? throw new ApiException(400, "Operations must be JSON objects."));
        }

        _changes.ForEach(change => change());
        image.Properties.Clear();
        foreach (var (name, value) in _properties)
        {
            image.Properties[name] = value;
        }

        image.UpdatedAt = cloud.Now;
        if (_tags is not null)
        {
            ImageTags.Replace(image, _tags);
        }
    }

    private void Read(JsonObject operation)
    {
        var op = (string?)operation["op"];
        if (op is not ("add" or "replace" or "remove"))
        {
            throw new ApiException(400, op is null
                ? "Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace."
                : $"Invalid operation: `{op}`. It must be one of the following: add, remove, replace.");
        }

        var pointer = (string?)operation["path"] ?? "";
        if (!pointer.StartsWith('/'))
        {
            throw new ApiException(400, $"Pointer `{pointer}` does not start with \"/\".");
        }

        if (pointer.Length == 1 || pointer.IndexOf('/', 1) > 0)
        {
            throw new ApiException(400, $"Invalid JSON pointer for this resource: '{pointer}'");
        }

        var name = pointer[1..].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        if (ReadOnly.Contains(name))
        {
            throw new ApiException(403, $"Attribute '{name}' is read-only.");
        }

        if (name.StartsWith("os_glance", StringComparison.Ordinal))
        {
            throw new ApiException(403, $"Attribute '{name}' is reserved.");
        }

        if (op != "remove" && !operation.ContainsKey("value"))
        {
            throw new ApiException(400, $"Operation \"{op}\" requires a member named \"value\".");
        }

        if (Base.Contains(name))
        {
            if (op == "remove")
            {
                throw new ApiException(403, $"Access was denied to this resource. Property {name} may not be removed.");
            }

            ReadBase(name, operation["value"]);
        }
        else
        {
            ReadProperty(op, name, operation["value"]);
        }
    }

    private void ReadProperty(string op, string name, JsonNode? value)
    {
        if (op != "add" && !_properties.ContainsKey(name))
        {
            throw new ApiException(409, $"There was a conflict when trying to complete your request. Property {name} does not exist.");
        }

        if (op == "remove")
        {
            _properties.Remove(name);
            return;
        }

        _properties[name] = ImageInput.Text(name, value) ?? throw ImageInput.Invalid("None is not of type 'string'");
        if (_properties.Count > ImageInput.MostProperties)
        {
            throw new ApiException(413,
                $"The limit has been exceeded on the number of allowed image properties. Attempted: {_properties.Count}, Maximum: {ImageInput.MostProperties}");
        }
    }

    private void ReadBase(string name, JsonNode? value)
    {
        if (name == "owner" && !call.Token.IsAdmin)
        {
            throw new ApiException(403, $"Forbidding request, image {image.Id} not visible");
        }

        if (name is "disk_format" or "container_format" && image.Status != "queued")
        {
            throw new ApiException(403, $"Attribute {name} can be only replaced for a queued image.");
        }

        if (name == "tags")
        {
            _tags = ImageInput.Tags(value);
            return;
        }

        _changes.Add(ImageInput.Base(call, image, name, value));
    }
}
