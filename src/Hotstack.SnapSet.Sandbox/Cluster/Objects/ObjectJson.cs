using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster.Objects;

/// <summary>Reads and edits Kubernetes objects by path.</summary>
internal static class ObjectJson
{
    public static string Name(this JsonObject o) => o.Text("metadata", "name") ?? "";

    public static string Namespace(this JsonObject o) => o.Text("metadata", "namespace") ?? "";

    public static string Key(this JsonObject o) => o.Namespace() + "/" + o.Name();

    public static JsonObject Metadata(this JsonObject o) => o.Child("metadata");

    /// <summary>The object below a key, created if it is missing.</summary>
    public static JsonObject Child(this JsonObject o, string key)
    {
        if (o[key] is JsonObject child)
        {
            return child;
        }

        child = [];
        o[key] = child;
        return child;
    }

    /// <summary>The array below a key, created if it is missing.</summary>
    public static JsonArray Items(this JsonObject o, string key)
    {
        if (o[key] is JsonArray items)
        {
            return items;
        }

        items = [];
        o[key] = items;
        return items;
    }

    public static JsonNode? Find(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }

    /// <summary>A scalar as text; null otherwise.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) => node.Find(path) switch
    {
        JsonValue value => value.GetValueKind() == JsonValueKind.String ? (string?)value : value.ToJsonString(),
        _ => null,
    };

    public static bool IsTrue(this JsonNode? node, params ReadOnlySpan<string> path) => node.Text(path) == "true";

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        long.TryParse(node.Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The objects of the array at this path.</summary>
    public static IEnumerable<JsonObject> Each(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.Find(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    public static JsonObject? Condition(this JsonObject o, string type) =>
        o.Each("status", "conditions").FirstOrDefault(c => c.Text("type") == type);

    public static JsonObject Copy(this JsonObject o) => (JsonObject)o.DeepClone();

    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    public static JsonArray Array(params IEnumerable<string> items) => [.. items.Select(i => (JsonNode)i)];

    public static string Kube(this DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static string KubeMicro(this DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
