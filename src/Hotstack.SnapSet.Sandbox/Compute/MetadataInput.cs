using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>Keys and values that a user gives, checked as Nova's schema does.</summary>
internal static partial class MetadataInput
{
    private const int MostLength = 255;

    public static Dictionary<string, string> Read(JsonNode? node)
    {
        if (node is not JsonObject given)
        {
            throw Invalid("metadata", node, "is not of type 'object'");
        }

        Dictionary<string, string> metadata = [];
        foreach (var (key, value) in given)
        {
            if (!Key().IsMatch(key))
            {
                throw new ApiException(400,
                    $"Invalid input for field/attribute metadata. Value: {given.ToJsonString()}. '{key}' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{{1,255}}$'");
            }

            var text = Text(key, value);
            metadata[key] = text.Length <= MostLength
                ? text
                : throw new ApiException(400, $"Invalid input for field/attribute {key}. Value: {text}. '{text}' is too long");
        }

        return metadata;
    }

    public static string Text(string name, JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Invalid(name, node, "is not of type 'string'");

    public static ApiException Invalid(string name, JsonNode? node, string why)
    {
        var value = node?.ToJsonString() ?? "None";
        return new ApiException(400, $"Invalid input for field/attribute {name}. Value: {value}. {value} {why}");
    }

    [GeneratedRegex("^[a-zA-Z0-9-_:. ]{1,255}$")]
    private static partial Regex Key();
}
