using Xunit;

namespace Hotstack.Http;

/// <summary>Where a token follows a redirect to, and where it does not.</summary>
public sealed class ApiRedirectTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://cloud.test/v1/p/stacks/hs/id", "http://cloud.test/v1/p/stacks/hs/id")]
    [InlineData("http://CLOUD.test:80/v1/p/stacks/hs/id?x=a%2Bb&y=1", "http://cloud.test/v1/p/stacks/hs/id?x=a%2Bb&y=1")]
    [InlineData("/v1/p/stacks/hs/id", "http://cloud.test/v1/p/stacks/hs/id")]
    [InlineData("id", "http://cloud.test/v1/p/stacks/id")]
    public async Task On_the_same_origin_it_is_followed_with_the_token(string location, string target)
    {
        foreach (int status in (int[])[301, 302, 303, 307, 308])
        {
            using var handler = new ScriptedHandler(
                _ => ScriptedHandler.Answer(status, "<html>", "text/html", $"Location: {location}"),
                    _ => ScriptedHandler.Answer(200, "{}"));
            using Api api = handler.Api();

            ApiResponse response = await api.SendAsync(Get("http://cloud.test/v1/p/stacks/hs"), Stop);

            Assert.Equal(200, response.Status);
            Assert.Equal(target, handler.Requests[1].Uri.AbsoluteUri);
            Assert.All(handler.Requests, sent => Assert.True(sent.Has("X-Auth-Token: secret-token")));
        }
    }

    [Theory]
    [InlineData("https://cloud.test/v1", "http://cloud.test/v1/id", "https://cloud.test/v1/id")]
    [InlineData("https://cloud.test:8004/v1", "http://cloud.test:8004/v1/id", "https://cloud.test:8004/v1/id")]
    [InlineData("https://cloud.test:8004/v1", "http://cloud.test/v1/id", "https://cloud.test:8004/v1/id")]
    public async Task A_service_that_does_not_know_of_its_TLS_is_followed_over_TLS(string from, string location, string target)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(302, headers: $"Location: {location}"), _ => ScriptedHandler.Answer(200, "{}"));
        using Api api = handler.Api();

        await api.SendAsync(Get(from), Stop);

        Assert.Equal(target, handler.Requests[1].Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://cloud.test/v1", "http://evil.test/v1", "http://evil.test")]
    [InlineData("http://cloud.test/v1", "//evil.test/v1", "http://evil.test")]
    [InlineData("http://cloud.test/v1", "http://cloud.test.evil/v1", "http://cloud.test.evil")]
    [InlineData("http://cloud.test/v1", "http://cloud.test@evil.test/v1", "http://evil.test")]
    [InlineData("http://cloud.test/v1", "http://cloud.test:8080/v1", "http://cloud.test:8080")]
    [InlineData("http://cloud.test/v1", "https://cloud.test/v1", "https://cloud.test")]
    [InlineData("https://cloud.test/v1", "http://evil.test/v1", "http://evil.test")]
    [InlineData("https://cloud.test/v1", "http://cloud.test:8080/v1", "http://cloud.test:8080")]
    [InlineData("http://cloud.test/v1", "file:///etc/passwd", "file://")]
    public async Task To_another_origin_nothing_is_sent(string from, string location, string origin)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(302, headers: $"Location: {location}"), _ => ScriptedHandler.Answer(200, "{}"));
        using Api api = handler.Api();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Get(from), Stop));

        Assert.Equal(("RedirectRefused", ErrorCause.ResponseInvalid, (int?)302), (e.Id, e.Cause, e.Status));
        Assert.Contains(origin, e.Message, StringComparison.Ordinal);
        // No advice to send a token in the clear.
        bool losesTls = from.StartsWith("https:", StringComparison.Ordinal) && !location.StartsWith("https:", StringComparison.Ordinal);
        Assert.Contains(losesTls ? "operator" : "endpoint_override", e.Hint, StringComparison.Ordinal);
        Assert.Single(handler.Requests);
    }

    /// <summary>Flurl follows redirects unless it is told not to: it makes a POST to a GET, and asks the new address without the token.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public async Task No_layer_below_follows_by_itself(string call, int status, bool isForeign)
    {
        await using var foreign = new WireServer(_ => WireServer.Reply(200, "{}"));
        string location = isForeign ? $"{foreign.Address}" : "/to";
        await using var server = new WireServer(request => request.Contains(" /from ", StringComparison.Ordinal)
            ? WireServer.Reply(status, "", "text/plain", $"Location: {location}\r\n")
            : WireServer.Reply(200, "{}"));
        var activity = new RecordingActivity();
        using var api = new Api(HttpTransport.Create(new()), new RetryPolicy(TimeProvider.System, activity), activity);

        await Assert.ThrowsAsync<ServiceException>(() => CallAsync(api, call, new Uri(server.Address, "from")));

        Assert.Empty(foreign.Requests);
        Assert.StartsWith($"{(call is "upload" or "write" ? "POST" : "GET")} /from ", Assert.Single(server.Requests),
            StringComparison.Ordinal);
    }

    public static TheoryData<string, int, bool> Calls { get; } = new(
        from call in (string[])["write", "upload", "download"]
        from status in (int[])[301, 302, 303, 307, 308]
        from isForeign in (bool[])[false, true]
        select (call, status, isForeign));

    private static async Task CallAsync(Api api, string call, Uri address)
    {
        var read = new ApiRequest("image", HttpMethod.Get, address) { Headers = [new("X-Auth-Token", "secret-token")] };
        ApiRequest write = read with { Method = HttpMethod.Post };
        await (call switch
        {
            "write" => api.SendAsync(write, Stop),
            "upload" => api.UploadAsync(write, new NoBytes(), Stop),
            _ => (Task)api.DownloadAsync(read, Stop),
        });
    }

    private sealed class NoBytes : IUploadSource
    {
        public long Length => 0;

        public void Rewind()
        {
        }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop) => ValueTask.FromResult(0);
    }

    [Fact]
    public async Task A_loop_comes_to_an_end()
    {
        using var handler = new ScriptedHandler(sent => ScriptedHandler.Answer(302, headers: $"Location: {sent.Uri.AbsolutePath}x"));
        using Api api = handler.Api();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Get("http://cloud.test/"), Stop));

        Assert.Equal("ResponseInvalid", e.Id);
        Assert.Equal(6, handler.Requests.Count);
    }

    [Theory]
    [InlineData("GET", 302, null)]
    [InlineData("GET", 302, "http://[")]
    [InlineData("POST", 302, "/elsewhere")]
    [InlineData("DELETE", 307, "/elsewhere")]
    [InlineData("GET", 300, "/v2/")]
    [InlineData("GET", 304, null)]
    public async Task What_cannot_be_followed_is_an_error(string method, int status, string? location)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(status, headers: location is null ? [] : [$"Location: {location}"]));
        using Api api = handler.Api();

        var e = await Assert.ThrowsAsync<ServiceException>(
            () => api.SendAsync(new ApiRequest("image", HttpMethod.Parse(method), new Uri("http://cloud.test/")), Stop));

        Assert.Equal(("ResponseInvalid", ErrorCause.ResponseInvalid, (int?)status), (e.Id, e.Cause, e.Status));
        Assert.Single(handler.Requests);
    }

    private static ApiRequest Get(string address) =>
        new("orchestration", HttpMethod.Get, new Uri(address)) { Headers = [new("X-Auth-Token", "secret-token")], Query = [] };
}
