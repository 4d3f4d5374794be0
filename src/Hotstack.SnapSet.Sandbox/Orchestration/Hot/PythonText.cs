using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>Values as texts, the way Heat's language writes them.</summary>
internal static class PythonText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Texts as they are, true as <c>True</c>, all else as JSON.</summary>
    public static string Of(JsonNode? node) => node switch
    {
        null => "",
        JsonValue v when v.TryGetValue(out string? text) => text,
        JsonValue v when v.TryGetValue(out bool flag) => flag ? "True" : "False",
        _ => Json(node),
    };

    /// <summary>JSON with a blank after each comma and colon.</summary>
    public static string Json(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject o => "{" + string.Join(", ", o.Select(p => $"{JsonSerializer.Serialize(p.Key, Plain)}: {Json(p.Value)}")) + "}",
        JsonArray a => "[" + string.Join(", ", a.Select(Json)) + "]",
        _ => node.ToJsonString(Plain),
    };

    public static bool IsText(JsonNode? node, out string text)
    {
        text = node is JsonValue v && v.TryGetValue(out string? found) ? found : "";
        return node is JsonValue value && value.TryGetValue(out string? _);
    }
}
