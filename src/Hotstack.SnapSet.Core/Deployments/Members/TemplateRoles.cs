using System.Text.Json;

namespace Hotstack.Deployments.Members;

/// <summary>Reads the roles of servers in the template of their own stack: each role of upstream's templates has a parameter
/// <c>&lt;role&gt;_params</c>, which names the image and the flavor of its servers.</summary>
/// <remarks>Upstream: openstack-k8s-operators/hotstack, scenarios/**/heat_template*.yaml. The image is the server's own, or that of a block
/// device, as <c>image_id: {get_param: [ironic_params, cd_image]}</c>.</remarks>
/// <param name="template">The template, as Heat keeps it.</param>
internal sealed class TemplateRoles(JsonElement template)
{
    private const string Ending = "_params";
    private const string Function = "get_param";

    /// <summary>Conditions may hold a function in a function; Heat allows no deeper nesting than JSON's reader.</summary>
    private const int MaxNesting = 16;

    /// <summary>Whether the template has an output of this name.</summary>
    public bool HasOutput(string key) => template.Field("outputs")?.Field(key) is not null;

    /// <summary>The role by the parameter of the image that a server starts from, otherwise of another disk's, otherwise of the flavor;
    /// null if there is none.</summary>
    public string? Of(string server)
    {
        if (PropertiesOf(server) is not { } properties)
        {
            return null;
        }

        IEnumerable<JsonElement?> sources =
        [
            properties.Field("image"), .. Disks(properties, "block_device_mapping_v2"), .. Disks(properties, "block_device_mapping"),
            properties.Field("flavor"),
        ];
        return sources.OfType<JsonElement>().Select(source => RoleIn(source, 0)).FirstOrDefault(role => role is not null);
    }

    /// <summary>The images of the disks, in the order in which the server tries to boot from them.</summary>
    private IEnumerable<JsonElement?> Disks(JsonElement properties, string key) => properties.Items(key)
        .OrderBy(disk => disk.Field("boot_index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt32(out int place) && place >= 0
            ? place
            : int.MaxValue)
        .SelectMany(disk => new[] { disk.Field("image_id"), disk.Field("image"), ImageOfVolume(disk) });

    private JsonElement? ImageOfVolume(JsonElement disk) =>
        disk.Field("volume_id")?.Text("get_resource") is { } volume ? PropertiesOf(volume)?.Field("image") : null;

    private JsonElement? PropertiesOf(string resource) => template.Field("resources")?.Field(resource)?.Field("properties");

    /// <summary>The role of the first such parameter in a value.</summary>
    private static string? RoleIn(JsonElement value, int depth)
    {
        if (depth > MaxNesting)
        {
            return null;
        }

        IEnumerable<JsonElement> parts = value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Select(property => property.Value),
            JsonValueKind.Array => value.EnumerateArray(),
            _ => [],
        };
        return (value.Field(Function) is { } argument ? RoleOf(argument) : null)
            ?? parts.Select(part => RoleIn(part, depth + 1)).FirstOrDefault(role => role is not null);
    }

    private static string? RoleOf(JsonElement argument)
    {
        JsonElement first = argument is { ValueKind: JsonValueKind.Array } && argument.GetArrayLength() > 0 ? argument[0] : argument;
        string? name = first.ValueKind == JsonValueKind.String ? first.GetString() : null;
        return name is not null && name.EndsWith(Ending, StringComparison.Ordinal) && name.Length > Ending.Length ? name[..^Ending.Length] : null;
    }
}
