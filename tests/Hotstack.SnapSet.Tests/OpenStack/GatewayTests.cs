using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Xunit;

namespace Hotstack.OpenStack;

/// <summary>Services behind a gateway: versions of its own in the path, links that lead to inner hosts, addresses with a place for the project.</summary>
public sealed class GatewayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Nova = """
        {"versions": [
          {"id": "v2.0", "status": "SUPPORTED", "links": [{"rel": "self", "href": "http://10.0.0.7:8774/v2/"}]},
          {"id": "v2.1", "status": "CURRENT", "version": "2.93", "links": [{"rel": "self", "href": "http://10.0.0.7:8774/v2.1/"}]}]}
        """;

    private const string Glance = """
        {"versions": [
          {"id": "v2.16", "status": "CURRENT", "links": [{"rel": "self", "href": "http://10.0.0.7:9292/v2/"}]},
          {"id": "v2.15", "status": "SUPPORTED", "links": [{"rel": "self", "href": "http://10.0.0.7:9292/v2/"}]}]}
        """;

    private const string Neutron = """{"versions": [{"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": "http://10.0.0.7:9696/v2.0/"}]}]}""";
    private const string Heat = """{"versions": [{"id": "v1.0", "status": "CURRENT", "links": [{"rel": "self", "href": "http://10.0.0.7:8004/v1/"}]}]}""";
    private const string Cinder = """{"versions": [{"id": "v3.0", "status": "CURRENT", "version": "3.70", "links": [{"rel": "self", "href": "http://10.0.0.7:8776/v3/"}]}]}""";
    private const string NovaItself = """{"version": {"id": "v2.1", "status": "CURRENT", "links": [{"rel": "self", "href": "http://10.0.0.7:8774/v2.1/"}]}}""";

    [Theory]
    [InlineData("compute", "https://gw.test/v1/compute/", 200, Nova, "https://gw.test/v1/compute/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/v1/compute/", 300, Nova, "https://gw.test/v1/compute/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/compute/v1", 200, Nova, "https://gw.test/compute/v1/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/v2/compute", 200, Nova, "https://gw.test/v2/compute/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/api/v1/nova", 200, NovaItself, "https://gw.test/api/v1/nova/things/1")]
    [InlineData("compute", "https://gw.test/v1/compute", 404, "", "https://gw.test/v1/compute/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/v1/compute", 200, """{"greeting": 1}""", "https://gw.test/v1/compute/v2.1/things/1")]
    [InlineData("image", "https://gw.test/v1/image/", 300, Glance, "https://gw.test/v1/image/v2/things/1")]
    [InlineData("network", "https://gw.test/v3/network", 200, Neutron, "https://gw.test/v3/network/v2.0/things/1")]
    [InlineData("orchestration", "https://gw.test/v1/heat", 300, Heat, "https://gw.test/v1/heat/v1/p1/things/1")]
    [InlineData("block-storage", "https://gw.test/v1/volume", 300, Cinder, "https://gw.test/v1/volume/v3/p1/things/1")]
    public async Task A_version_of_the_gateway_is_not_the_services(string service, string address, int status, string document,
        string expected)
    {
        using var handler = Cloud(sent => ScriptedHandler.Answer(
            sent.Uri.AbsolutePath.EndsWith("/things/1", StringComparison.Ordinal) ? 200 : status,
            sent.Uri.AbsolutePath.EndsWith("/things/1", StringComparison.Ordinal) ? "{}" : document));

        await SendTwiceAsync(handler, service, ($"{service.Replace('-', '_')}_endpoint_override", address));

        Assert.All(handler.Requests.Skip(1), sent => Assert.Equal("gw.test", sent.Uri.Host));
        // It is asked once.
        Assert.Equal([expected, expected], handler.Requests.Skip(2).Select(sent => sent.Uri.AbsoluteUri));
    }

    [Theory]
    [InlineData("compute", "https://gw.test/compute", "https://gw.test/compute/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/v1/compute/v2.1", "https://gw.test/v1/compute/v2.1/things/1")]
    [InlineData("compute", "https://gw.test/v1/compute/v2.1/%(project_id)s", "https://gw.test/v1/compute/v2.1/p1/things/1")]
    [InlineData("compute", "https://gw.test/v2/$(tenant_id)s", "https://gw.test/v2/p1/things/1")]
    [InlineData("image", "https://gw.test/%(project_id)s/image", "https://gw.test/p1/image/v2/things/1")]
    [InlineData("network", "https://gw.test/%(tenant_id)s/v2.0", "https://gw.test/p1/v2.0/things/1")]
    [InlineData("orchestration", "https://gw.test/v1/%(project_id)s", "https://gw.test/v1/p1/things/1")]
    [InlineData("orchestration", "https://gw.test/v1/%(tenant_id)s", "https://gw.test/v1/p1/things/1")]
    [InlineData("orchestration", "https://gw.test/v1/$(project_id)s", "https://gw.test/v1/p1/things/1")]
    [InlineData("orchestration", "https://gw.test/v1/heat/v1", "https://gw.test/v1/heat/v1/p1/things/1")]
    [InlineData("block-storage", "https://gw.test/v3/AUTH_%(tenant_id)s/", "https://gw.test/v3/AUTH_p1/things/1")]
    public async Task What_is_clear_is_not_asked_for(string service, string address, string expected)
    {
        using var handler = Cloud(_ => ScriptedHandler.Answer(200, "{}"));

        await SendTwiceAsync(handler, service, ($"{service.Replace('-', '_')}_endpoint_override", address));

        Assert.Equal([expected, expected], handler.Requests.Skip(1).Select(sent => sent.Uri.AbsoluteUri));
    }

    [Theory]
    [InlineData("https://gw.test/v1/%(project)s", "%(project)s")]
    [InlineData("https://gw.test/v1/%(user_id)s", "%(user_id)s")]
    [InlineData("https://gw.test/v1/$(region)s", "$(region)s")]
    [InlineData("https://gw.test/v1/%(project_id)", "%(project_id)")]
    [InlineData("https://gw.test/v1/%(project_id)d", "%(project_id)")]
    [InlineData("https://gw.test/v1/%(project_id)s/%()s", "%()s")]
    [InlineData("https://gw.test/v1/%(project_id)s", null)]
    [InlineData("https://gw.test/v1/100%25", null)]
    public void A_placeholder_without_a_value_is_named(string address, string? unknown) =>
        Assert.Equal(unknown, ServiceUrl.UnknownIn(address));

    [Fact]
    public async Task A_fixed_token_has_no_project_to_fill_in()
    {
        CloudConfiguration configuration = KeystoneScript.Configuration(
            settings: [("orchestration_endpoint_override", "https://gw.test/v1/%(project_id)s")])
            .WithAuth(AuthTypes.AdminToken, ("token", "fixed"));
        using var handler = Cloud(_ => ScriptedHandler.Answer(200, "{}"));
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "orchestration");

        var e = await Assert.ThrowsAsync<HotstackException>(() => client.SendAsync(client.Request(HttpMethod.Get, "stacks"), Stop));

        Assert.Equal("CloudConfigInvalid", e.Id);
        Golden.Message(e);
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("http://10.0.0.7:8004/v1/p1/stacks/hs/5a1b-77")]
    [InlineData("http://10.0.0.7:8004/v1/p1/stacks/hs/5a1b-77?x=y")]
    [InlineData("https://gw.test/v1/p1/stacks/hs/5a1b-77")]
    [InlineData("/v1/p1/stacks/hs/5a1b-77")]
    [InlineData("https://gw.test:8004/v1/other/stacks/hs/5a1b-77/")]
    public async Task A_stack_is_asked_for_where_we_asked_before(string location)
    {
        using var handler = Cloud(sent => sent.Uri.AbsolutePath.EndsWith("/stacks/hs", StringComparison.Ordinal)
            ? ScriptedHandler.Answer(302, headers: $"Location: {location}")
            : ScriptedHandler.Answer(200, """{"stack": {"id": "5a1b-77", "stack_name": "hs", "stack_status": "CREATE_COMPLETE"}}"""));
        CloudConfiguration configuration = KeystoneScript.Configuration(
            settings: [("orchestration_endpoint_override", "https://gw.test/heat/v1/%(project_id)s")]);
        using TokenSource tokens = handler.Tokens(configuration);
        var heat = new Orchestration.Heat(
            new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "orchestration"));

        Assert.Equal("5a1b-77", (await heat.GetAsync("hs", Stop)).Id);
        Assert.Equal("5a1b-77", (await heat.FindAsync("hs", Stop))!.Id);

        Assert.Equal(
            ["/heat/v1/p1/stacks/hs", "/heat/v1/p1/stacks/hs/5a1b-77", "/heat/v1/p1/stacks/hs", "/heat/v1/p1/stacks/hs/5a1b-77"],
            handler.Requests.Skip(1).Select(sent => sent.Uri.AbsolutePath));
        Assert.All(handler.Requests.Skip(1), sent => Assert.Equal("https://gw.test", sent.Uri.GetLeftPart(UriPartial.Authority)));
    }

    [Theory]
    [InlineData("http://10.0.0.7/login")]
    [InlineData("http://10.0.0.7/v1/p1/stacks/another/5a1b-77")]
    [InlineData("http://10.0.0.7/v1/p1/stacks/hs/%2e%2e")]
    public async Task A_redirect_to_another_thing_is_refused(string location)
    {
        using var handler = Cloud(_ => ScriptedHandler.Answer(302, headers: $"Location: {location}"));
        CloudConfiguration configuration = KeystoneScript.Configuration(
            settings: [("orchestration_endpoint_override", "https://gw.test/v1/%(project_id)s")]);
        using TokenSource tokens = handler.Tokens(configuration);
        var heat = new Orchestration.Heat(
            new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "orchestration"));

        var e = await Assert.ThrowsAsync<ServiceException>(() => heat.GetAsync("hs", Stop));

        Assert.Equal("RedirectRefused", e.Id);
        Assert.DoesNotContain(handler.Requests, sent => sent.Uri.Host == "10.0.0.7");
    }

    private static ScriptedHandler Cloud(Func<Sent, HttpResponseMessage> answer) =>
        new(sent => sent.Uri.Host == "keystone.test" ? KeystoneScript.Token("token-0") : answer(sent));

    private static async Task SendTwiceAsync(ScriptedHandler handler, string service, (string, string) setting)
    {
        CloudConfiguration configuration = KeystoneScript.Configuration(settings: [setting]);
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), service);
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(client.Request(HttpMethod.Get, "things/1"), Stop);
        }
    }
}
