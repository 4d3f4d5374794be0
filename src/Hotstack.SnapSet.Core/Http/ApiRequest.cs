using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Http;

/// <summary>One HTTP call, as data, so that it can be sent again.</summary>
/// <param name="Service">The service type as the catalogue names it, for messages: <c>compute</c>.</param>
/// <param name="Method">The verb.</param>
/// <param name="Uri">The absolute address without a query.</param>
public sealed record ApiRequest(string Service, HttpMethod Method, Uri Uri)
{
    /// <summary>Query parameters in order; a name may stand more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>Header fields beside the body's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body; null for none. Buffered, because Keystone, Nova and Neutron refuse a chunked one.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body's media type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>How long one attempt may take, reading the answer's body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether sending it twice has the effect of sending it once. A POST is taken to be unsafe: its answer may be
    /// lost after the work was done.
    /// </summary>
    public bool IsRepeatSafe { get => field || IsQuestion; init; } = Method != HttpMethod.Post;

    /// <summary>A POST that only asks: it changes nothing.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>How often it may be repeated because of what the service answered.</summary>
    public int StatusRetries { get; init; } = RetryPolicy.DefaultRetries;

    /// <summary>How often it may be repeated because no answer came.</summary>
    public int ConnectionRetries { get; init; } = RetryPolicy.DefaultRetries;

    /// <summary>Nothing depends on its answer: it is given up soon (<see cref="AsOptional"/>).</summary>
    public bool IsOptional { get; private init; }

    /// <summary>
    /// What it holds that must not come back in a message: a service may quote a request that it refuses.
    /// </summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>What it asks for where its address does not tell: <c>os-stop</c>.</summary>
    public string? Action { get; init; }

    /// <summary>What to advise when it fails.</summary>
    public ConnectionHints Hints { get; init; } = ConnectionHints.CloudsYaml;

    /// <summary>Statuses beside 2xx that are an answer to the caller and not an error: 300 in version discovery.</summary>
    public IReadOnlyList<int> AlsoExpected { get; init; } = [];

    /// <summary>This request as one on whose answer nothing depends: it is repeated once at most, and neither after a timeout nor after
    /// a long pause that the service asks for.</summary>
    public ApiRequest AsOptional() =>
        this with { IsOptional = true, StatusRetries = Math.Min(StatusRetries, 1), ConnectionRetries = Math.Min(ConnectionRetries, 1) };

    /// <summary>This request with a JSON body.</summary>
    public ApiRequest WithJson(JsonNode body) => this with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
}
