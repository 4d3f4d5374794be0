using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>
/// Whom a kubeconfig makes us trust, from its text to an operation over real TLS: a server of the right authority with the right name, and
/// nobody else gets to see a token.
/// </summary>
public sealed class KubeconfigTrustTests : KubeconfigTest, IDisposable
{
    private const string Token = "s3cr3t-Xy";
    private const string NoNodes = """{"kind": "NodeList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}""";

    private readonly Certificates _ours = new();
    private readonly Certificates _theirs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    /// <summary>The name by which the server is asked; what its certificate is for; what the kubeconfig's tls-server-name says.</summary>
    [Theory]
    [InlineData("localhost", "localhost", null)]
    [InlineData("localhost", "elsewhere.test", "elsewhere.test")]
    [InlineData("localhost", "ELSEWHERE.test", "elsewhere.test")]
    [InlineData("localhost", "*.elsewhere.test", "api.elsewhere.test")]
    [InlineData("127.0.0.1", "elsewhere.test", "elsewhere.test")]
    public async Task A_server_with_the_name_that_is_looked_for_is_accepted(string host, string name, string? wanted)
    {
        await using WireServer server = Serve(_ours.Issue(name));

        Assert.Empty((await ListAsync($"https://{host}:{server.Port}", wanted)).Items);

        Assert.Contains($"Authorization: Bearer {Token}\r\n", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "elsewhere.test", null)]
    [InlineData("localhost", "elsewhere.test", "other.test")]
    [InlineData("localhost", "elsewhere.test", "sub.elsewhere.test")]
    [InlineData("localhost", "*.elsewhere.test", "elsewhere.test")]
    [InlineData("localhost", "*.elsewhere.test", "a.api.elsewhere.test")]
    [InlineData("localhost", "localhost", "elsewhere.test")]
    [InlineData("127.0.0.1", "localhost", null)]
    [InlineData("127.0.0.1", "127.0.0.1.elsewhere.test", null)]
    public async Task A_server_of_the_right_authority_with_another_name_is_refused(string host, string name, string? wanted)
    {
        await using WireServer server = Serve(_ours.Issue(name));

        await RefusedAsync(server, host, wanted);
    }

    [Theory]
    [InlineData("foreign")]
    [InlineData("own")]
    [InlineData("expired")]
    [InlineData("client")]
    public async Task A_server_with_the_right_name_and_nothing_else_is_refused(string what)
    {
        await using WireServer server = Serve(what switch
        {
            "foreign" => _theirs.Issue("localhost"),
            "own" => Certificates.SelfSigned("localhost"),
            "client" => _ours.Issue("localhost", usage: "1.3.6.1.5.5.7.3.2"),
            _ => _ours.Issue("localhost", expired: true),
        });

        await RefusedAsync(server, "localhost", null);
    }

    [Fact]
    public async Task Not_to_verify_is_the_kubeconfigs_word_and_is_warned_of()
    {
        await using WireServer server = Serve(_theirs.Issue("elsewhere.test", expired: true));

        await ListAsync(Load(Yaml(cluster: $"server: https://localhost:{server.Port}\ninsecure-skip-tls-verify: true")));

        Assert.Single(server.Requests);
        Assert.Contains("TLS certificates are not verified for context 'admin'", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_TLS_gets_the_call_and_no_credentials()
    {
        await using var server = new WireServer(_ => WireServer.Reply(200, NoNodes));

        await ListAsync(Load(Yaml(cluster: $"server: http://localhost:{server.Port}")));

        string request = Assert.Single(server.Requests);
        Assert.DoesNotContain("Authorization", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, request, StringComparison.Ordinal);
        Assert.Contains("is not https: the credentials of the user anna", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    /// <summary>The other server has a certificate of the same authority, and the right name: it is only not the one that the kubeconfig names.</summary>
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task No_redirect_leads_to_another_server(int status)
    {
        await using WireServer other = Serve(_ours.Issue("localhost"));
        await using WireServer server = Serve(_ours.Issue("localhost"), WireServer.Reply(status, headers: $"Location: https://localhost:{other.Port}/api/v1/nodes\r\n"));

        var e = await Assert.ThrowsAsync<ServiceException>(() => ListAsync($"https://localhost:{server.Port}", null));

        Assert.Equal("RedirectRefused", e.Id);
        Assert.Contains(Token, Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.Equal(0, other.Connections);
    }

    /// <summary>
    /// Why our own TLS is under the operations of the official client, KubernetesClient 21.0.8 (docs/decisions.md): with an authority in the
    /// kubeconfig it takes any name. This test fails when its maintainers have mended that; then the reason has gone, and decisions.md is to
    /// be looked at again.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData("other.test")]
    public async Task The_official_client_still_accepts_any_name_of_the_right_authority(string? wanted)
    {
        await using WireServer server = Serve(_ours.Issue("elsewhere.test"));
        string path = _ours.Write("kubeconfig", Kubeconfig($"https://localhost:{server.Port}", wanted));
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(path));

        await client.CoreV1.ListNodeAsync(cancellationToken: Stop);

        Assert.Contains(Token, Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    /// <summary>It does look at the authority.</summary>
    [Fact]
    public async Task The_official_client_refuses_another_authority()
    {
        await using WireServer server = Serve(_theirs.Issue("localhost"));
        string path = _ours.Write("kubeconfig", Kubeconfig($"https://localhost:{server.Port}", null));
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(path));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.CoreV1.ListNodeAsync(cancellationToken: Stop));

        Assert.All(server.Requests, Assert.Empty);
    }

    private async Task RefusedAsync(WireServer server, string host, string? wanted)
    {
        var e = await Assert.ThrowsAsync<ServiceException>(() => ListAsync($"https://{host}:{server.Port}", wanted));

        Assert.Equal(("CertificateNotTrusted", ErrorCause.ServiceUnavailable), (e.Id, e.Cause));
        Assert.All(server.Requests, Assert.Empty);
        Assert.Equal(1, server.Connections);
    }

    private Task<ObjectList<V1Node>> ListAsync(string server, string? wanted) => ListAsync(Load(Kubeconfig(server, wanted)));

    private async Task<ObjectList<V1Node>> ListAsync(ClusterConfiguration configuration)
    {
        using Cluster cluster = Cluster.Connect(configuration, Activity, new ManualClock { AutoAdvance = true });
        return await cluster.ListNodesAsync(Stop);
    }

    private string Kubeconfig(string server, string? wanted)
    {
        string authority = Convert.ToBase64String(Encoding.UTF8.GetBytes(File.ReadAllText(_ours.CaPath)));
        return Yaml(
            user: $"token: {Token}",
            cluster: $"server: {server}\ncertificate-authority-data: {authority}" + (wanted is null ? "" : $"\ntls-server-name: {wanted}"));
    }

    private static WireServer Serve(X509Certificate2 certificate, string? answer = null) => new(
        _ => answer ?? WireServer.Reply(200, NoNodes),
        async stream =>
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Stop);
            return tls;
        });
}
