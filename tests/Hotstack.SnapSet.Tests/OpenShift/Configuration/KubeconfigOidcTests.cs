using Hotstack.OpenShift.Login;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>The auth-provider <c>oidc</c> of a user.</summary>
public sealed class KubeconfigOidcTests : KubeconfigFixture
{
    private const string Least = "client-id: kube, idp-issuer-url: 'https://login.example/'";

    [Fact]
    public void All_of_it_is_read()
    {
        string ca = Identities.Base64(Identities.EcCertificate);
        OidcProvider provider = Load(
            Yaml($"auth-provider: {{name: oidc, config: {{{Least}, client-secret: s3cr3t, id-token: {Jwt}, refresh-token: ' s3cr3t-r ', idp-certificate-authority-data: {ca}, extra-scopes: groups}}}}")).Oidc!;

        Assert.Equal(("https://login.example/", "kube", "s3cr3t", Jwt, "s3cr3t-r"),
            (provider.Issuer.AbsoluteUri, provider.ClientId, provider.ClientSecret, provider.IdToken, provider.RefreshToken));
        Assert.Equal((Identities.EcCertificate, "user anna (/home/anna/.kube/config)"), (provider.Tls.CaCertificates, provider.Title));
        Assert.Empty(Activity.Warnings);
        Assert.DoesNotContain("s3cr3t", $"{provider} {string.Concat(Activity.Everything)}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_authority_of_the_issuer_may_be_a_file_beside_the_kubeconfig() => Assert.Equal(
        Identities.EcCertificate,
        Load(Home(Yaml($"auth-provider: {{name: oidc, config: {{{Least}, idp-certificate-authority: ca.crt}}}}"))
            .File("/home/anna/.kube/ca.crt", Identities.EcCertificate)).Oidc!.Tls.CaCertificates);

    /// <summary>As client-go, which adds an id token to a client certificate, and to nothing else.</summary>
    [Theory]
    [InlineData("token: s3cr3t-Xy", false)]
    [InlineData("username: anna\npassword: s3cr3t", false)]
    [InlineData("", true)]
    public void Beside_a_token_it_is_not_used(string lines, bool isUsed)
    {
        string provider = $"auth-provider: {{name: oidc, config: {{{Least}}}}}";
        ClusterConfiguration cluster = Load(Yaml(lines.Length == 0 ? $"{Certified}\n{provider}" : $"{lines}\n{provider}"));

        Assert.Equal(isUsed, cluster.Oidc is not null);
    }

    [Theory]
    [InlineData("auth-provider: {name: oidc}", "has no idp-issuer-url")]
    [InlineData("auth-provider: {name: oidc, config: {client-id: a}}", "line 17, column 41: the auth-provider oidc has no idp-issuer-url")]
    [InlineData("auth-provider: {name: oidc, config: {idp-issuer-url: 'https://a'}}", "has no client-id")]
    [InlineData("auth-provider: {name: oidc, config: {client-id: a, idp-issuer-url: 'http://a'}}", "idp-issuer-url has to be a URL that begins with https://")]
    [InlineData("auth-provider: {name: oidc, config: {client-id: a, idp-issuer-url: 'https://u:s3cr3t@a'}}", "without a user")]
    [InlineData("auth-provider: {name: oidc, config: {client-id: a, idp-issuer-url: login}}", "has to be a URL")]
    [InlineData($"auth-provider: {{name: oidc, config: {{{Least}, id-token: s3cr3t}}}}", "id-token is no JWT")]
    [InlineData($"auth-provider: {{name: oidc, config: {{{Least}, id-token: REDACTED}}}}", "id-token is left out")]
    [InlineData($"auth-provider: {{name: oidc, config: {{{Least}, refresh-token: REDACTED}}}}", "refresh-token is left out")]
    [InlineData($"auth-provider: {{name: oidc, config: {{{Least}, refresh-token: [s3cr3t]}}}}", "refresh-token has to be a single value")]
    [InlineData($"auth-provider: {{name: oidc, config: {{{Least}, idp-certificate-authority-data: s3cr3t!}}}}", "idp-certificate-authority-data is not base64")]
    [InlineData($"auth-provider: {{name: oidc, config: {{{Least}, idp-certificate-authority: gone.crt}}}}", "/home/anna/.kube/gone.crt, cannot be read")]
    [InlineData("auth-provider: {name: oidc, config: [s3cr3t]}", "config has to be a mapping")]
    public void What_cannot_be_right_is_refused(string user, string message) => Refuses(Yaml(user), message);

    private static string Jwt { get; } = $"e30.{OidcLoginTests.Base64("""{"exp":1}""")}.s3cr3t";
}
