using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Ssh;
using Xunit;

namespace Hotstack.Deployments.Controllers;

/// <summary>A kubeconfig of the controller names files and programs of the controller. Those of this machine are others.</summary>
public sealed class RemoteKubeconfigTests
{
    private const string Place = "zuul@203.0.113.17:~/.kube/config";

    private readonly List<string> _touched = [];

    [Theory]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [/tmp/never], interactiveMode: Never}")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./touch, interactiveMode: Never}")]
    [InlineData("", "auth-provider: {name: oidc, config: {idp-issuer-url: 'https://idp.example', client-id: x, "
        + "id-token: eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln, refresh-token: r}}")]
    [InlineData("", "tokenFile: /etc/passwd")]
    [InlineData("", "tokenFile: token")]
    [InlineData("", "{client-certificate: /etc/passwd, client-key: /etc/shadow}")]
    [InlineData("", "{client-certificate: client.crt, client-key: ../client.key}")]
    [InlineData("certificate-authority: /etc/ssl/ca.crt", "token: t")]
    [InlineData("certificate-authority: ca.crt", "token: t")]
    [InlineData("certificate-authority: ~/ca.crt", "token: t")]
    public void Its_files_and_programs_are_not_those_of_this_machine(string cluster, string user)
    {
        var e = Assert.ThrowsAny<HotstackException>(() => Load(cluster, user));

        Assert.Equal(("KubeconfigNotSelfContained", Place), (e.Id, e.Target));
        Assert.Contains("--flatten", e.Hint, StringComparison.Ordinal);
        Assert.Empty(_touched);
    }

    [Fact]
    public void One_that_holds_all_is_used()
    {
        Assert.Equal("https://api.ocp.example:6443/", Load("", "token: t").Server.AbsoluteUri);
        Assert.Empty(_touched);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not: [a kubeconfig")]
    [InlineData("\0\0\0")]
    public void Text_that_is_no_kubeconfig_is_told_with_its_place(string text)
    {
        var e = Assert.ThrowsAny<HotstackException>(() => new KubeconfigLoader(Sources).LoadRemote(Place, text, null, null));

        Assert.Contains(Place, e.Message, StringComparison.Ordinal);
        Assert.Empty(_touched);
    }

    [Fact]
    public void A_context_that_it_lacks_is_told() =>
        Assert.Equal("ContextNotFound", Assert.ThrowsAny<HotstackException>(() => Load("", "token: t", "other")).Id);

    private ConfigurationSources Sources => KnownHostsTests.Sources("/home/u") with
    {
        CurrentDirectory = "/work",
        OpenFile = path =>
        {
            _touched.Add(path);
            return null;
        },
    };

    private ClusterConfiguration Load(string cluster, string user, string? context = null) => new KubeconfigLoader(Sources).LoadRemote(
        Place,
        $"""
        current-context: admin
        contexts:
        - name: admin
          context:
            cluster: c
            user: u
        clusters:
        - name: c
          cluster:
            server: https://api.ocp.example:6443
            {cluster}
        users:
        - name: u
          user: {(user.StartsWith('{') ? user : "{" + user + "}")}
        """,
        context, null);
}
