using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Http;

/// <summary>Keeps passwords, secrets and tokens out of the call log.</summary>
internal static class Secrets
{
    private const string Masked = "***";
    private const int Most = 64 * 1024;

    /// <summary>The body as text for the log.</summary>
    public static string Mask(ApiCall call)
    {
        if (call.Body.Length == 0)
        {
            return call.ContentType == "application/octet-stream" ? $"({call.ContentLength} bytes)" : "";
        }

        if (call.Body.Length > Most)
        {
            return $"({call.Body.Length} bytes)";
        }

        var body = call.ParseBody();
        if (body is null)
        {
            // Not JSON: at Keystone it may be a mangled login, so nothing of it is kept.
            return call.Service == "identity" ? Masked : Encoding.UTF8.GetString(call.Body);
        }

        Mask(body, inToken: false);
        if (call.Service == "orchestration")
        {
            StackSecrets.Mask(body);
        }

        return body.ToJsonString();
    }

    /// <summary>All that is secret in a request, as careless services and proxies quote it.</summary>
    public static string Quote(ApiCall call)
    {
        string?[] held =
        [
            call.Header("X-Auth-Token"), call.Header("Authorization"), call.ParseBody() is { } body ? string.Join(' ', Values(body)) : null,
            call.Body.Length > Most ? null : Encoding.UTF8.GetString(call.Body),
        ];
        return "Refused: " + string.Join(" | ", held.OfType<string>().SelectMany(text => (IEnumerable<string>)
            [text, Uri.EscapeDataString(text), Convert.ToBase64String(Encoding.UTF8.GetBytes(text))]));
    }

    private static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => Values(entry.Value)),
        JsonArray list => list.SelectMany(Values),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };

    private static void Mask(JsonNode? node, bool inToken)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var key in o.Select(p => p.Key).ToArray())
                {
                    if (key is "password" or "secret" or "passcode" or "adminPass" or "original_password" && o[key] is JsonValue
                        || (inToken && key == "id"))
                    {
                        o[key] = Masked;
                    }
                    else
                    {
                        Mask(o[key], key == "token");
                    }
                }

                break;
            case JsonArray a:
                foreach (var item in a)
                {
                    Mask(item, inToken: false);
                }

                break;
            default:
                break;
        }
    }
}
