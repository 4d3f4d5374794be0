using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>What a value of a template refers to.</summary>
internal static class References
{
    /// <summary>A reference to a resource; without an attribute, to the resource itself.</summary>
    public sealed record Reference(string Resource, string? Attribute, string Path);

    public static IEnumerable<Reference> In(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject o when Functions.NameOf(o) == "get_resource" && PythonText.IsText(o.First().Value, out var name):
                return [new Reference(name, null, path)];
            case JsonObject o when Functions.NameOf(o) == "get_attr"
                && o.First().Value is JsonArray { Count: > 0 } parts && PythonText.IsText(parts[0], out var name):
                var attribute = parts.Count > 1 && PythonText.IsText(parts[1], out var given) ? given : null;
                return parts.Skip(1).SelectMany(p => In(p, path)).Prepend(new Reference(name, attribute ?? "show", path));
            case JsonObject o:
                return o.SelectMany(p => In(p.Value, $"{path}.{p.Key}"));
            case JsonArray a:
                return a.SelectMany((item, i) => In(item, $"{path}[{i}]"));
            default:
                return [];
        }
    }

    public static bool HasAny(JsonNode? node) => In(node, "").Any();

    /// <summary>The parameters that <c>get_param</c> names.</summary>
    public static IEnumerable<string> Parameters(JsonNode? node) => node switch
    {
        JsonObject o when Functions.NameOf(o) == "get_param" => o.First().Value switch
        {
            JsonArray { Count: > 0 } parts when PythonText.IsText(parts[0], out var first) => parts.Skip(1).SelectMany(Parameters)
                .Prepend(first),
            var one when PythonText.IsText(one, out var name) => [name],
            _ => [],
        },
        JsonObject o => o.SelectMany(p => Parameters(p.Value)),
        JsonArray a => a.SelectMany(Parameters),
        _ => [],
    };
}
