using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenStack.Identity;

/// <summary>How one token serves a connection.</summary>
public sealed class TokenSourceTests
{
    private readonly ManualClock _clock = new() { AutoAdvance = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_callers_at_once_share_one_request()
    {
        using var handler = Keystone();
        using TokenSource tokens = handler.Tokens();

        Token[] all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => tokens.GetAsync(Stop), Stop)));

        Assert.Single(handler.Requests);
        Assert.All(all, token => Assert.Same(all[0], token));
        Assert.Equal(("token-0", "p1", "hot"), (all[0].Value, all[0].ProjectId, all[0].ProjectName));
    }

    [Theory]
    [InlineData(57.9, 1)]
    [InlineData(58.1, 2)]
    [InlineData(61, 2)]
    public async Task It_is_renewed_when_less_than_two_minutes_are_left(double minutes, int requests)
    {
        using var handler = Keystone();
        using TokenSource tokens = handler.Tokens();
        await tokens.GetAsync(Stop);

        _clock.Advance(TimeSpan.FromMinutes(minutes));
        Token token = await tokens.GetAsync(Stop);

        Assert.Equal(requests, handler.Requests.Count);
        Assert.Equal($"token-{requests - 1}", token.Value);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(25, 2)]
    public async Task It_is_renewed_before_a_long_run(int minutes, int requests)
    {
        using var handler = Keystone();
        using TokenSource tokens = handler.Tokens();
        await tokens.GetAsync(Stop);
        _clock.Advance(TimeSpan.FromMinutes(minutes));

        await tokens.GetAsync(TimeSpan.FromMinutes(40), Stop);

        Assert.Equal(requests, handler.Requests.Count);
    }

    [Fact]
    public async Task A_life_shorter_than_asked_for_is_taken_as_it_is()
    {
        using var handler = Keystone(life: TimeSpan.FromMinutes(10));
        using TokenSource tokens = handler.Tokens();

        Token token = await tokens.GetAsync(TimeSpan.FromMinutes(40), Stop);

        Assert.Equal("token-0", token.Value);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData("Z")]
    [InlineData("")]
    public async Task Its_end_is_in_UTC_with_or_without_saying_so(string end)
    {
        using var handler = Keystone(end: end);
        using TokenSource tokens = handler.Tokens();

        Assert.Equal(_clock.GetUtcNow().AddHours(1), (await tokens.GetAsync(Stop)).ExpiresAt);
    }

    [Fact]
    public async Task A_refused_one_is_replaced_once_for_all_who_had_it()
    {
        using var handler = Keystone();
        using TokenSource tokens = handler.Tokens();
        Token refused = await tokens.GetAsync(Stop);

        Token[] all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tokens.GetInsteadOfAsync(refused, Stop)));

        Assert.Equal(2, handler.Requests.Count);
        Assert.All(all, token => Assert.Equal("token-1", token.Value));
    }

    [Fact]
    public async Task A_refusal_is_shared_too_so_that_no_account_is_locked()
    {
        var opened = new TaskCompletionSource();
        using var handler = new ScriptedHandler(_ => KeystoneScript.Error(401, "The request you have made requires authentication."))
        {
            Clock = _clock,
            Opened = opened.Task,
        };
        using TokenSource tokens = handler.Tokens();
        Task<Token>[] all = [.. Enumerable.Range(0, 16).Select(_ => tokens.GetAsync(Stop))];

        opened.SetResult();

        foreach (Task<Token> task in all)
        {
            Assert.Equal("AuthenticationFailed", (await Assert.ThrowsAsync<HotstackException>(() => task)).Id);
        }

        Assert.Single(handler.Requests);
        await Assert.ThrowsAsync<HotstackException>(() => tokens.GetAsync(Stop));
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_spoil_it_for_the_others()
    {
        var opened = new TaskCompletionSource();
        using var handler = new ScriptedHandler(_ => KeystoneScript.Token("token-0")) { Clock = _clock, Opened = opened.Task };
        using TokenSource tokens = handler.Tokens();
        using var impatient = new CancellationTokenSource();
        Task<Token> asking = tokens.GetAsync(impatient.Token);
        Task<Token> waiting = tokens.GetAsync(impatient.Token);
        Task<Token> patient = tokens.GetAsync(Stop);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        opened.SetResult();

        Assert.Equal("token-0", (await patient).Value);
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task Its_text_holds_no_secret()
    {
        using var handler = Keystone();
        using TokenSource tokens = handler.Tokens();

        Token token = await tokens.GetAsync(Stop);

        Assert.DoesNotContain("token-0", $"{token}", StringComparison.Ordinal);
        Assert.Contains("hot", $"{token}", StringComparison.Ordinal);
    }

    private ScriptedHandler Keystone(TimeSpan? life = null, string end = "Z")
    {
        int given = 0;
        return new ScriptedHandler(
            _ => KeystoneScript.Token($"token-{given++}", _clock.In(life ?? TimeSpan.FromHours(1), end))) { Clock = _clock };
    }
}
