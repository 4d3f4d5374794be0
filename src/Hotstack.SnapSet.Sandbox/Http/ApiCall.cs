using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Api;
using Hotstack.Sandbox.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Hotstack.Sandbox.Http;

/// <summary>A request, wholly read but for data that is uploaded, so that the cloud can answer it without waiting.</summary>
internal sealed class ApiCall
{
    private readonly RouteValueDictionary _routes;
    private readonly IHeaderDictionary _headers;

    private ApiCall(HttpRequest request, string service, byte[] body)
    {
        Service = service;
        Method = request.Method;
        RawTarget = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var mark = RawTarget.IndexOf('?', StringComparison.Ordinal);
        Path = mark < 0 ? RawTarget : RawTarget[..mark];
        QueryText = mark < 0 ? "" : RawTarget[(mark + 1)..];
        Query = ParseQuery(QueryText);
        Origin = $"http://{request.Host}";
        Body = body;
        _routes = request.RouteValues;
        _headers = request.Headers;
        Way = request.HttpContext.Features.Get<ClusterWay>();
        ClientCertificate = request.IsHttps ? request.HttpContext.Connection.ClientCertificate : null;
    }

    public string Service { get; }

    public string Method { get; }

    public string RawTarget { get; }

    public string Path { get; }

    public string QueryText { get; }

    /// <summary>The query's pairs, decoded, in order, repeated ones too.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    /// <summary>Scheme and host as the client named them; links are built on it.</summary>
    public string Origin { get; }

    public byte[] Body { get; }

    /// <summary>What the client showed in the TLS handshake, not verified; null if nothing.</summary>
    public X509Certificate2? ClientCertificate { get; }

    /// <summary>Where its connection leads; null if to no cluster's own network.</summary>
    public ClusterWay? Way { get; }

    public string RequestId { get; } = "req-" + Guid.NewGuid();

    /// <summary>Who asks; set once the token has been looked at.</summary>
    public Token Token { get; set; } = Token.None;

    /// <summary>The minor number of the microversion asked for.</summary>
    public int Microversion { get; set; } = 1;

    public bool Chunked => Header("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true;

    public long? ContentLength => _headers.ContentLength;

    public bool HasContentLength => _headers.ContentLength is not null;

    public string ContentType => (Header("Content-Type") ?? "").Split(';')[0].Trim().ToLowerInvariant();

    public static async Task<ApiCall> ReadAsync(HttpRequest request, string service, CancellationToken stop)
    {
        using var body = new MemoryStream();
        if (request.ContentType?.StartsWith("application/octet-stream", StringComparison.Ordinal) != true)
        {
            // Else it may be large, and is left to an UploadReply.
            await request.Body.CopyToAsync(body, stop);
        }

        return new ApiCall(request, service, body.ToArray());
    }

    public string[] HeaderValues(string name) => _headers.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    public string? Header(string name) => _headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A part of the path, decoded.</summary>
    public string Route(string name) => _routes[name] as string ?? "";

    /// <summary>The last value of a query key, or null.</summary>
    public string? Value(string key) => Query.LastOrDefault(p => p.Key == key) is { Key: not null } pair ? pair.Value : null;

    public IEnumerable<string> Values(string key) => Query.Where(p => p.Key == key).Select(p => p.Value);

    public bool HasBodyKey(string key) => ParseBody() is JsonObject body && body.ContainsKey(key);

    /// <summary>The body as JSON; null if it is none.</summary>
    public JsonNode? ParseBody()
    {
        try
        {
            return Body.Length == 0 ? null : JsonNode.Parse(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<KeyValuePair<string, string>> ParseQuery(string text) =>
        [.. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            return equals < 0
                ? new KeyValuePair<string, string>(Decode(part), "")
                : new KeyValuePair<string, string>(Decode(part[..equals]), Decode(part[(equals + 1)..]));
        })];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
