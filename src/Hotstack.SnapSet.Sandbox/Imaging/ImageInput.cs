using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>What clients may write into an image, checked by Glance's schema.</summary>
internal static class ImageInput
{
    public const int MostTags = 128;
    public const int MostProperties = 128;
    private const int MostLength = 255;

    public static ApiException Invalid(string why) => new(400, $"Provided object does not match schema 'image': {why}");

    public static string? Text(string name, JsonNode? value)
    {
        if (value is null)
        {
            return null;
        }

        if (value is not JsonValue scalar || !scalar.TryGetValue(out string? text))
        {
            throw Invalid($"{value.ToJsonString()} is not of type 'string'. On instance['{name}']");
        }

        return text.Length > MostLength && name is "name" or "tags" ? throw Invalid($"'{text}' is too long") : text;
    }

    public static List<string> Tags(JsonNode? value)
    {
        if (value is not JsonArray array)
        {
            throw Invalid($"{value?.ToJsonString() ?? "None"} is not of type 'array'");
        }

        var tags = array.Select(t => Text("tags", t) ?? throw Invalid("None is not of type 'string'")).Distinct().ToList();
        CheckTagCount(tags.Count);
        return tags;
    }

    public static void CheckTagCount(int count)
    {
        if (count > MostTags)
        {
            throw new ApiException(413,
                $"The limit has been exceeded on the number of allowed image tags. Attempted: {count}, Maximum: {MostTags}");
        }
    }

    /// <summary>Checks a value of one of the image's own attributes; gives what writes it.</summary>
    public static Action Base(ApiCall call, Image image, string name, JsonNode? value)
    {
        switch (name)
        {
            case "name":
                var text = Text(name, value);
                return () => image.Name = text;
            case "disk_format":
                var disk = Text(name, value);
                return () => image.DiskFormat = disk;
            case "container_format":
                var container = Text(name, value);
                return () => image.ContainerFormat = container;
            case "owner":
                var owner = Text(name, value) ?? "";
                return () => image.Owner = owner;
            case "visibility":
                var visibility = Visibility(call, Text(name, value));
                return () => image.Visibility = visibility;
            case "protected":
                var isProtected = Boolean(value);
                return () => image.Protected = isProtected;
            case "os_hidden":
                var isHidden = Boolean(value);
                return () => image.Hidden = isHidden;
            case "min_disk":
                var minDisk = Number(value);
                return () => image.MinDisk = minDisk;
            default:
                var minRam = Number(value);
                return () => image.MinRam = minRam;
        }
    }

    private static string Visibility(ApiCall call, string? visibility) => visibility switch
    {
        "public" when !call.Token.IsAdmin => throw new ApiException(403, "You are not authorized to complete publicize_image action."),
        "public" or "private" or "shared" or "community" => visibility,
        _ => throw Invalid($"'{visibility}' is not one of ['community', 'public', 'private', 'shared']"),
    };

    private static bool Boolean(JsonNode? value) => value is JsonValue v && v.TryGetValue(out bool flag)
        ? flag
        : throw Invalid($"{value?.ToJsonString() ?? "None"} is not of type 'boolean'");

    private static int Number(JsonNode? value) => value is JsonValue v && v.TryGetValue(out int number) && number >= 0
        ? number
        : throw Invalid($"{value?.ToJsonString() ?? "None"} is not of type 'integer'");
}
