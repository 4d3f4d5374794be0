using System.Text;
using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift.Login;

/// <summary>Id tokens of OpenID Connect: used, and renewed.</summary>
public sealed class OidcLoginTests : IDisposable
{
    private const string Discovery = """{"issuer":"https://login.test/realms/lab","token_endpoint":"https://login.test/token"}""";

    private static int _number;

    private readonly ManualClock _clock = new();
    private readonly RecordingActivity _activity = new();
    private readonly List<OidcLogin> _logins = [];
    private Func<Sent, HttpResponseMessage> _token;
    private Func<Sent, HttpResponseMessage> _discovery = _ => ScriptedHandler.Answer(200, Discovery);

    /// <summary>Another one in each test: the newest tokens of a user are known to all of the process.</summary>
    private readonly string _refresh = $"s3cr3t-refresh-{Interlocked.Increment(ref _number)}";

    public OidcLoginTests()
    {
        _token = _ => Answer(Jwt(3600));
        Wire = new ScriptedHandler(sent => sent.Method == "GET" ? _discovery(sent) : _token(sent)) { Clock = _clock };
    }

    private ScriptedHandler Wire { get; }

    private IEnumerable<Sent> Renewals => Wire.Requests.Where(sent => sent.Method == "POST");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _logins.ForEach(login => login.Dispose());

    /// <summary>Seconds until the token of the file expires; null for none. As client-go, ten seconds are kept.</summary>
    [Theory]
    [InlineData(3600, false)]
    [InlineData(11, false)]
    [InlineData(10, true)]
    [InlineData(-1, true)]
    [InlineData(null, true)]
    public async Task A_token_that_is_valid_is_used_and_another_one_is_renewed(int? left, bool isRenewed)
    {
        string? known = left is { } seconds ? Jwt(seconds, "known") : null;
        string renewed = Jwt(3600, "renewed");
        _token = _ => Answer(renewed);

        LoginCredential credential = await RunAsync(Provider with { IdToken = known });

        Assert.Equal((isRenewed ? renewed : known, isRenewed ? 2 : 0), (credential.Token, Wire.Requests.Count));
        Assert.Equal(_clock.GetUtcNow().AddSeconds(isRenewed ? 3600 : left!.Value), credential.ExpiresAt);
    }

    [Fact]
    public async Task It_is_renewed_where_the_issuer_says()
    {
        _discovery = _ => ScriptedHandler.Answer(200, """{"token_endpoint":"https://other.test/oauth2/token?a=b%20c"}""");

        await RunAsync(Provider);

        Assert.Equal("https://login.test/realms/lab/.well-known/openid-configuration", Wire.Requests[0].Uri.AbsoluteUri);
        Sent renewal = Assert.Single(Renewals);
        Assert.Equal("https://other.test/oauth2/token?a=b%20c", renewal.Uri.AbsoluteUri);
        Assert.Equal($"grant_type=refresh_token&refresh_token={_refresh}&client_id=kube+lab%2F1", renewal.Body);
        Assert.True(renewal.Has("Content-Type: application/x-www-form-urlencoded"));
        Assert.False(renewal.Has("Authorization"));
    }

    [Theory]
    [InlineData(200, null, 1)]
    [InlineData(401, "invalid_client", 2)]
    [InlineData(400, "invalid_request", 2)]
    [InlineData(400, "invalid_grant", 1)]
    public async Task A_client_with_a_secret_shows_it_in_a_field_and_else_in_the_body(int status, string? error, int tries)
    {
        _token = sent => sent.Has("Authorization") && status != 200 ? ScriptedHandler.Answer(status, $$"""{"error":"{{error}}"}""")
            : Answer(Jwt(3600));

        Exception? failure = await Record.ExceptionAsync(() => RunAsync(Provider with { ClientSecret = "s3cr3t:client ü" }));

        Assert.Equal(error == "invalid_grant", failure is LoginException { Id: "OidcRenewalRefused" });
        Assert.Equal(tries, Renewals.Count());
        string pair = Convert.ToBase64String(Encoding.UTF8.GetBytes("kube+lab%2F1:s3cr3t%3Aclient+%C3%BC"));
        Assert.True(Renewals.First().Has($"Authorization: Basic {pair}"));
        Assert.DoesNotContain("client_secret", Renewals.First().Body, StringComparison.Ordinal);
        Assert.True(tries == 1 || Renewals.Last().Body.EndsWith("&client_id=kube+lab%2F1&client_secret=s3cr3t%3Aclient+%C3%BC",
            StringComparison.Ordinal));
        MustBeSecret(failure);
    }

