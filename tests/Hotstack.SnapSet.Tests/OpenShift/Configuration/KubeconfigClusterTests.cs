using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Where the server is, and by what it is trusted.</summary>
public sealed class KubeconfigClusterTests : KubeconfigFixture
{
    [Theory]
    [InlineData("https://api.lab.example:6443", "https://api.lab.example:6443/")]
    [InlineData("https://api.lab.example:6443/", "https://api.lab.example:6443/")]
    [InlineData("https://rancher/k8s/clusters/c-1/", "https://rancher/k8s/clusters/c-1")]
    [InlineData("https://rancher/k8s?x=y#z", "https://rancher/k8s")]
    [InlineData("HTTPS://[fd00::1]:6443", "https://[fd00::1]:6443/")]
    public void The_server_has_no_slash_at_its_end(string server, string expected)
    {
        Uri read = Load(Yaml(cluster: $"server: '{server}'")).Server;

        Assert.Equal(expected, read.AbsoluteUri);
    }

    [Theory]
    [InlineData("certificate-authority: ca.crt", "/home/anna/.kube/ca.crt")]
    [InlineData("certificate-authority: pki/ca.crt", "/home/anna/.kube/pki/ca.crt")]
    [InlineData("certificate-authority: /etc/ca.crt", "/etc/ca.crt")]
    public void Authorities_can_stand_in_a_file_which_is_found_from_where_the_kubeconfig_is(string line, string path)
    {
        var sources = Home(Yaml(cluster: "server: https://x\n" + line)).File(path, Identities.EcCertificate);

        Assert.Equal(Identities.EcCertificate, Load(sources).Tls.CaCertificates);
    }

