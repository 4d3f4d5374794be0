using Xunit;

namespace Hotstack.Http;

/// <summary>How long the pauses between attempts are.</summary>
public sealed class RetryPauseTests
{
    private static readonly ApiRequest Request = new("image", HttpMethod.Get, new Uri("http://cloud.test/v2/images"));

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero)) { AutoAdvance = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1", 1)]
    [InlineData("45", 45)]
    [InlineData("300", 300)]
    [InlineData("Sat, 14 Mar 2026 09:00:20 GMT", 20)]
    public async Task Are_as_long_as_the_service_asks(string retryAfter, int seconds)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(503, headers: $"Retry-After: {retryAfter}"),
                _ => ScriptedHandler.Answer(200, "{}")) { Clock = _clock };
        using Api api = handler.Api();

        await api.SendAsync(Request, Stop);

        Assert.Equal(TimeSpan.FromSeconds(seconds), Pauses(handler).Single());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("Sat, 14 Mar 2026 08:00:00 GMT")]
    [InlineData("99999999999999999999")]
    public async Task Are_our_own_where_it_asks_for_nothing_sensible(string retryAfter)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(503, headers: $"Retry-After: {retryAfter}"),
                _ => ScriptedHandler.Answer(200, "{}")) { Clock = _clock };
        using Api api = handler.Api();

        await api.SendAsync(Request, Stop);

        Assert.InRange(Pauses(handler).Single(), TimeSpan.FromTicks(1), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("301")]
    [InlineData("Sat, 14 Mar 2026 10:00:00 GMT")]
    public async Task Too_long_a_one_is_told_and_not_waited_for(string retryAfter)
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(429, headers: $"Retry-After: {retryAfter}")) { Clock = _clock };
        using Api api = handler.Api();

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Request, Stop));

        Assert.Equal(ErrorCause.RateLimited, e.Cause);
        Golden.Message(e);
        Assert.Empty(Pauses(handler));
    }

    [Fact]
    public async Task Grow_vary_and_stay_within_bounds()
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(503)) { Clock = _clock };
        using Api api = handler.Api();

        await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(Request with { StatusRetries = 40 }, Stop));

        TimeSpan[] pauses = Pauses(handler);
        Assert.Equal(40, pauses.Length);
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30)));
        Assert.InRange(pauses[0], TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.True(pauses[10..].Average(p => p.TotalSeconds) > 10);
        Assert.True(pauses[..4].Distinct().Count() > 2);
    }

    [Fact]
    public async Task End_at_once_when_the_caller_gives_up()
    {
        _clock.AutoAdvance = false;
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(503)) { Clock = _clock };
        using Api api = handler.Api();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        Task<ApiResponse> call = api.SendAsync(Request, stop.Token);
        while (_clock.PendingTimers == 0)
        {
            Assert.False(call.IsCompleted);
            await Task.Yield();
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Are_told_with_the_reason()
    {
        var activity = new RecordingActivity();
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(503, headers: "Retry-After: 12"), _ => ScriptedHandler.Answer(200, "{}")) { Clock = _clock };
        using Api api = handler.Api(activity);

        await api.SendAsync(Request, Stop);

        Assert.Contains("image: GET http://cloud.test/v2/images answered 503; trying again in 12.0 s (1 of 5)", activity.Everything);
    }

    private static TimeSpan[] Pauses(ScriptedHandler handler) =>
        [.. handler.Requests.Zip(handler.Requests.Skip(1), (before, after) => after.At - before.At)];
}
