using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.Http.Proxies;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Xunit;
using k8s;
using k8s.Models;

namespace Hotstack.SecretsKept;

/// <summary>
/// Two servers: one is the user's, and all of its answers lead to the other, which must hear nothing at all: no connection, and so
/// neither token nor body.
/// </summary>
public sealed class ForeignHostTests : IAsyncLifetime
{
    private const string Password = "s3cr3t-Xy";
    private const string Token = "gAAAAAB-our-token";

    private readonly RecordingActivity _activity = new();
    private readonly ManualClock _clock = new() { AutoAdvance = true };
    private readonly WireServer _foreign = new(_ =>
        WireServer.Reply(200, """{"token": {}, "images": [], "servers": []}""", headers: "X-Subject-Token: theirs\r\n"));
    private WireServer _ours = new(_ => WireServer.Reply(500));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ours.DisposeAsync();
        await _foreign.DisposeAsync();
    }

    public static TheoryData<string, int> Redirects
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string call in Calls.Keys)
            {
                foreach (int status in (int[])[300, 301, 302, 303, 307, 308])
                {
                    data.Add(call, status);
                }
            }

            return data;
        }
    }

    /// <summary>One call of each kind: reading, listing, writing, bytes down and up, and logging in.</summary>
    private static Dictionary<string, Func<Cloud, Task>> Calls { get; } = new()
    {
        ["read"] = cloud => cloud.Compute.GetServerAsync("a", Stop),
        ["list images"] = cloud => cloud.Images.ListAsync([], Stop),
        ["list servers"] = cloud => cloud.Compute.ListServersAsync(Stop),
        ["read stack"] = cloud => cloud.Stacks.GetAsync("hs", Stop),
        ["post"] = cloud => cloud.Compute.StopServerAsync("a", Stop),
        ["post body"] = cloud => cloud.Stacks.CreateAsync(
            new StackRequest { Name = "hs", Template = "t", Parameters = new JsonObject { ["note"] = Password } }, Stop),
        ["delete"] = cloud => cloud.Stacks.DeleteAsync(new Stack { Id = "i", Name = "hs", Status = "CREATE_COMPLETE" }, Stop),
        ["volumes"] = cloud => cloud.Volumes.GetQuotasAsync(Stop),
        ["ports"] = cloud => cloud.Network.ListPortsByMacAddressAsync(["fa:16:3e:00:00:01"], Stop),
    };

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task No_redirect_leads_a_token_or_a_body_there(string call, int status)
    {
        Serve((_, path) => WireServer.Reply(status, "<html>", "text/html",
            $"Location: {_foreign.Address}{path.TrimStart('/')}?token={Token}\r\n"));
        using Cloud cloud = Connect();

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Calls[call](cloud));

        Assert.Equal(status == 300 || call is "post" or "post body" or "delete" ? "ResponseInvalid" : "RedirectRefused", e.Id);
        await AssertNothingHeardAsync(e);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Nor_a_password(int status)
    {
        Serve((_, _) => "", login: () => WireServer.Reply(status, headers: $"Location: {_foreign.Address}v3/auth/tokens?p={Password}\r\n"));
        using Cloud cloud = Connect();

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => cloud.GetProjectIdAsync(Stop));

        Assert.Equal("AuthUrlInvalid", e.Id);
        await AssertNothingHeardAsync(e);
    }

    [Fact]
    public async Task Keystones_own_document_of_versions_leads_nowhere_else()
    {
        bool isFound = false;
        await _ours.DisposeAsync();
        _ours = new WireServer(request =>
            request.StartsWith("POST /identity/v3/auth/tokens", StringComparison.Ordinal) ? LoggedIn(isFound = true)
            : request.StartsWith("GET", StringComparison.Ordinal)
                ? WireServer.Reply(300, $$$"""{"versions": {"values": [{"id": "v3.14", "links": [{"rel": "self", "href": "{{{_foreign.Address}}}identity/v3/"}]}]}}""")
                : WireServer.Reply(404, "<html>", "text/html"));
        using Cloud cloud = Connect("");

        await cloud.GetProjectIdAsync(Stop);

        Assert.True(isFound);
        await AssertNothingHeardAsync(null);
    }

    [Theory]
    [InlineData("images", """{"images": [{"id": "a"}], "next": "NEXT"}""")]
    [InlineData("servers", """{"servers": [{"id": "a"}], "servers_links": [{"rel": "next", "href": "NEXT"}]}""")]
    public async Task No_link_to_a_next_page_does(string list, string page)
    {
        int pages = 0;
        Serve((_, _) => ++pages == 1
            ? WireServer.Reply(
                200, page.Replace("NEXT", $"{_foreign.Address}v2/{list}?marker=a", StringComparison.Ordinal),
                headers: $"Link: <{_foreign.Address}>; rel=\"next\"\r\n")
            : WireServer.Reply(200, $$"""{"{{list}}": []}"""));
        using Cloud cloud = Connect();

        await (list == "images" ? (Task)cloud.Images.ListAsync([], Stop) : cloud.Compute.ListServersAsync(Stop));

        // Hidden images are in a list of their own.
        Assert.Equal(list == "images" ? 3 : 2, pages);
        await AssertNothingHeardAsync(null);
    }

    [Theory]
    [InlineData("GET", 302)]
    [InlineData("GET", 307)]
    [InlineData("POST", 307)]
    [InlineData("DOWNLOAD", 302)]
    [InlineData("UPLOAD", 307)]
    public async Task Whatever_the_kind_of_call(string kind, int status)
    {
        Serve((_, _) => WireServer.Reply(status, headers: $"Location: {_foreign.Address}x\r\nRefresh: 0; url={_foreign.Address}\r\n"));
        using var api = new Api(HttpTransport.Create(new TlsConfiguration()), new RetryPolicy(_clock, _activity), _activity);
        var request = new ApiRequest("image", kind == "GET" ? HttpMethod.Get : HttpMethod.Post, new Uri(_ours.Address, "x"))
        {
            Headers = [new("X-Auth-Token", Token), new("Authorization", $"Bearer {Token}")], Secrets = [Token],
        };

        var e = await Assert.ThrowsAnyAsync<HotstackException>(async () =>
        {
            switch (kind)
            {
                case "DOWNLOAD":
                    (await api.DownloadAsync(request with { Method = HttpMethod.Get }, Stop)).Dispose();
                    break;
                case "UPLOAD":
                    await api.UploadAsync(request with { Method = HttpMethod.Put }, new Bytes(), Stop);
                    break;
                default:
                    await api.SendAsync(request, Stop);
                    break;
            }
        });

        await AssertNothingHeardAsync(e);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    public async Task Nor_does_a_cluster(string method)
    {
        Serve((_, path) => WireServer.Reply(307, headers: $"Location: {_foreign.Address}{path.TrimStart('/')}\r\n"));
        using Cluster cluster = Cluster.Connect(
            new ClusterConfiguration
            {
                Context = "c", ClusterName = "c", Server = new Uri(_ours.Address.AbsoluteUri.TrimEnd('/')), Tls = new(), Token = Token,
            },
            _activity, _clock);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => method == "GET"
            ? cluster.ListNodesAsync(Stop)
            : cluster.Client.CoreV1.PatchNodeAsync(new V1Patch("{}", V1Patch.PatchType.MergePatch), "n", cancellationToken: Stop));

        Assert.Contains(_ours.Requests, request => request.Contains($"Authorization: Bearer {Token}", StringComparison.Ordinal));
        await AssertNothingHeardAsync(e);
    }

    [Fact]
    public async Task A_proxy_that_makes_no_tunnel_is_told_without_its_password()
    {
        Serve((_, _) => WireServer.Reply(503));
        var proxy = new UriBuilder(_ours.Address) { UserName = "anna", Password = Password }.Uri;
        using var api = new Api(HttpTransport.Create(new TlsConfiguration(), ProxyRule.Always(proxy)), new RetryPolicy(_clock, _activity),
            _activity);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            () => api.SendAsync(new ApiRequest("kubernetes", HttpMethod.Get, new Uri("https://cluster.test/readyz")), Stop));

        Golden.Message(e);
        await AssertNothingHeardAsync(e);
    }

    [Theory]
    [InlineData("https://keystone.test/v3", "http://nova.test", true)]
    [InlineData("https://keystone.test/v3", "https://nova.test", false)]
    [InlineData("https://keystone.test/v3", "http://127.0.0.1:8774", false)]
    [InlineData("http://keystone.test/v3", "http://nova.test", false)]
    public void A_catalogue_that_leads_from_https_to_http_is_warned_of_once_for_a_service(string authUrl, string address, bool isWarned)
    {
        var endpoints = new ServiceClient.PlainEndpoints(KeystoneScript.Configuration(authUrl), _activity);

        endpoints.Check("compute", new Uri(address));
        endpoints.Check("compute", new Uri(address));

        Assert.Equal(isWarned ? 1 : 0, _activity.Warnings.Count);
        Assert.All(_activity.Warnings,
            warning => Assert.Contains("gives http://nova.test/ for compute, which is not https", warning, StringComparison.Ordinal));
    }

    private void Serve(Func<string, string, string> answer, Func<string>? login = null)
    {
        _ours = new WireServer(request =>
        {
            string path = request.Split(' ')[1];
            return path.EndsWith("/auth/tokens", StringComparison.Ordinal) ? login?.Invoke() ?? LoggedIn(true) : answer(request, path);
        });
    }

    private string LoggedIn(bool _) => WireServer.Reply(
        201,
        $$$"""
        {"token": {"expires_at": null, "project": {"id": "p", "name": "p"}, "catalog": [{{{string.Join(", ",
            ((string[])["compute", "image", "network", "orchestration", "volumev3"]).Select(type =>
                $$"""{"type": "{{type}}", "name": "x", "endpoints": [{"interface": "public", "region_id": "one", "url": "{{_ours.Address}}{{type}}"}]}"""))}}}]}}
        """,
        headers: $"X-Subject-Token: {Token}\r\n");

    private Cloud Connect(string path = "v3") => Cloud.Connect(KeystoneScript.Configuration($"{_ours.Address}{path}"), _activity, _clock);

    private async Task AssertNothingHeardAsync(HotstackException? e)
    {
        Assert.NotEmpty(_ours.Requests);
        // Whatever is on its way has come by then: the loopback keeps the order.
        using var probe = new System.Net.Sockets.TcpClient();
        await probe.ConnectAsync(_foreign.Address.Host, _foreign.Port, Stop);
        await probe.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Stop);
        await probe.GetStream().ReadExactlyAsync(new byte[8], Stop);
        Assert.Equal("GET / HTTP/1.1\r\n\r\n", Assert.Single(_foreign.Requests));
        Assert.Equal(1, _foreign.Connections);
        Assert.Empty(new LeakDetector(Password, Token).FoundIn(LeakDetector.Shown(e) + string.Join('\n', _activity.Everything)));
    }

    private sealed class Bytes : IUploadSource
    {
        public long Length => 4;

        public void Rewind()
        {
        }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop) => ValueTask.FromResult(0);
    }
}
