using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Http;

/// <summary>One HTTP call, as data, so that it can be sent again.</summary>
/// <param name="Service">The service type as the catalogue names it, for messages: <c>compute</c>.</param>
/// <param name="Method">The verb.</param>
/// <param name="Uri">The absolute address without a query.</param>
public sealed record ApiRequest(string Service, HttpMethod Method, Uri Uri)
{
    /// <summary>Query parameters in order; a name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>Header fields, without those of the body.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body; null for none. Buffered, because Keystone, Nova and Neutron refuse a chunked one.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body's media type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>How long one attempt may take, reading the answer's body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether sending it twice has the effect of sending it once. A POST counts as unsafe: its answer may be
    /// lost after the service did the work.
    /// </summary>
    public bool IsRepeatSafe { get => field || IsQuestion; init; } = Method != HttpMethod.Post;

    /// <summary>A POST that only asks: it changes nothing.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>How often it may be repeated after an error status.</summary>
    public int StatusRetries { get; init; } = RetryPolicy.DefaultRetries;

    /// <summary>How often it may be repeated after a lost connection or a timeout.</summary>
    public int ConnectionRetries { get; init; } = RetryPolicy.DefaultRetries;

    /// <summary>Nothing depends on its answer; few retries and short pauses (<see cref="AsOptional"/>).</summary>
    public bool IsOptional { get; private init; }

    /// <summary>
    /// Its secrets, which must not appear in a message: a service may quote a request that it refuses.
    /// </summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The action, if the address does not name it: <c>os-stop</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The hints for a failure.</summary>
    public ConnectionHints Hints { get; init; } = ConnectionHints.CloudsYaml;

    /// <summary>Statuses beside 2xx that are no error: 300 in version discovery.</summary>
    public IReadOnlyList<int> AlsoExpected { get; init; } = [];

    /// <summary>This request as optional: at most one retry, none after a timeout or if the service asks for a long pause.</summary>
    public ApiRequest AsOptional() =>
        this with { IsOptional = true, StatusRetries = Math.Min(StatusRetries, 1), ConnectionRetries = Math.Min(ConnectionRetries, 1) };

    /// <summary>This request with a JSON body.</summary>
    public ApiRequest WithJson(JsonNode body) => this with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
}

/// <summary>An HTTP answer, read whole.</summary>
/// <param name="Request">The request.</param>
/// <param name="Status">The status code.</param>
/// <param name="Headers">Header fields by name, in any case; repeated ones are joined by commas.</param>
/// <param name="Body">The bytes of the body; empty if there was none.</param>
public sealed record ApiResponse(
    ApiRequest Request, int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The id under which the service logged this call; null if it gave none.</summary>
    public string? RequestId =>
        Header("X-OpenStack-Request-Id") ?? Header("X-Compute-Request-Id") ?? Header("Audit-Id");

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header field's value, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The body as a JSON object.</summary>
    /// <exception cref="ServiceException">It is not one (<c>ResponseInvalid</c>).</exception>
    public JsonElement Json()
    {
        try
        {
            using JsonDocument document = JsonText.Parse(Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document.RootElement.Clone();
            }
        }
        catch (JsonException)
        {
        }

        throw ServiceException.OfInvalidResponse(this, "the body is not a JSON object");
    }
}
