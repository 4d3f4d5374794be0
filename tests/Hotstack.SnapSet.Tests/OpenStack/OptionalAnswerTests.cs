using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Xunit;

namespace Hotstack.OpenStack;

/// <summary>Which failures of a call on whose answer nothing depends are passed over, and which are not.</summary>
public sealed class OptionalAnswerTests
{
    private readonly RecordingActivity _activity = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(413)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_call_that_is_refused_or_fails_is_warned_of_and_passed_over(int status)
    {
        using var handler = Service(_ => ScriptedHandler.Answer(status, """{"message": "no such luck"}"""));

        Assert.Null(await AskAsync(handler));

        string warning = Assert.Single(_activity.Warnings);
        Assert.StartsWith("The quota is not checked: image: GET http://glance.test/v2/info/usage: ", warning, StringComparison.Ordinal);
        Assert.Contains($"{status}", warning, StringComparison.Ordinal);
        Assert.Contains("no such luck", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_an_answer_that_is_none()
    {
        using var handler = Service(_ => ScriptedHandler.Answer(200, "<html>log in</html>", "text/html"));

        Assert.Null(await AskAsync(handler));

        Assert.Contains("answered 200", Assert.Single(_activity.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, null, 2)]
    [InlineData(503, "2", 2)]
    [InlineData(503, "120", 1)]
    [InlineData(429, "120", 1)]
    [InlineData(403, null, 1)]
    public async Task It_is_given_up_soon(int status, string? retryAfter, int calls)
    {
        var clock = new ManualClock { AutoAdvance = true };
        using var handler = Service(_ => ScriptedHandler.Answer(
            status, headers: retryAfter is null ? [] : [$"Retry-After: {retryAfter}"]), clock);
        DateTimeOffset begun = clock.GetUtcNow();

        Assert.Null(await AskAsync(handler));

        Assert.Equal(calls, handler.Requests.Count(sent => sent.Method == "GET"));
        Assert.InRange(clock.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_call_that_is_missing_in_many_clouds_is_told_by_Verbose_only()
    {
        using var handler = Service(_ => ScriptedHandler.Answer(404));

        Assert.Null(await AskAsync(handler, isMissingUsual: true));

        Assert.Empty(_activity.Warnings);
        Assert.Contains(_activity.Everything, line => line.Contains("The quota is not checked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("401", "AuthenticationFailed")]
    [InlineData("302", "RedirectRefused")]
    [InlineData("refused", "ServiceUnreachable")]
    [InlineData("no token", "ServiceUnavailable")]
    public async Task What_is_no_trouble_of_this_one_call_is_an_error(string trouble, string id)
    {
        using var handler = trouble == "no token"
            ? new ScriptedHandler(_ => ScriptedHandler.Answer(500))
            : Service(_ => trouble switch
            {
                "302" => ScriptedHandler.Answer(302, headers: ["Location: http://elsewhere.test/"]),
                "refused" => throw new HttpRequestException(
                    "refused", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)),
                _ => ScriptedHandler.Answer(401),
            });

        var e = await Assert.ThrowsAsync<ServiceException>(() => AskAsync(handler));

        Assert.Equal(id, e.Id);
        Assert.Empty(_activity.Warnings);
    }

    [Fact]
    public async Task Ctrl_C_ends_it()
    {
        using var stop = new CancellationTokenSource();
        using var handler = Service(_ =>
        {
            stop.Cancel();
            throw new OperationCanceledException();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(handler, stop: stop.Token));
    }

    private static ScriptedHandler Service(Func<Sent, HttpResponseMessage> answer, TimeProvider? clock = null) =>
        new(sent => sent.Method == "POST" ? KeystoneScript.Token("token-0") : answer(sent)) { Clock = clock ?? TimeProvider.System };

    private async Task<string?> AskAsync(ScriptedHandler handler, bool isMissingUsual = false, CancellationToken? stop = null)
    {
        CloudConfiguration configuration = KeystoneScript.Configuration();
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "image");
        return await OptionalAnswer.AskAsync(
            async () => $"{(await client.SendAsync(client.Request(HttpMethod.Get, "info/usage").AsOptional(), stop ?? Stop)).Json()}",
            "The quota is not checked", _activity, isMissingUsual: isMissingUsual);
    }
}