    [Fact]
    public async Task A_refresh_token_that_is_replaced_serves_later_logins_and_is_warned_of()
    {
        int number = 0;
        _token = sent => sent.Body.Contains(number == 0 ? $"{_refresh}&" : $"s3cr3t-next-{number}&", StringComparison.Ordinal)
            ? Answer(Jwt(60), $"s3cr3t-next-{++number}")
            : ScriptedHandler.Answer(400, """{"error":"invalid_grant"}""");

        for (int call = 0; call < 3; call++)
        {
            // As by another cmdlet, which reads the same kubeconfig.
            await RunAsync(Provider);
            await RunAsync(Provider);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((3, 3), (number, Renewals.Count()));
        Assert.All(_activity.Warnings,
            warning => Assert.Contains("replaced the refresh token of the user anna (/f)", warning, StringComparison.Ordinal));
        MustBeSecret(null);
    }

    [Fact]
    public async Task Those_who_log_in_at_the_same_time_renew_it_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(Provider)));

        Assert.Single(Renewals);
    }

    public static TheoryData<int, string, int, string, string, string> Failures => new()
    {
        { 200, Discovery, 400, """{"error":"invalid_grant","error_description":"Token s3cr3t-refresh-N is\n not active"}""",
            "OidcRenewalRefused", "https://login.test/realms/lab does not renew the id token of the user anna (/f): invalid_grant: Token *** is not active" },
        { 200, Discovery, 401, "<html>", "OidcRenewalRefused", "status 401" },
        { 200, Discovery, 403, """{"error":["s3cr3t"]}""", "OidcRenewalRefused", "status 403" },
        { 200, Discovery, 200, """{"access_token":"s3cr3t"}""", "OidcAnswerInvalid", "without an id token" },
        { 200, Discovery, 200, """{"id_token":"s3cr3t"}""", "OidcAnswerInvalid", "has expired or is not a JWT" },
        { 200, Discovery, 200, """{"id_token":"e30.eyJleHAiOjF9.s3cr3t"}""", "OidcAnswerInvalid", "has expired or is not a JWT" },
        { 200, Discovery, 200, "[s3cr3t]", "ResponseInvalid", "oidc: POST https://login.test/token" },
        { 200, Discovery, 302, "", "Unexpected", "" },
        { 200, "{}", 200, "", "OidcAnswerInvalid", "names no token_endpoint" },
        { 200, """{"token_endpoint":"http://login.test/token"}""", 200, "", "OidcAnswerInvalid", "not an https address" },
        { 200, """{"token_endpoint":"/token"}""", 200, "", "OidcAnswerInvalid", "not an https address" },
        { 404, "{}", 200, "", "NotFound", "oidc: GET https://login.test/realms/lab/.well-known/openid-configuration" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_the_issuer_may_answer_instead(int found, string discovery, int status, string body, string id, string message)
    {
        _discovery = _ => ScriptedHandler.Answer(found, discovery);
        _token = _ => ScriptedHandler.Answer(status, body.Replace("s3cr3t-refresh-N", _refresh, StringComparison.Ordinal));

        HotstackException failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Provider));

        Assert.True(id == "Unexpected" || failure.Id == id, failure.Id);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.InRange(Renewals.Count(), 0, 1);
        MustBeSecret(failure);
    }

    [Theory]
    [InlineData(-60, "has an id-token that expired at 2026-03-14 08:59Z (it is 2026-03-14 09:00Z), and no refresh-token")]
    [InlineData(null, "has no id-token that is valid, and no refresh-token")]
    public async Task Without_a_refresh_token_one_has_to_log_in_anew(int? left, string message)
    {
        LoginException failure = await Assert.ThrowsAsync<LoginException>(
            () => RunAsync(Provider with { IdToken = left is { } seconds ? Jwt(seconds) : null, RefreshToken = null }));

        Assert.Equal(("OidcTokenExpired", false), (failure.Id, failure.IsTransient));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Wire.Requests);
    }

    [Theory]
    [InlineData("""{"exp":1773478800}""", 0)]
    [InlineData("""{"exp":1773478800.9}""", 0)]
    [InlineData("""{"exp":1.7734788e9}""", 0)]
    [InlineData("""{}""", null)]
    [InlineData("""{"exp":null}""", null)]
    [InlineData("""{"exp":-1}""", null)]
    public void When_a_token_expires_is_read_like_by_client_go(string claims, int? seconds)
    {
        Assert.True(OidcLogin.TryReadExpiry($"e30.{Base64(claims)}.x", out DateTimeOffset expires));

        Assert.Equal(seconds is { } s ? _clock.GetUtcNow().AddSeconds(s) : DateTimeOffset.MinValue, expires);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.!.x")]
    [InlineData("e30.W10.x")]
    [InlineData("e30.eyJleHAiOiJ4In0.x")]
    public void What_is_no_token_is_known(string token) => Assert.False(OidcLogin.TryReadExpiry(token, out _));

    [Theory]
    [InlineData("1e300")]
    [InlineData("253402300800")]
    public void Far_times_are_none_of_the_calendar(string exp)
    {
        Assert.True(OidcLogin.TryReadExpiry($"e30.{Base64($"{{\"exp\":{exp}}}")}.x", out DateTimeOffset expires));
        Assert.Equal(DateTimeOffset.MaxValue, expires);
    }

    internal static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-')
        .Replace('/', '_');

    private static HttpResponseMessage Answer(string idToken, string? refresh = null) =>
        ScriptedHandler.Answer(200,
            $"{{\"id_token\":\"{idToken}\",\"access_token\":\"s3cr3t-access\"{(refresh is null ? "" : $",\"refresh_token\":\"{refresh}\"")}}}");

    private string Jwt(int seconds, string name = "x") =>
        $"e30.{Base64($"{{\"exp\":{_clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds()},\"sub\":\"{name}\"}}")}.c2ln";

    private OidcProvider Provider => new()
    {
        Title = "user anna (/f)", Issuer = new Uri("https://login.test/realms/lab"), ClientId = "kube lab/1", RefreshToken = _refresh,
            Tls = new TlsConfiguration(),
    };

    private async Task<LoginCredential> RunAsync(OidcProvider provider)
    {
        var login = new OidcLogin(provider, () => Wire.Api(_activity), _activity, _clock);
        _logins.Add(login);
        return await login.RunAsync(Stop);
    }

    private void MustBeSecret(Exception? failure)
    {
        string all = $"{failure}{(failure as HotstackException)?.Hint}{string.Concat(_activity.Everything)}";
        Assert.DoesNotContain("s3cr3t", all, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", all, StringComparison.Ordinal);
    }
}
