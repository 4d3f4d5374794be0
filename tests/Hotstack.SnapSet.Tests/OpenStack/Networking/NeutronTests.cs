using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Xunit;

namespace Hotstack.OpenStack.Networking;

/// <summary>Ports of a deployment of 200 servers.</summary>
public sealed class NeutronTests : SandboxFixture
{
    private Hotstack.Sandbox.Call[] PortCalls => [.. Calls.Where(call => call.Path.EndsWith("/ports", StringComparison.Ordinal))];

    private IEnumerable<Hotstack.Sandbox.Compute.Server> Servers =>
        Sandbox.Cloud.Servers.Where(server => server.ProjectId == Sandbox.Cloud.ProjectId);

    [Fact]
    public async Task The_ports_of_200_servers_are_read_by_short_addresses()
    {
        Sandbox.Cloud.AddServers(200);
        string[] ids = [.. Servers.Select(server => server.Id)];

        IReadOnlyList<Port> ports = await Cloud.Network.ListPortsAsync(ids, Stop);

        Assert.Equal(ids.Order(), ports.Select(port => port.DeviceId).Distinct().Order());
        Assert.InRange(PortCalls.Length, 2, 10);
        Assert.All(PortCalls, call => Assert.InRange(call.Query.Length, 1, 4000));
    }

    [Fact]
    public async Task So_are_those_of_200_addresses()
    {
        Sandbox.Cloud.AddServers(200);
        string[] macs = [.. Servers.SelectMany(server => server.Ports).Select(port => port.MacAddress)];

        IReadOnlyList<Port> ports = await Cloud.Network.ListPortsByMacAddressAsync(macs, Stop);

        Assert.Equal(macs.Order(), ports.Select(port => port.MacAddress).Order());
        Assert.All(PortCalls, call => Assert.InRange(call.Query.Length, 1, 4000));
    }

    [Fact]
    public async Task Of_no_servers_there_are_none_and_nothing_is_asked()
    {
        Assert.Empty(await Cloud.Network.ListPortsAsync([], Stop));

        Assert.Empty(PortCalls);
    }

    /// <summary>What front ends answer, and with nothing in it; so the sandbox is no better than they are.</summary>
    [Theory]
    [InlineData(8190, 200)]
    [InlineData(8191, 414)]
    public async Task The_sandbox_takes_no_longer_request_line_than_front_ends_do(int length, int status)
    {
        const string Path = "/networking/";
        const string Frame = "GET  HTTP/1.1";
        using var http = new HttpClient { BaseAddress = Sandbox.Address };

        using HttpResponseMessage answer = await http.GetAsync(
            $"{Path}?x={new string('y', length - Frame.Length - Path.Length - "?x=".Length)}", Stop);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("ports")]
    [InlineData("networks")]
    public async Task The_next_page_is_asked_for(string collection)
    {
        using var handler = new ScriptedHandler(sent =>
        {
            if (sent.Method == "POST")
            {
                return KeystoneScript.Token("token-0");
            }

            bool isLast = sent.Uri.Query.Contains("marker=p1", StringComparison.Ordinal);
            string links = isLast ? "" : $$""", "{{collection}}_links": [{"rel": "next", "href": "http://wrong.test/"}]""";
            return ScriptedHandler.Answer(200, $$"""{"{{collection}}": [{"id": "{{(isLast ? "p2" : "p1")}}"}]{{links}}}""");
        });
        CloudConfiguration configuration = KeystoneScript.Configuration(
            settings: ("network_endpoint_override", "http://neutron.test/v2.0"));
        using TokenSource tokens = handler.Tokens(configuration);
        var neutron = new Neutron(new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "network"));

        IEnumerable<string> ids = collection == "ports"
            ? (await neutron.ListPortsAsync(["s1"], Stop)).Select(port => port.Id)
            : await neutron.FindNetworksAsync("net", Stop);

        Assert.Equal(["p1", "p2"], ids);
    }
}
