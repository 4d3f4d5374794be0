using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Http;

/// <summary>An answer, before it is sent.</summary>
internal class Reply(int status, byte[] body, string? contentType)
{
    private static readonly JsonSerializerOptions Wire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Status { get; } = status;

    public byte[] Body { get; } = body;

    public string? ContentType { get; set; } = contentType;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static Reply Json(int status, JsonNode body) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(body, Wire), "application/json");

    public static Reply Ok(JsonNode body) => Json(200, body);

    /// <summary>No body, but the media type some services send all the same.</summary>
    public static Reply Empty(int status, string? contentType = null) => new(status, [], contentType);

    public static Reply Text(int status, string text, string contentType) =>
        new(status, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>
    /// The error of a service built on WebOb: a page for who accepts HTML, a JSON object with the page's text for who accepts JSON,
    /// otherwise plain text (webob: exc.py, generate_response).
    /// </summary>
    public static Reply Html(ApiCall call, int status, string message)
    {
        var (title, after) = ($"{status} {Reason(status)}", "<br /><br />\n\n\n");
        string accept = call.Header("Accept") ?? "";
        if (!accept.Contains("text/html", StringComparison.OrdinalIgnoreCase) && !accept.Contains("*/*", StringComparison.Ordinal))
        {
            return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
                ? Json(status, new JsonObject { ["message"] = message + after, ["code"] = title, ["title"] = Reason(status) })
                : Text(status, $"{title}\n\n{message}\n\n   ", "text/plain; charset=UTF-8");
        }

        return Text(
            status,
            $"<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{title}</h1>\n  {HtmlEncoder.Default.Encode(message)}{after}\n </body>\n</html>",
            "text/html; charset=UTF-8");
    }

    public static string Reason(int status) => status switch
    {
        413 => "Request Entity Too Large",
        429 => "Too Many Requests",
        _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : "Error",
    };

    public Reply With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }
}
