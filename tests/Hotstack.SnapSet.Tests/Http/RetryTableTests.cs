using Xunit;

namespace Hotstack.Http;

/// <summary>Which calls are sent again after which answer.</summary>
public sealed class RetryTableTests
{
    private const string Safe = "GET PUT PATCH DELETE";
    private const string All = Safe + " POST";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(408, null, Safe)]
    [InlineData(413, null, "")]
    [InlineData(413, "2", All)]
    [InlineData(413, "0", "")]
    [InlineData(429, null, All)]
    [InlineData(429, "2", All)]
    [InlineData(429, "300", All)]
    [InlineData(429, "301", "")]
    [InlineData(500, null, "GET")]
    [InlineData(500, "2", "GET")]
    [InlineData(502, null, Safe)]
    [InlineData(503, null, Safe)]
    [InlineData(503, "2", All)]
    [InlineData(503, "86400", "")]
    [InlineData(504, null, Safe)]
    [InlineData(300, null, "")]
    [InlineData(400, null, "")]
    [InlineData(401, null, "")]
    [InlineData(403, null, "")]
    [InlineData(404, null, "")]
    [InlineData(409, null, "")]
    [InlineData(409, "2", "")]
    [InlineData(501, null, "")]
    public async Task A_status_is_worth_a_repeat_for(int status, string? retryAfter, string methods)
    {
        foreach (string method in All.Split(' '))
        {
            using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(
                status, headers: retryAfter is null ? [] : [$"Retry-After: {retryAfter}"]));
            using Api api = handler.Api();

            var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Request(method), Stop));

            Assert.Equal(status, e.Status);
            Assert.Equal((method, methods.Contains(method, StringComparison.Ordinal) ? 6 : 1), (method, handler.Requests.Count));
        }
    }

    [Theory]
    [InlineData(WireServer.Reset, "ServiceUnreachable", ErrorCause.ServiceUnavailable)]
    [InlineData("", "ServiceUnreachable", ErrorCause.ServiceUnavailable)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"half\":", "ServiceUnreachable", ErrorCause.ServiceUnavailable)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\nConnection: close\r\n\r\n{\"half\":", "ResponseInvalid", ErrorCause.ResponseInvalid)]
    [InlineData("this is not HTTP\r\n\r\n", "ServiceUnreachable", ErrorCause.ServiceUnavailable)]
    [InlineData(WireServer.Silence, "ServiceTimeout", ErrorCause.TimedOut)]
    public async Task A_lost_answer_is_worth_a_repeat_unless_it_was_a_POST(string answer, string id, ErrorCause cause)
    {
        foreach (string method in All.Split(' '))
        {
            var activity = new RecordingActivity();
            await using var server = new WireServer(_ => answer);
            using Api api = Real(activity);

            var e = await Assert.ThrowsAsync<ServiceException>(
                () => api.SendAsync(Request(method,
                    server.Address) with { Timeout = TimeSpan.FromMilliseconds(answer == WireServer.Silence ? 60 : 20_000) }, Stop));

            Assert.Equal((method, id, cause), (method, e.Id, e.Cause));
            Assert.Equal((method, method == "POST" ? 0 : 5),
                (method, activity.Everything.Count(line => line.Contains("trying again", StringComparison.Ordinal))));
            if (method is not ("GET" or "DELETE") && answer != WireServer.Silence)
            {
                // Without a body, .NET itself sends a call again when the connection ends before any answer.
                Assert.Equal((method, method == "POST" ? 1 : 6), (method, server.Requests.Count));
            }

            Assert.Equal((method, method == "POST"), (method, e.IsOutcomeUnknown));
            Assert.NotNull(e.Hint);
        }
    }

    [Fact]
    public async Task A_refused_connection_is_worth_a_repeat_whatever_the_call_is()
    {
        var gone = new WireServer(_ => "");
        await gone.DisposeAsync();
        foreach (string method in All.Split(' '))
        {
            var activity = new RecordingActivity();
            using Api api = Real(activity);

            var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Request(method, gone.Address), Stop));

            Assert.Equal(("ServiceUnreachable", ErrorCause.ServiceUnavailable), (e.Id, e.Cause));
            Assert.False(e.IsOutcomeUnknown);
            Assert.Equal(6, activity.Everything.Count(line => line.Contains("refused after", StringComparison.Ordinal)));
            Assert.Equal(5, activity.Everything.Count(line => line.Contains("trying again", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_host_without_an_address_is_not_asked_for_again()
    {
        using var handler = new ScriptedHandler(_ => throw new HttpRequestException(
            HttpRequestError.NameResolutionError, "no such host",
            new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound)));
        using Api api = handler.Api();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Request("GET"), Stop));

        Golden.Message(e);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_POST_without_a_body_is_not_repeated_by_the_transport_either()
    {
        await using var server = new WireServer(_ => "");
        using Api api = Real();

        await Assert.ThrowsAsync<ServiceException>(
            () => api.SendAsync(new ApiRequest("compute", HttpMethod.Post, server.Address), Stop));

        Assert.Contains("Content-Length: 0", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_POST_that_is_safe_is_repeated_after_a_reset()
    {
        int asked = 0;
        await using var server = new WireServer(_ => asked++ == 0 ? WireServer.Reset : WireServer.Reply(200));
        using Api api = Real();

        ApiResponse response = await api.SendAsync(Request("POST", server.Address) with { IsRepeatSafe = true }, Stop);

        Assert.Equal(200, response.Status);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(server.Requests[0], server.Requests[1]);
    }

    [Theory]
    [InlineData(0, 5, 1, 6)]
    [InlineData(2, 5, 3, 6)]
    [InlineData(7, 0, 8, 1)]
    public async Task The_limits_are_the_requests_own(int statusRetries, int connectionRetries, int afterStatus, int afterReset)
    {
        ApiRequest request = Request("GET") with { StatusRetries = statusRetries, ConnectionRetries = connectionRetries };
        using var failing = new ScriptedHandler(_ => ScriptedHandler.Answer(503));
        using var resetting = new ScriptedHandler(_ => throw new HttpRequestException("reset"));
        using Api first = failing.Api();
        using Api second = resetting.Api();

        await Assert.ThrowsAsync<ServiceException>(() => first.SendAsync(request, Stop));
        await Assert.ThrowsAsync<ServiceException>(() => second.SendAsync(request, Stop));

        Assert.Equal((afterStatus, afterReset), (failing.Requests.Count, resetting.Requests.Count));
    }

    private static ApiRequest Request(string method, Uri? address = null)
    {
        var request = new ApiRequest("compute", HttpMethod.Parse(method), new Uri(address ?? new Uri("http://cloud.test/"), "x"));
        return method is "GET" or "DELETE" ? request : request.WithJson(new System.Text.Json.Nodes.JsonObject { ["a"] = 1 });
    }

    private static Api Real(RecordingActivity? activity = null)
    {
        activity ??= new RecordingActivity();
        return new Api(HttpTransport.Create(new()), new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);
    }
}
