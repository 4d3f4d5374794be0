using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>The body of createImage, checked as Nova's schema does.</summary>
internal sealed partial record CreateImageRequest(string Name, IReadOnlyDictionary<string, string> Metadata)
{
    private const int MostLength = 255;

    public static CreateImageRequest Read(JsonNode? node)
    {
        if (node is not JsonObject body)
        {
            throw Invalid("createImage", node, "is not of type 'object'");
        }

        var strange = body.Select(p => p.Key).FirstOrDefault(k => k is not ("name" or "metadata"));
        if (strange is not null)
        {
            throw new ApiException(400, $"Invalid input for field/attribute createImage. Value: {body.ToJsonString()}. Additional properties are not allowed ('{strange}' was unexpected)");
        }

        if (!body.TryGetPropertyValue("name", out var given))
        {
            throw new ApiException(400, $"Invalid input for field/attribute createImage. Value: {body.ToJsonString()}. 'name' is a required property");
        }

        return new CreateImageRequest(ReadName(given), ReadMetadata(body));
    }

    private static string ReadName(JsonNode? given)
    {
        var name = Text("name", given);
        if (name.Length == 0)
        {
            throw new ApiException(400, "Invalid input for field/attribute name. Value: . '' is too short");
        }

        if (name.Length > MostLength)
        {
            throw new ApiException(400, $"Invalid input for field/attribute name. Value: {name}. '{name}' is too long");
        }

        return name.Trim() == name && !name.Any(char.IsControl)
            ? name
            : throw new ApiException(400, "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.");
    }

    private static Dictionary<string, string> ReadMetadata(JsonObject body)
    {
        Dictionary<string, string> metadata = [];
        if (!body.TryGetPropertyValue("metadata", out var node))
        {
            return metadata;
        }

        if (node is not JsonObject given)
        {
            throw Invalid("metadata", node, "is not of type 'object'");
        }

        foreach (var (key, value) in given)
        {
            if (!Key().IsMatch(key))
            {
                throw new ApiException(400, $"Invalid input for field/attribute metadata. Value: {given.ToJsonString()}. '{key}' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{{1,255}}$'");
            }

            var text = Text(key, value);
            metadata[key] = text.Length <= MostLength
                ? text
                : throw new ApiException(400, $"Invalid input for field/attribute {key}. Value: {text}. '{text}' is too long");
        }

        // Nova lays the metadata over the image it sends to Glance, where tags are not a text.
        return metadata.ContainsKey("tags")
            ? throw new ApiException(500, "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class 'TypeError'>")
            : metadata;
    }

    private static string Text(string name, JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Invalid(name, node, "is not of type 'string'");

    private static ApiException Invalid(string name, JsonNode? node, string why)
    {
        var value = node?.ToJsonString() ?? "None";
        return new ApiException(400, $"Invalid input for field/attribute {name}. Value: {value}. {value} {why}");
    }

    [GeneratedRegex("^[a-zA-Z0-9-_:. ]{1,255}$")]
    private static partial Regex Key();
}
