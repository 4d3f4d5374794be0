using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Http.Proxies;
using Xunit;

namespace Hotstack.Http;

/// <summary>Whom we trust, and how we show who we are, over real TLS.</summary>
public sealed class HttpTransportTests : IDisposable
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly Certificates _certificates = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task A_service_whose_CA_is_named_is_trusted()
    {
        await using WireServer server = Server(_certificates.Issue("localhost"));

        using var api = new Api(
            HttpTransport.Create(new() { CaCertificatePath = _certificates.CaPath }),
            new RetryPolicy(TimeProvider.System, new RecordingActivity()), new RecordingActivity());

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => SendAsync(server, api)));

        Assert.Equal(32, server.Connections);
    }

    [Fact]
    public async Task So_is_one_whose_own_certificate_is_named()
    {
        X509Certificate2 own = Certificates.SelfSigned("localhost");
        await using WireServer server = Server(own);

        Assert.Equal(200, (await GetAsync(server,
            new TlsConfiguration { CaCertificatePath = _certificates.Write("own.pem", own) })).Status);
    }

    [Theory]
    [InlineData("own", "UntrustedRoot", "cacert")]
    [InlineData("system", "", "cacert")]
    [InlineData("name", "RemoteCertificateNameMismatch", "another host")]
    [InlineData("expired", "NotTimeValid", "expired")]
    [InlineData("client", "NotValidForUsage", "cacert")]
    public async Task Others_are_refused_once_and_for_all_by_reason(string what, string reason, string hint)
    {
        X509Certificate2 shown = what switch
        {
            "own" => Certificates.SelfSigned("localhost"),
            "name" => _certificates.Issue("elsewhere.test"),
            "expired" => _certificates.Issue("localhost", expired: true),
            "client" => _certificates.Issue("localhost", usage: ClientUsage),
            _ => _certificates.Issue("localhost"),
        };
        await using WireServer server = Server(shown);
        TlsConfiguration tls = what == "system" ? new() : new() { CaCertificatePath = _certificates.CaPath };

        var e = await Assert.ThrowsAsync<ServiceException>(() => GetAsync(server, tls));

        Assert.Equal(("CertificateNotTrusted", ErrorCause.ServiceUnavailable, false), (e.Id, e.Cause, e.IsOutcomeUnknown));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
        Assert.All(server.Requests, Assert.Empty);
    }

    [Fact]
    public async Task Without_verification_anybody_is_trusted()
    {
        await using WireServer server = Server(_certificates.Issue("elsewhere.test", expired: true));

        Assert.Equal(200, (await GetAsync(server, new TlsConfiguration { Verify = false })).Status);
    }

    [Fact]
    public async Task A_port_that_does_not_speak_TLS_is_told_apart()
    {
        await using var server = new WireServer(_ => "", async stream =>
        {
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), Stop);
            return stream;
        });

        var e = await Assert.ThrowsAsync<ServiceException>(() => GetAsync(server, new TlsConfiguration()));

        Assert.Equal("TlsFailed", e.Id);
        Golden.Message(e);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_certificate_is_shown_when_asked_for(bool keyApart)
    {
        X509Certificate2? seen = null;
        X509Certificate2 ours = _certificates.Issue("anna", usage: ClientUsage);
        await using WireServer server = Server(_certificates.Issue("localhost"), certificate => seen = certificate);
        string key = ours.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        TlsConfiguration tls = new() { CaCertificatePath = _certificates.CaPath };
        tls = keyApart
            ? tls with { ClientCertificatePath = _certificates.Write("anna.pem", ours),
                ClientKeyPath = _certificates.Write("anna.key", key) }
            : tls with { ClientCertificatePath = _certificates.Write("anna.pem", ours.ExportCertificatePem() + "\n" + key) };

        Assert.Equal(200, (await GetAsync(server, tls)).Status);

        Assert.Equal(ours.Thumbprint, seen?.Thumbprint);
    }

    [Theory]
    [InlineData("ca", null)]
    [InlineData("ca", "")]
    [InlineData("ca", "this is no certificate")]
    [InlineData("ca", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("ca", "directory")]
    [InlineData("client", null)]
    [InlineData("client", "garbage")]
    [InlineData("client", "without key")]
    [InlineData("key", null)]
    [InlineData("key", "garbage")]
    public void A_file_that_cannot_be_used_is_named(string what, string? content)
    {
        string path = content switch
        {
            null => Path.Combine(_certificates.Folder, "nosuch.pem"),
            "directory" => _certificates.Folder,
            "without key" => _certificates.Write("bad.pem", _certificates.Issue("anna")),
            _ => _certificates.Write("bad.pem", content),
        };
        TlsConfiguration tls = what switch
        {
            "ca" => new() { CaCertificatePath = path },
            "client" => new() { ClientCertificatePath = path },
            _ => new() { ClientCertificatePath = _certificates.Write("anna.pem", _certificates.Issue("anna")), ClientKeyPath = path },
        };

        var e = Assert.Throws<HotstackException>(() => HttpTransport.Create(tls));

        Assert.Equal(("CertificateFileInvalid", ErrorCause.ConfigurationInvalid), (e.Id, e.Cause));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Certificates_can_come_as_text()
    {
        X509Certificate2? seen = null;
        X509Certificate2 ours = _certificates.Issue("anna", usage: ClientUsage);
        await using WireServer server = Server(_certificates.Issue("localhost"), certificate => seen = certificate);

        Assert.Equal(200, (await GetAsync(server, InMemory(ours))).Status);

        Assert.Equal(ours.Thumbprint, seen?.Thumbprint);
    }

    [Fact]
    public async Task Certificates_above_ours_are_shown_too()
    {
        string[] seen = [];
        using X509Certificate2 team = _certificates.IssueAuthority("team");
        X509Certificate2 ours = _certificates.Issue("anna", usage: ClientUsage, by: team);
        await using WireServer server = Server(_certificates.Issue("localhost"), above: names => seen = names);

        TlsConfiguration tls = InMemory(ours);
        await GetAsync(server, tls with { ClientCertificate = tls.ClientCertificate + "\n" + team.ExportCertificatePem() });

        Assert.Contains("CN=team", seen);
    }

    /// <summary>What kubeconfig's tls-server-name asks for; the certificate is for no name that the server can be reached by.</summary>
    [Theory]
    [InlineData("kubernetes.default", 200)]
    [InlineData("other.default", 0)]
    [InlineData(null, 0)]
    public async Task The_name_that_a_certificate_has_to_have_comes_with_the_Host_header(string? host, int status)
    {
        await using WireServer server = Server(_certificates.Issue("kubernetes.default"));
        var activity = new RecordingActivity();
        using var api = new Api(
            HttpTransport.Create(InMemory()), new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);
        var request = new ApiRequest("kubernetes", HttpMethod.Get, new Uri($"https://localhost:{server.Port}/readyz"))
        {
            Headers = host is null ? [] : [new("Host", host)],
            Hints = ConnectionHints.Kubeconfig,
        };

        if (status > 0)
        {
            Assert.Equal(status, (await api.SendAsync(request, Stop)).Status);
            Assert.Contains($"Host: {host}\r\n", Assert.Single(server.Requests), StringComparison.Ordinal);
            return;
        }

        var e = await Assert.ThrowsAsync<ServiceException>(() => api.SendAsync(request, Stop));
        Assert.Equal("CertificateNotTrusted", e.Id);
        Golden.Message(e);
    }

    [Theory]
    [InlineData("own", "'certificate-authority-data'")]
    [InlineData("expired", "expired")]
    [InlineData("nobody", "'server'")]
    [InlineData("elsewhere", "'server'")]
    public async Task The_advice_for_a_cluster_is_about_its_kubeconfig(string what, string hint)
    {
        await using WireServer server = new(
            _ => WireServer.Reply(302, headers: "Location: https://elsewhere.test/\r\n"),
            Dress(what == "own" ? Certificates.SelfSigned("localhost") : _certificates.Issue("localhost", expired: what == "expired")));
        var activity = new RecordingActivity();
        using var api = new Api(
            HttpTransport.Create(InMemory()), new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);
        var address = new Uri($"https://localhost:{(what == "nobody" ? 1 : server.Port)}/readyz");

        var e = await Assert.ThrowsAsync<ServiceException>(() =>
            api.SendAsync(new ApiRequest("kubernetes", HttpMethod.Get, address) { Hints = ConnectionHints.Kubeconfig }, Stop));

        Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("clouds.yaml", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://proxy", false)]
    [InlineData("http://anna:s%3Acr%40t@proxy", true)]
    public async Task A_proxy_gets_everything_also_for_this_machine(string address, bool withUser)
    {
        await using var proxy = new WireServer(request => !withUser || request.Contains("Proxy-Authorization: ", StringComparison.Ordinal)
            ? WireServer.Reply(200)
            : WireServer.Reply(407, headers: "Proxy-Authenticate: Basic realm=\"x\"\r\n"));
        var uri = new UriBuilder(address) { Host = "127.0.0.1", Port = proxy.Port };
        using HttpClient http = HttpTransport.Create(new TlsConfiguration(), ProxyRule.Always(uri.Uri));

        await http.GetAsync(new Uri("http://localhost:1/readyz"), Stop);

        Assert.StartsWith("GET http://localhost:1/readyz HTTP/1.1", proxy.Requests[^1], StringComparison.Ordinal);
        if (withUser)
        {
            Assert.Contains(Convert.ToBase64String("anna:s:cr@t"u8), proxy.Requests[^1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://proxy:1")]
    [InlineData("socks5://proxy:1")]
    public void Other_proxies_are_accepted(string address)
    {
        using HttpClient http = HttpTransport.Create(new TlsConfiguration(), ProxyRule.OfCluster(new Uri(address)));

        Assert.NotNull(http);
    }

    [Theory]
    [InlineData("ca", "garbage", "no certificate in PEM form")]
    [InlineData("certificate", "garbage", "no certificate in PEM form")]
    [InlineData("key", "garbage", "no private key in PEM form")]
    [InlineData("key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0LVh5\n-----END PRIVATE KEY-----", "private key is broken")]
    [InlineData("key", "other", "belongs to another certificate")]
    [InlineData("key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0LVh5\n-----END ENCRYPTED PRIVATE KEY-----", "is encrypted")]
    [InlineData("key", null, "no private key in PEM form")]
    public void A_text_that_cannot_be_used_is_named_by_its_origin(string what, string? content, string reason)
    {
        string? text = content == "other" ? Key(_certificates.Issue("bob")) : content;
        TlsConfiguration tls = InMemory(_certificates.Issue("anna"));
        tls = what switch
        {
            "ca" => tls with { CaCertificates = text },
            "certificate" => tls with { ClientCertificate = text },
            _ => tls with { ClientKey = text },
        };

        var e = Assert.Throws<HotstackException>(() => HttpTransport.Create(tls));

        Assert.Equal(("CertificateFileInvalid", ErrorCause.ConfigurationInvalid), (e.Id, e.Cause));
        Golden.Message(e);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0LVh5", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_does_not_show_when_printed()
    {
        string shown = InMemory(_certificates.Issue("anna")).ToString();

        Assert.Contains("client certificate of context lab", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", shown, StringComparison.Ordinal);
    }

    private TlsConfiguration InMemory(X509Certificate2? client = null) => new()
    {
        CaCertificates = File.ReadAllText(_certificates.CaPath),
        ClientCertificate = client?.ExportCertificatePem(),
        ClientKey = client is null ? null : Key(client),
        Origin = "context lab (/home/anna/.kube/config)",
        Hints = ConnectionHints.Kubeconfig,
    };

    private static string Key(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static WireServer Server(
        X509Certificate2 certificate, Action<X509Certificate2>? client = null, Action<string[]>? above = null) =>
        new(_ => WireServer.Reply(200), Dress(certificate, client, above));

    private static Func<Stream, Task<Stream>> Dress(
        X509Certificate2 certificate, Action<X509Certificate2>? client = null, Action<string[]>? above = null) =>
        async stream =>
        {
            // This is the server; the tests are about what the client thinks of it.
#pragma warning disable CA5359
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = client is not null || above is not null,
                    RemoteCertificateValidationCallback = (_, shown, chain, _) =>
                    {
                        above?.Invoke([.. chain!.ChainPolicy.ExtraStore.Select(sent => sent.Subject)]);
                        if (shown is not null)
                        {
                            client?.Invoke(X509CertificateLoader.LoadCertificate(shown.GetRawCertData()));
                        }

                        return true;
                    },
                },
                Stop);
#pragma warning restore CA5359
            return tls;
        };

    private static async Task<ApiResponse> GetAsync(WireServer server, TlsConfiguration tls)
    {
        var activity = new RecordingActivity();
        using var api = new Api(HttpTransport.Create(tls), new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);
        return await SendAsync(server, api);
    }

    private static Task<ApiResponse> SendAsync(WireServer server, Api api) =>
        api.SendAsync(new ApiRequest("identity", HttpMethod.Get, new Uri($"https://localhost:{server.Port}/v3")), Stop);
}
