using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

public class IdentityTests : SandboxTest
{
    private const string Tokens = "/identity/v3/auth/tokens";

    [Fact]
    public async Task A_password_gives_a_token_with_a_catalogue_of_every_service()
    {
        using var answer = await SendAsync("POST", Tokens, Password("hotstack", "hotstack"));
        var given = (await JsonOf(answer))["token"]!;
        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Equal("hotstack", (string?)given["project"]!["name"]);
        Assert.Equal("2026-03-14T10:00:00.000000Z", (string?)given["expires_at"]);
        var types = given["catalog"]!.AsArray().Select(s => (string?)s!["type"]).ToArray();
        Assert.Contains("compute", types);
        Assert.Contains("volumev3", types);
        Assert.Equal(3, given["catalog"]![0]!["endpoints"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_unscoped_token_has_no_catalogue()
    {
        var (_, json) = await CallAsync("POST", Tokens, Password("hotstack", null));
        Assert.Null(json!["token"]!["catalog"]);
        Assert.Null(json["token"]!["project"]);
    }

    [Theory]
    [InlineData("""{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "hotstack", "domain": {"id": "default"}, "password": "x"}}}}}""", 401)]
    [InlineData("""{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "hotstack", "password": "x"}}}}}""", 400)]
    [InlineData("""{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "nope", "secret": "x"}}}}""", 404)]
    [InlineData("""{"auth": {}}""", 400)]
    [InlineData("{", 400)]
    public async Task What_is_wrong_is_refused(string body, int status)
    {
        using var answer = await SendAsync("POST", Tokens, body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status, (int?)(await JsonOf(answer))["error"]!["code"]);
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count == 1);
    }

    [Fact]
    public async Task An_application_credential_takes_no_scope()
    {
        var id = Server.CloudsYaml.Split("application_credential_id: ")[1].Split('\n')[0].Trim();
        var identity = $$"""{"methods": ["application_credential"], "application_credential": {"id": "{{id}}", "secret": "sandbox-secret"} }""";
        var (status, json) = await CallAsync("POST", Tokens, $$"""{"auth": {"identity": {{identity}} } }""");
        Assert.Equal(201, status);
        Assert.Equal(Project, (string?)json!["token"]!["project"]!["id"]);
        (status, json) = await CallAsync("POST", Tokens,
            $$"""{"auth": {"identity": {{identity}}, "scope": {"project": {"id": "{{Project}}"} } } }""");
        Assert.Equal(401, status);
        Assert.EndsWith("cannot request a scope.", (string?)json!["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/compute/v2.1/servers")]
    [InlineData("/image/v2/images")]
    [InlineData("/networking/v2.0/ports")]
    [InlineData("/identity/v3/auth/tokens")]
    public async Task A_token_ends_after_its_life(string path)
    {
        Clock.Advance(TimeSpan.FromHours(1));
        using var answer = await SendAsync("GET", path);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Keystone uri=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/identity/v3/auth/tokens")]
    [InlineData("/compute/v2.1/servers/x/action")]
    [InlineData("/networking/v2.0/ports")]
    public async Task A_body_in_chunks_is_refused(string path)
    {
        using var answer = await SendAsync("POST", path, Password("hotstack", null), headers: ("Transfer-Encoding", "chunked"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(Server.Calls.Snapshot()[^1].HasContentLength);
    }

    [Fact]
    public async Task Nothing_secret_is_in_the_call_log()
    {
        await SendAsync("POST", Tokens, """{"auth": {"identity": {"methods": ["token"], "token": {"id": "s3cret"}}}}""");
        await SendAsync("POST", Tokens, """{"auth": {"identity": {"password": {"user": {"password": "s3cret"}}""");
        await SendAsync("POST", Tokens,
            """{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"secret": "s3cret"}}}}""");
        var log = string.Join('\n', Server.Calls.Snapshot().Select(c => c + c.Body));
        Assert.DoesNotContain("s3cret", log, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox-password", log, StringComparison.Ordinal);
        Assert.Contains("application_credential", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_are_found_where_clients_look()
    {
        foreach (var (path, status) in new[]
        {
            ("/identity", 300), ("/identity/v3", 200), ("/compute", 200), ("/compute/v2.1/", 200), ("/image", 300),
            ("/orchestration", 300), ("/networking", 200), ("/volume", 300),
        })
        {
            using var answer = await SendAsync("GET", path);
            Assert.Equal((path, status), (path, (int)answer.StatusCode));
            Assert.IsType<JsonObject>(await JsonOf(answer));
        }
    }
}