    [Fact]
    public void Or_in_the_kubeconfig_which_beats_the_file()
    {
        string data = "certificate-authority-data: " + Identities.Base64(Identities.RsaCertificate);

        TlsConfiguration tls = Load(Yaml(cluster: $"server: https://x\n{data}")).Tls;
        TlsConfiguration both = Load(Yaml(cluster: $"server: https://x\n{data}\ncertificate-authority: gone.crt")).Tls;

        Assert.Equal((Identities.RsaCertificate, true), (tls.CaCertificates, tls.Verify));
        Assert.Equal(tls, both);
        Assert.Contains("the file is not used", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
        Assert.Equal($"context admin ({HomeFile})", tls.Origin);
    }

    [Fact]
    public void Base64_may_be_broken_into_lines()
    {
        string data = string.Join("\n    ", Identities.Base64(Identities.EcCertificate).Chunk(64).Select(line => new string(line)));

        Assert.Equal(Identities.EcCertificate,
            Load(Yaml(cluster: $"server: https://x\ncertificate-authority-data: |\n    {data}")).Tls.CaCertificates);
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_leaves_the_others_and_is_warned_of()
    {
        string bundle = $"{Identities.EcCertificate}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{Identities.RsaCertificate}";

        Load(Yaml(cluster: $"server: https://x\ncertificate-authority-data: {Identities.Base64(bundle)}"));

        Assert.Equal(
            $"The certificate-authority-data of the cluster lab ({HomeFile}): certificate 2 of 3 is broken. The others are used.",
            Assert.Single(Activity.Warnings));
    }

    [Fact]
    public void Without_any_those_of_the_system_are_trusted_by_the_name_of_the_server()
    {
        TlsConfiguration tls = Load(Yaml()).Tls;

        Assert.Equal((true, null, null, null), (tls.Verify, tls.CaCertificates, tls.ServerName, tls.ClientCertificate));
        Assert.Same(ConnectionHints.Kubeconfig, tls.Hints);
    }

    [Fact]
    public void Not_verifying_is_warned_of()
    {
        Assert.False(Load(Yaml(cluster: "server: https://x\ninsecure-skip-tls-verify: true")).Tls.Verify);
        Assert.StartsWith(
            $"TLS certificates are not verified for context 'admin', as 'insecure-skip-tls-verify' ({HomeFile}, line ",
            Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("no")]
    [InlineData("")]
    public void Unless_it_is_not_so(string value) =>
        Assert.True(Load(Yaml(cluster: $"server: https://x\ninsecure-skip-tls-verify: {value}")).Tls.Verify);

    [Theory]
    [InlineData("tls-server-name: kubernetes.default", "kubernetes.default")]
    [InlineData("tls-server-name: ''", null)]
    public void The_certificate_can_be_for_another_name(string line, string? name) =>
        Assert.Equal(name, Load(Yaml(cluster: "server: https://10.0.0.1\n" + line)).Tls.ServerName);

    [Theory]
    [InlineData("http://proxy.example:3128")]
    [InlineData("https://proxy.example")]
    [InlineData("socks5://anna:s3cr3t@localhost:1080")]
    public void A_proxy_can_be_named(string proxy)
    {
        ClusterConfiguration cluster = Load(Yaml(cluster: $"server: https://x\nproxy-url: {proxy}"));

        Assert.Equal(new Uri(proxy), cluster.Proxy);
        Assert.DoesNotContain("s3cr3t", cluster.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "insecure-skip-tls-verify: false", "The cluster lab (/home/anna/.kube/config) has no server" },
        { "server: ''", "has no server" },
        { "server: [https://x]", "server has to be a single value, not a list" },
        { "server: api.lab.example:6443", "line 13, column 13: server has to be a URL that begins with https://" },
        { "server: api.lab.example", "server has to be a URL" },
        { "server: ftp://x", "server has to be a URL" },
        { "server: https://anna:s3cr3t@x", "server holds a user or password" },
        { "server: https://x\nproxy-url: proxy:3128", "line 14, column 16: proxy-url has to be a URL" },
        { "server: https://x\nproxy-url: ftp://anna:s3cr3t@x", "proxy-url has to be a URL" },
        { "server: https://x\ntls-server-name: a:443", "tls-server-name has to be the name of a host" },
        { "server: https://x\ninsecure-skip-tls-verify: perhaps", "insecure-skip-tls-verify has to be true or false" },
        { "server: https://x\ncertificate-authority: gone.crt",
            "certificate-authority of the cluster lab (/home/anna/.kube/config), /home/anna/.kube/gone.crt, cannot be read: there is no such file" },
        { "server: https://x\ncertificate-authority: /no", "Access to /no is denied" },
        { "server: https://x\ncertificate-authority: /empty",
            "/empty (certificate-authority of the cluster lab (/home/anna/.kube/config)) cannot be used: it holds no certificate" },
        { "server: https://x\ncertificate-authority-data: '-----BEGIN CERTIFICATE-----'", "certificate-authority-data is not base64" },
        { "server: https://x\ncertificate-authority-data: DATA+OMITTED", "certificate-authority-data is left out" },
        { "server: https://x\ncertificate-authority-data: Z2FyYmFnZQ==",
            "certificate-authority-data of the cluster lab (/home/anna/.kube/config) cannot be used: it holds no certificate" },
        { "server: https://x\ncertificate-authority-data: "
            + Identities.Base64("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "certificate-authority-data of the cluster lab (/home/anna/.kube/config) cannot be used" },
        { "server: https://x\ninsecure-skip-tls-verify: true\ncertificate-authority-data: " + Identities.Base64(Identities.EcCertificate),
            "also says insecure-skip-tls-verify" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_right_is_refused(string lines, string message)
    {
        HotstackException error = Fails(Home(Yaml(cluster: lines)).Unreadable("/no").File("/empty", ""));

        Assert.Equal(("KubeconfigInvalid", ErrorCause.ConfigurationInvalid), (error.Id, error.Cause));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(HomeFile, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void To_a_server_without_TLS_no_credentials_are_sent()
    {
        ClusterConfiguration cluster = Load(Yaml(Certified + "\ntoken: s3cr3t-Xy\nas: bob", "server: http://localhost:8080"));

        Assert.Null(cluster.Token ?? cluster.Tls.ClientCertificate ?? cluster.Tls.ClientKey);
        Assert.Equal(("http", "bob"), (cluster.Server.Scheme, cluster.ImpersonateUser));
        string warning = Assert.Single(Activity.Warnings);
        Assert.Contains("is not https: the credentials of the user anna", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", warning, StringComparison.Ordinal);
    }
}
