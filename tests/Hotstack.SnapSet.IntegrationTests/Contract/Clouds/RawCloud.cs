using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;

namespace Hotstack.Contract.Clouds;

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Status, string Text, string? Location)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("the answer is null");
}

/// <summary>Calls a cloud's services without our client for them: to do what it does not do, and to see past it.</summary>
internal sealed class RawCloud : IDisposable
{
    private readonly CloudConfiguration _configuration;
    private readonly HttpClient _http;
    private readonly Api _api;
    private readonly TokenSource _tokens;

    public RawCloud(CloudConfiguration configuration, IActivity activity)
    {
        _configuration = configuration;
        _http = HttpTransport.Create(configuration.Tls);
        _api = new Api(HttpTransport.Create(configuration.Tls), new RetryPolicy(TimeProvider.System, activity), activity);
        _tokens = new TokenSource(configuration, _api, TimeProvider.System);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _api.Dispose();
        _http.Dispose();
    }

    public Task<RawAnswer> GetAsync(string service, string path, CancellationToken stop) =>
        SendAsync(HttpMethod.Get, service, path, null, stop);

    public Task<RawAnswer> DeleteAsync(string service, string path, CancellationToken stop) =>
        SendAsync(HttpMethod.Delete, service, path, null, stop);

    public Task<RawAnswer> PostAsync(string service, string path, JsonNode body, CancellationToken stop) =>
        SendAsync(HttpMethod.Post, service, path, Json(body), stop);

    /// <param name="method">The verb.</param>
    /// <param name="service"><c>compute</c>, <c>image</c> or <c>block-storage</c>.</param>
    /// <param name="path">Below the service's versioned address, with the query.</param>
    /// <param name="content">The body; null for none.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="microversion">Of Nova; null for the oldest.</param>
    public async Task<RawAnswer> SendAsync(
        HttpMethod method, string service, string path, HttpContent? content, CancellationToken stop, string? microversion = null)
    {
        Token token = await _tokens.GetAsync(stop);
        var address = token.Catalog!.Find(
            _configuration.Name, ServiceTypeNames.All(service), _configuration.Interfaces(service), _configuration.Region, null);
        address = EndpointAddress.Of(service, address, token.ProjectId);
        using var request = new HttpRequestMessage(method, $"{address.AbsoluteUri.TrimEnd('/')}/{path}") { Content = content };
        request.Headers.Add("X-Auth-Token", token.Value);
        if (microversion is not null)
        {
            request.Headers.Add("OpenStack-API-Version", $"compute {microversion}");
        }

        return await ReadAsync(request, stop);
    }

    /// <summary>Ends a token's life.</summary>
    public async Task RevokeAsync(Token token, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, TokenRequest.From(_configuration).Url);
        request.Headers.Add("X-Auth-Token", token.Value);
        request.Headers.Add("X-Subject-Token", token.Value);
        RawAnswer answer = await ReadAsync(request, stop);
        if (answer.Status != 204)
        {
            throw new InvalidOperationException($"Keystone answered {answer.Status} to the revocation: {answer.Text}");
        }
    }

    public static HttpContent Data(string text)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private static ByteArrayContent Json(JsonNode body)
    {
        // Not JsonContent: that is sent in chunks, which Keystone, Nova and Neutron refuse.
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<RawAnswer> ReadAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using HttpResponseMessage answer = await _http.SendAsync(request, stop);
        return new RawAnswer(
            (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(stop), answer.Headers.Location?.OriginalString);
    }
}
