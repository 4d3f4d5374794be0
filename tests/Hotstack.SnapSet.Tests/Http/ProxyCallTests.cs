using System.Net;
using System.Net.Sockets;
using System.Text;
using Hotstack.Http.Proxies;
using Xunit;

namespace Hotstack.Http;

/// <summary>Calls through a real proxy, and past it.</summary>
public sealed class ProxyCallTests
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly RecordingActivity _activity = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_variable_counts_from_the_next_call_on()
    {
        await using var first = new WireServer(_ => WireServer.Reply(200));
        await using var second = new WireServer(_ => WireServer.Reply(200));
        using Api api = Connect();

        _variables["HTTP_PROXY"] = first.Address.AbsoluteUri;
        await GetAsync(api, "http://k.test:5000/one");
        _variables["HTTP_PROXY"] = second.Address.AbsoluteUri;
        await GetAsync(api, "http://k.test:5000/two");
        _variables["NO_PROXY"] = "k.test";
        await Assert.ThrowsAsync<ServiceException>(() => GetAsync(api, "http://k.test:5000/three"));

        Assert.StartsWith("GET http://k.test:5000/one HTTP/1.1", Assert.Single(first.Requests), StringComparison.Ordinal);
        Assert.StartsWith("GET http://k.test:5000/two HTTP/1.1", Assert.Single(second.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/v3")]
    [InlineData("http://localhost:{0}/v3")]
    public async Task This_machine_is_called_directly(string address)
    {
        await using var proxy = new WireServer(_ => WireServer.Reply(502));
        await using var server = new WireServer(_ => WireServer.Reply(200));
        _variables["HTTP_PROXY"] = _variables["ALL_PROXY"] = proxy.Address.AbsoluteUri;
        using Api api = Connect();

        await GetAsync(api, string.Format(null, address, server.Port));

        Assert.Equal(0, proxy.Connections);
        Assert.Contains("GET /v3", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_within_the_same_host_goes_the_same_way()
    {
        await using var proxy = new WireServer(request => request.Contains("/old", StringComparison.Ordinal)
            ? WireServer.Reply(302, headers: "Location: http://k.test:5000/new\r\n")
            : WireServer.Reply(200));
        _variables["http_proxy"] = proxy.Address.AbsoluteUri;
        using Api api = Connect();

        await GetAsync(api, "http://k.test:5000/old");

        Assert.Contains("GET http://k.test:5000/new", proxy.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_and_password_go_to_the_proxy_of_their_variable_alone()
    {
        await using var proxy = new WireServer(request => request.Contains("Proxy-Authorization: ", StringComparison.Ordinal)
            ? WireServer.Reply(200)
            : WireServer.Reply(407, headers: "Proxy-Authenticate: Basic realm=\"x\"\r\n"));
        _variables["ALL_PROXY"] = $"http://anna:s%3Acr%40t@127.0.0.1:{proxy.Port}";
        _variables["HTTPS_PROXY"] = "http://bob:other@elsewhere.test:3128";
        using Api api = Connect();

        Assert.Equal(200, (await GetAsync(api, "http://k.test:5000/")).Status);

        Assert.Contains(Convert.ToBase64String("anna:s:cr@t"u8), proxy.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_https_a_tunnel_is_asked_for_and_its_refusal_is_told_without_the_password()
    {
        await using var proxy = new WireServer(_ => WireServer.Reply(403));
        _variables["https_proxy"] = $"anna:s3cr3t-Xy@127.0.0.1:{proxy.Port}";
        using Api api = Connect();

        var e = await Assert.ThrowsAsync<ServiceException>(() => GetAsync(api, "https://k.test:5000/"));

        Assert.StartsWith("CONNECT k.test:5000 HTTP/1.1", proxy.Requests[0], StringComparison.Ordinal);
        Golden.Message(e);
        Assert.DoesNotContain("s3cr3t-Xy", e + string.Concat(_activity.Everything), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://p.invalid:3128", "no such host: p.invalid, the proxy of HTTP_PROXY")]
    [InlineData("http://127.0.0.1:1", "(through the proxy http://127.0.0.1:1 (HTTP_PROXY))")]
    [InlineData("socks5h://anna:s3cr3t-Xy@127.0.0.1:1", "(through the proxy socks5://127.0.0.1:1 (HTTP_PROXY))")]
    public async Task A_proxy_that_is_not_there_is_named(string address, string told)
    {
        _variables["HTTP_PROXY"] = address;
        using Api api = Connect();

        var e = await Assert.ThrowsAsync<ServiceException>(() => GetAsync(api, "http://k.test:5000/"));

        Assert.Contains(told, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-Xy", e + e.Hint, StringComparison.Ordinal);
    }

    /// <summary>RFC 1928: the name goes to the proxy (address type 3), which looks it up.</summary>
    [Theory]
    [InlineData("socks5h")]
    [InlineData("socks5")]
    public async Task A_SOCKS_proxy_is_given_the_name_of_the_host(string scheme)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> asked = NameOfAsync(listener);
        _variables["ALL_PROXY"] = $"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        using Api api = Connect();

        await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(
            new ApiRequest("identity", HttpMethod.Get, new Uri("http://k.test:5000/")) { ConnectionRetries = 0 }, Stop));

        Assert.Equal("k.test", await asked);
    }

    private static async Task<string> NameOfAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Stop);
        NetworkStream stream = client.GetStream();
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head, Stop);
        await stream.ReadExactlyAsync(new byte[head[1]], Stop);
        await stream.WriteAsync(new byte[] { 5, 0 }, Stop);
        byte[] request = new byte[5];
        await stream.ReadExactlyAsync(request, Stop);
        byte[] name = new byte[request[4]];
        await stream.ReadExactlyAsync(name, Stop);
        return request[3] == 3 ? Encoding.ASCII.GetString(name) : "an address";
    }

    private Api Connect() => new(
        HttpTransport.Create(new(), ProxyRule.OfVariables(_variables.GetValueOrDefault, withAll: true)),
        new RetryPolicy(new ManualClock { AutoAdvance = true }, _activity), _activity);

    private static Task<ApiResponse> GetAsync(Api api, string address) =>
        api.SendAsync(new ApiRequest("identity", HttpMethod.Get, new Uri(address)), Stop);
}
