using System.Net;
using Xunit;

namespace Hotstack.Http;

/// <summary>How a call ends that its caller, the time or its own size does not let finish.</summary>
public sealed class ApiLimitTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(80);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WireServer.Silence)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"half\":" + WireServer.Silence)]
    public async Task A_cancelled_call_ends_as_cancelled(string answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var server = new WireServer(_ =>
        {
            stop.CancelAfter(TimeSpan.FromMilliseconds(1));
            return answer;
        });
        using Api api = Real();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => api.SendAsync(new ApiRequest("compute", HttpMethod.Post, server.Address), stop.Token));

        Assert.True(stop.IsCancellationRequested);
    }

    [Fact]
    public async Task A_call_that_was_cancelled_before_is_not_sent()
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(200));
        using Api api = handler.Api();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => api.SendAsync(new ApiRequest("compute", HttpMethod.Get, new Uri("http://cloud.test/")), new CancellationToken(true)));

        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Each_call_has_a_time_limit_of_its_own()
    {
        await using var server = new WireServer(request => request.StartsWith("GET /slow", StringComparison.Ordinal) ? WireServer.Silence
            : WireServer.Reply(200));
        using Api api = Real();
        var slow = new ApiRequest("compute", HttpMethod.Get, new Uri(server.Address, "slow")) { Timeout = Short, ConnectionRetries = 0 };

        Task<ApiResponse> fast = api.SendAsync(slow with { Uri = server.Address, Timeout = TimeSpan.FromSeconds(60) }, Stop);
        var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(slow, Stop));

        Assert.Equal(200, (await fast).Status);
        Assert.Equal(("ServiceTimeout", ErrorCause.TimedOut), (e.Id, e.Cause));
        Golden.Message(e);
        Assert.Null(e.Status);
    }

    [Fact]
    public async Task A_POST_without_an_answer_in_time_may_have_been_done()
    {
        await using var server = new WireServer(_ => WireServer.Silence);
        using Api api = Real();

        var e = await Assert.ThrowsAsync<ServiceException>(
            () => api.SendAsync(new ApiRequest("compute", HttpMethod.Post, server.Address) { Timeout = Short }, Stop));

        Assert.True(e.IsOutcomeUnknown);
        Assert.Equal(ErrorCause.TimedOut, e.Cause);
        Assert.InRange(server.Connections, 0, 1);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_is_tried_again_also_for_a_POST()
    {
        int tries = 0;
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(20),
            ConnectCallback = async (_, stop) =>
            {
                tries++;
                await Task.Delay(Timeout.Infinite, stop);
                return Stream.Null;
            },
        };
        var activity = new RecordingActivity();
        using var api = new Api(
            new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan },
            new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);

        var e = await Assert.ThrowsAsync<ServiceException>(
            () => api.SendAsync(new ApiRequest("compute", HttpMethod.Post, new Uri("http://cloud.test/")), Stop));

        Assert.Equal(("ServiceUnreachable", ErrorCause.ServiceUnavailable, false), (e.Id, e.Cause, e.IsOutcomeUnknown));
        Golden.Message(e);
        Assert.Equal(6, tries);
    }

    [Fact]
    public async Task A_list_of_a_few_megabytes_is_read()
    {
        string list = $$"""{"images":["{{new string('x', 4 << 20)}}"]}""";
        await using var server = new WireServer(_ => WireServer.Reply(200, list));
        using Api api = Real();

        ApiResponse response = await api.SendAsync(new ApiRequest("image", HttpMethod.Get, server.Address), Stop);

        Assert.Equal(list.Length, response.Body.Length);
    }

    [Fact]
    public async Task An_answer_without_measure_is_refused_and_not_asked_for_again()
    {
        await using var server = new WireServer(
            _ => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {65L << 20}\r\n\r\n[");
        using Api api = Real();

        var e = await Assert.ThrowsAsync<ServiceException>(
            () => api.SendAsync(new ApiRequest("image", HttpMethod.Get, server.Address), Stop));

        Assert.Equal(("ResponseInvalid", ErrorCause.ResponseInvalid), (e.Id, e.Cause));
        Golden.Message(e);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("text/html", "<html>Please sign in</html>")]
    [InlineData("application/json", "[1]")]
    [InlineData("text/plain", "")]
    public async Task A_good_status_with_another_body_than_promised_is_an_error_when_it_is_read(string type, string body)
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(200, body, type, "X-Openstack-Request-Id: req-1"));
        using Api api = handler.Api();
        ApiResponse response = await api.SendAsync(new ApiRequest("image", HttpMethod.Get, new Uri("http://cloud.test/v2")), Stop);

        var e = Assert.Throws<ServiceException>(() => response.Json());

        Assert.Equal(("ResponseInvalid", "req-1"), (e.Id, e.RequestId));
        Golden.Message(e);
    }

    [Fact]
    public void Its_end_closes_the_connections()
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer((int)HttpStatusCode.OK));
        handler.Api().Dispose();

        Assert.True(handler.IsDisposed);
    }

    private static Api Real() => new(
        HttpTransport.Create(new()), new RetryPolicy(new ManualClock { AutoAdvance = true }, new RecordingActivity()),
            new RecordingActivity());
}
