using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenStack.Identity;

/// <summary>What is told when Keystone gives no token, and where Keystone is found.</summary>
public sealed class AuthenticatorTests
{
    private const string Page = "<html><title>404 Not Found</title><h1>Not Found</h1><p>The requested URL was not found.</p></html>";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AuthTypes.Password, 401, "The request you have made requires authentication.")]
    [InlineData(AuthTypes.Password, 400, "Expecting to find domain in user.")]
    [InlineData(AuthTypes.Password, 403, "User is not a trustee.")]
    [InlineData(AuthTypes.Password, 404, "Could not find trust: t1.")]
    [InlineData(AuthTypes.Token, 404, "Could not recognize Fernet token")]
    [InlineData(AuthTypes.ApplicationCredential, 404, "Could not find Application Credential: 0.")]
    [InlineData(AuthTypes.ApplicationCredential, 401, "Error authenticating with application credential")]
    public async Task What_Keystone_refuses_is_about_the_credentials(string authType, int status, string message)
    {
        using var handler = new ScriptedHandler(_ => KeystoneScript.Error(status, message));
        CloudConfiguration configuration = KeystoneScript.Configuration();
        configuration = authType switch
        {
            AuthTypes.Token => configuration.WithAuth(authType, ("token", "t0ken-secret"), ("project_id", "p1")),
            AuthTypes.ApplicationCredential => configuration.WithAuth(authType, ("application_credential_id", "0"),
                ("application_credential_secret", "s3cr3t-Xy")),
            _ => configuration,
        };

        HotstackException e = await FailsAsync(handler, configuration);

        Assert.Equal(("AuthenticationFailed", ErrorCause.AuthenticationFailed, "lab"), (e.Id, e.Cause, e.Target));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Golden.Message(e);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData(404, Page, "text/html", null)]
    [InlineData(404, """{"itemNotFound": {"code": 404, "message": "No such path"}}""", "application/json", null)]
    [InlineData(400, "<html>The plain HTTP request was sent to HTTPS port</html>", "text/html", null)]
    [InlineData(403, "<html>Blocked</html>", "text/html", null)]
    [InlineData(405, "", "text/plain", null)]
    [InlineData(301, "", "text/html", "https://keystone.test/v3/auth/tokens")]
    [InlineData(200, "<html>Please sign in</html>", "text/html", null)]
    public async Task What_another_answers_is_about_the_address(int status, string body, string type, string? location)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(status, body, type, location is null ? [] : [$"Location: {location}"]));

        HotstackException e = await FailsAsync(handler);

        Assert.Equal(("AuthUrlInvalid", ErrorCause.ConfigurationInvalid, "lab"), (e.Id, e.Cause, e.Target));
        Golden.Message(e);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData("", "for no project")]
    [InlineData(""" "domain": {"id": "d", "name": "Sales"}, """, "for domain 'Sales', not for a project")]
    [InlineData(""" "system": {"all": true}, """, "for the whole system, not for a project")]
    public async Task A_token_without_a_project_is_of_no_use(string scope, string said)
    {
        using var handler = new ScriptedHandler(_ => KeystoneScript.Token("token-0", scope: scope));

        HotstackException e = await FailsAsync(handler);

        Assert.Equal(("ProjectMissing", ErrorCause.ConfigurationInvalid, "lab"), (e.Id, e.Cause, e.Target));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Golden.Message(e);
    }

    [Theory]
    [InlineData("""{"token": {}}""", "")]
    [InlineData("""{"token": {}}""", "X-Subject-Token: ")]
    [InlineData("""{"error": "x"}""", "X-Subject-Token: t")]
    [InlineData("[]", "X-Subject-Token: t")]
    public async Task An_answer_without_a_token_is_invalid(string body, string header)
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(201, body, headers: header.Length == 0 ? [] : [header]));

        Assert.Equal("ResponseInvalid", (await FailsAsync(handler)).Id);
    }

    [Fact]
    public async Task A_Keystone_that_fails_is_asked_again_only_when_that_may_help()
    {
        using var busy = new ScriptedHandler(_ => ScriptedHandler.Answer(503));
        using var broken = new ScriptedHandler(_ => ScriptedHandler.Answer(500));

        Assert.Equal("ServiceUnavailable", (await FailsAsync(busy)).Id);
        Assert.Equal("ServiceUnavailable", (await FailsAsync(broken)).Id);

        Assert.Equal((6, 1), (busy.Requests.Count, broken.Requests.Count));
    }

    [Fact]
    public async Task The_configured_retries_and_timeout_hold_for_it_too()
    {
        CloudConfiguration configuration = KeystoneScript.Configuration(settings: ("identity_status_code_retries", "1"));
        using var busy = new ScriptedHandler(_ => ScriptedHandler.Answer(503));
        await FailsAsync(busy, configuration);
        Assert.Equal(2, busy.Requests.Count);

        await using var silent = new WireServer(_ => WireServer.Silence);
        configuration = KeystoneScript.Configuration(silent.Address.AbsoluteUri,
            ("connect_retries", "0")) with { ApiTimeout = TimeSpan.FromMilliseconds(60) };
        using var api = new Api(HttpTransport.Create(new()), new RetryPolicy(TimeProvider.System, new RecordingActivity()),
            new RecordingActivity());
        using var tokens = new TokenSource(configuration, api, TimeProvider.System);
        var e = await Assert.ThrowsAsync<ServiceException>(() => tokens.GetAsync(Stop));
        Assert.Equal("ServiceTimeout", e.Id);
        Golden.Message(e);
    }

    [Theory]
    [InlineData("http://cloud.test/", 404, """{"versions": {"values": [{"id": "v2.0", "links": [{"rel": "self", "href": "http://cloud.test/v2.0/"}]}, {"id": "v3.14", "links": [{"rel": "self", "href": "http://cloud.test/identity/v3/"}]}]}}""")]
    [InlineData("http://cloud.test", 300, """{"versions": [{"id": "v3.14", "links": [{"rel": "self", "href": "http://inside.test/identity/v3"}]}]}""")]
    [InlineData("http://cloud.test/keystone", 405, """{"version": {"id": "v3.0", "links": [{"rel": "self", "href": "/identity/v3/"}]}}""")]
    public async Task It_is_looked_for_where_the_address_names_no_version(string authUrl, int status, string document)
    {
        int given = 0;
        using var handler = new ScriptedHandler(sent => sent switch
        {
            { Method: "POST", Uri.AbsolutePath: "/identity/v3/auth/tokens" } => KeystoneScript.Token($"token-{given++}"),
            { Method: "GET" } => ScriptedHandler.Answer(300, document),
            _ => ScriptedHandler.Answer(status, Page, "text/html"),
        });
        using TokenSource tokens = handler.Tokens(KeystoneScript.Configuration(authUrl));

        Token token = await tokens.GetAsync(Stop);
        Token next = await tokens.GetInsteadOfAsync(token, Stop);

        Assert.Equal(("token-0", "token-1"), (token.Value, next.Value));
        Assert.All(handler.Requests, sent => Assert.Equal("cloud.test", sent.Uri.Host));
        Assert.Equal(
            ["POST", "GET", "POST", "POST"],
            handler.Requests.Select(sent => sent.Method));
        Assert.Empty(handler.Requests[1].Body);
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>", "text/html")]
    [InlineData(300, """{"versions": {"values": [{"id": "v2.0", "links": []}]}}""", "application/json")]
    [InlineData(300, """{"versions": 3}""", "application/json")]
    [InlineData(300, """{"versions": [{"id": "v3.14"}, {}, 1]}""", "application/json")]
    [InlineData(404, "", "text/plain")]
    [InlineData(401, "", "text/plain")]
    public async Task Where_it_is_not_found_the_first_answer_counts(int status, string body, string type)
    {
        using var handler = new ScriptedHandler(
            _ => ScriptedHandler.Answer(404, Page, "text/html"), _ => ScriptedHandler.Answer(status, body, type));

        HotstackException e = await FailsAsync(handler, KeystoneScript.Configuration("http://cloud.test/"));

        Assert.Equal("AuthUrlInvalid", e.Id);
        Golden.Message(e);
        Assert.Equal(["POST", "GET"], handler.Requests.Select(sent => sent.Method));
    }

    private static async Task<HotstackException> FailsAsync(ScriptedHandler handler, CloudConfiguration? configuration = null)
    {
        var activity = new RecordingActivity();
        using TokenSource tokens = handler.Tokens(configuration, activity);
        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => tokens.GetAsync(Stop));
        string told = string.Join('\n', activity.Everything.Append($"{e}\n{e.Hint}"));
        Assert.DoesNotContain(KeystoneScript.Password, told, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken-secret", told, StringComparison.Ordinal);
        return e;
    }
}
