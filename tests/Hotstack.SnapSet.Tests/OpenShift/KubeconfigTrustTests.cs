using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>To whom a connection by a kubeconfig shows its credentials, over real TLS.</summary>
public sealed class KubeconfigTrustTests : IDisposable
{
    private const string Nodes = """{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""";
    private const string Token = "s3cr3t-Xy";

    private readonly Certificates _certificates = new();
    private readonly RecordingActivity _activity = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Authority => $"certificate-authority-data: {Convert.ToBase64String(File.ReadAllBytes(_certificates.CaPath))}";

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("localhost", "", null)]
    [InlineData("elsewhere.test", "", "RemoteCertificateNameMismatch")]
    [InlineData("kubernetes", "tls-server-name: kubernetes", null)]
    [InlineData("kubernetes", "tls-server-name: KUBERNETES", null)]
    [InlineData("kubernetes", "", "RemoteCertificateNameMismatch")]
    [InlineData("localhost", "tls-server-name: evil.example", "RemoteCertificateNameMismatch")]
    [InlineData("kubernetes", "tls-server-name: kubernetes.default", "RemoteCertificateNameMismatch")]
    public async Task A_certificate_of_the_authority_counts_only_for_the_name(string shown, string line, string? refusal)
    {
        await using WireServer server = Server(_certificates.Issue(shown));
        await AssertAsync(server, Authority + "\n" + line, refusal);
    }

    [Theory]
    [InlineData("foreign", "UntrustedRoot")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("client", "NotValidForUsage")]
    public async Task Others_are_refused(string what, string refusal)
    {
        await using WireServer server = Server(what switch
        {
            "foreign" => Certificates.SelfSigned("localhost"),
            "expired" => _certificates.Issue("localhost", expired: true),
            _ => _certificates.Issue("localhost", usage: "1.3.6.1.5.5.7.3.2"),
        });
        await AssertAsync(server, Authority, refusal);
    }

    [Fact]
    public async Task One_of_another_authority_is_refused()
    {
        using var others = new Certificates();
        await using WireServer server = Server(others.Issue("localhost"));
        await AssertAsync(server, Authority, "");
    }

    [Fact]
    public async Task Without_an_authority_only_the_systems_count()
    {
        await using WireServer server = Server(_certificates.Issue("localhost"));
        await AssertAsync(server, "", "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ntls-server-name: evil.example")]
    public async Task Where_nothing_is_verified_that_is_warned_of(string line)
    {
        await using WireServer server = Server(Certificates.SelfSigned("elsewhere.test"));
        await AssertAsync(server, "insecure-skip-tls-verify: true" + line, null);
        Assert.Contains("TLS certificates are not verified for context 'admin'", Assert.Single(_activity.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_TLS_gets_no_credentials()
    {
        await using var server = new WireServer(_ => WireServer.Reply(200, Nodes));
        await ListAsync($"http://localhost:{server.Port}", "");
        Assert.DoesNotContain("Authorization", Assert.Single(server.Requests), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("is not https: the credentials of the user anna", Assert.Single(_activity.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_to_another_host_is_not_followed(int status)
    {
        await using WireServer other = Server(_certificates.Issue("localhost"));
        await using var server = new WireServer(
            _ => WireServer.Reply(status, headers: $"Location: https://localhost:{other.Port}/api/v1/nodes\r\n"),
                Dress(_certificates.Issue("localhost")));
        await Assert.ThrowsAsync<ServiceException>(() => ListAsync(Address(server), Authority));
        Assert.Contains("Authorization: Bearer " + Token, Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.Equal(0, other.Connections);
    }

    /// <summary>
    /// Why no connection of ours is the official client's: with an authority in the kubeconfig, KubernetesClient 21.0.8 takes any certificate of
    /// that authority, whatever its name. When this test fails, that is mended; then say so in docs/decisions.md.
    /// </summary>
    [Theory]
    [InlineData("elsewhere.test", "")]
    [InlineData("localhost", "tls-server-name: evil.example")]
    public async Task The_official_client_still_accepts_a_wrong_name(string shown, string line)
    {
        await using WireServer server = Server(_certificates.Issue(shown));
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(Kubeconfig(Address(server), Authority + "\n" + line)));
        using var client = new Kubernetes(await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(text));

        Assert.Empty((await client.CoreV1.ListNodeAsync(cancellationToken: Stop)).Items);
        Assert.Contains("Authorization: Bearer " + Token, Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    private static string Address(WireServer server) => $"https://localhost:{server.Port}";

    private static string Kubeconfig(string address, string cluster) =>
        KubeconfigFixture.Yaml("token: " + Token, $"server: {address}\n{cluster}");

    private static WireServer Server(X509Certificate2 certificate) => new(_ => WireServer.Reply(200, Nodes), Dress(certificate));

    private static Func<Stream, Task<Stream>> Dress(X509Certificate2 certificate) => async stream =>
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Stop);
        return tls;
    };

    /// <summary>That nodes are listed with the token; or that nothing is sent, for a reason.</summary>
    private async Task AssertAsync(WireServer server, string cluster, string? refusal)
    {
        if (refusal is null)
        {
            Assert.Empty((await ListAsync(Address(server), cluster)).Items);
            Assert.Contains("Authorization: Bearer " + Token, Assert.Single(server.Requests), StringComparison.Ordinal);
            return;
        }

        var error = await Assert.ThrowsAsync<ServiceException>(() => ListAsync(Address(server), cluster));
        Assert.Equal("CertificateNotTrusted", error.Id);
        Assert.Contains(refusal, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
        Assert.All(server.Requests, Assert.Empty);
    }

    private async Task<V1NodeList> ListAsync(string address, string cluster)
    {
        ConfigurationSources sources = KubeconfigFixture.Home(Kubeconfig(address, cluster)).Build();
        ClusterConfiguration configuration = new KubeconfigLoader(sources).Load(null, null, _activity);
        using Cluster connection = Cluster.Connect(configuration, _activity, new ManualClock(DateTimeOffset.UtcNow) { AutoAdvance = true });
        return await connection.Client.CoreV1.ListNodeAsync(cancellationToken: Stop);
    }
}
