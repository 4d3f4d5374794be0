using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Xunit;

namespace Hotstack.OpenStack;

/// <summary>Where a service is called, and with which token.</summary>
public sealed class ServiceClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_the_token_to_the_address_of_the_catalogue()
    {
        using var handler = Cloud();

        await SendAsync(handler, "image");

        Assert.Equal("http://glance.test/v2/things/1", handler.Requests[1].Uri.AbsoluteUri);
        Assert.True(handler.Requests[1].Has("X-Auth-Token: token-0"));
        Assert.False(handler.Requests[0].Has("X-Auth-Token"));
    }

    [Theory]
    [InlineData("block-storage", null, null, "http://cinder.test/v3/p1/things/1")]
    [InlineData("block-storage", "block_storage_service_type", "volumev2", "http://cinder.test/v2/p1/things/1")]
    [InlineData("block-storage", "volume_endpoint_override", "http://proxy.test:8776", "http://proxy.test:8776/v3/p1/things/1")]
    [InlineData("compute", "compute_endpoint_override", "http://proxy.test/nova/", "http://proxy.test/nova/v2.1/things/1")]
    [InlineData("orchestration", "orchestration_endpoint", "http://heat.test/v1", "http://heat.test/v1/p1/things/1")]
    public async Task Follows_what_is_configured(string service, string? key, string? value, string expected)
    {
        using var handler = Cloud();

        await SendAsync(handler, service, key is null ? [] : [(key, value!)]);

        Assert.Equal(expected, handler.Requests[1].Uri.AbsoluteUri);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_and_the_call_repeated_whatever_it_is()
    {
        using var handler = Cloud(valid: "token-1");

        ApiResponse response = await SendAsync(handler, "compute", method: HttpMethod.Post);

        Assert.Equal(200, response.Status);
        Assert.Equal(["/v3/auth/tokens", "/v2.1/things/1", "/v3/auth/tokens", "/v2.1/things/1"],
            handler.Requests.Select(r => r.Uri.AbsolutePath));
    }

    [Fact]
    public async Task A_renewed_token_that_is_refused_too_ends_it()
    {
        using var handler = Cloud(valid: "none");

        var e = await Assert.ThrowsAsync<ServiceException>(() => SendAsync(handler, "compute"));

        Assert.Equal(("AuthenticationFailed", ErrorCause.AuthenticationFailed), (e.Id, e.Cause));
        Assert.Equal(4, handler.Requests.Count);
    }

    [Fact]
    public async Task A_forbidden_call_is_not_worth_another_token()
    {
        using var handler = new ScriptedHandler(_ => KeystoneScript.Token("token-0"), _ => ScriptedHandler.Answer(403));

        var e = await Assert.ThrowsAsync<ServiceException>(() => SendAsync(handler, "compute"));

        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Assert.Equal(2, handler.Requests.Count);
    }

    [Theory]
    [InlineData(AuthTypes.AdminToken, true)]
    [InlineData(AuthTypes.None, false)]
    public async Task A_fixed_token_cannot_be_renewed(string authType, bool sendsToken)
    {
        CloudConfiguration configuration = KeystoneScript.Configuration()
            .WithAuth(authType, ("token", "fixed"), ("endpoint", "http://glance.test"));
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(401));
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "image");

        var e = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(client.Request(HttpMethod.Get, "images"), Stop));

        Assert.Equal("AuthenticationFailed", e.Id);
        Assert.Equal(sendsToken, Assert.Single(handler.Requests).Has("X-Auth-Token: fixed"));
        Assert.Equal("http://glance.test/v2/images", handler.Requests[0].Uri.AbsoluteUri);
    }

    [Fact]
    public async Task Without_a_catalogue_an_address_has_to_be_configured()
    {
        CloudConfiguration configuration = KeystoneScript.Configuration().WithAuth(AuthTypes.None);
        using var handler = Cloud();
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "block-storage");

        var e = await Assert.ThrowsAsync<HotstackException>(() => client.SendAsync(client.Request(HttpMethod.Get, "x"), Stop));

        Assert.Equal("EndpointNotFound", e.Id);
        Golden.Message(e);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public void Takes_timeout_and_retries_from_the_configuration()
    {
        CloudConfiguration configuration = KeystoneScript.Configuration(
            settings: [("compute_status_code_retries", "2"), ("connect_retries", "0")]);
        using var handler = Cloud();
        using TokenSource tokens = handler.Tokens(configuration);

        ApiRequest configured = new ServiceClient(configuration with { ApiTimeout = TimeSpan.FromSeconds(7) }, tokens, handler.Api(),
            new ServerClock(handler.Clock), "compute")
            .Request(HttpMethod.Get, "x");
        ApiRequest usual = new ServiceClient(KeystoneScript.Configuration(), tokens, handler.Api(), new ServerClock(handler.Clock),
            "compute").Request(HttpMethod.Get, "x");

        Assert.Equal((TimeSpan.FromSeconds(7), 2, 0), (configured.Timeout, configured.StatusRetries, configured.ConnectionRetries));
        Assert.Equal((TimeSpan.FromSeconds(60), 5, 5), (usual.Timeout, usual.StatusRetries, usual.ConnectionRetries));
    }

    private static ScriptedHandler Cloud(string? valid = null)
    {
        int given = 0;
        return new ScriptedHandler(sent =>
            sent.Uri.Host == "keystone.test" ? KeystoneScript.Token($"token-{given++}")
            : valid is null || sent.Has($"X-Auth-Token: {valid}") ? ScriptedHandler.Answer(200, "{}")
            : ScriptedHandler.Answer(401));
    }

    private static async Task<ApiResponse> SendAsync(
        ScriptedHandler handler, string service, (string, string)[]? settings = null, HttpMethod? method = null)
    {
        CloudConfiguration configuration = KeystoneScript.Configuration(settings: settings ?? []);
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), service);
        return await client.SendAsync(client.Request(method ?? HttpMethod.Get, "things/1"), Stop);
    }
}
