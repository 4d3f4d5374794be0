using System.Net.Http.Headers;
using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>How we are known to the cluster.</summary>
public sealed class KubeconfigUserTests : KubeconfigFixture
{
    [Theory]
    [InlineData("RSA PKCS#1")]
    [InlineData("RSA PKCS#8")]
    [InlineData("EC SEC 1")]
    [InlineData("EC SEC 1 with parameters")]
    [InlineData("EC PKCS#8")]
    [InlineData("chain")]
    public void By_a_certificate_whose_key_has_any_usual_form(string kind)
    {
        (string certificate, string key) = Identities.Of(kind);
        string user = $"client-certificate-data: {Identities.Base64(certificate)}\nclient-key-data: {Identities.Base64(key)}";

        ClusterConfiguration cluster = Load(Yaml(user));

        Assert.Equal((certificate, key), (cluster.Tls.ClientCertificate, cluster.Tls.ClientKey));
        Assert.Equal(Identities.NotAfter, cluster.ClientCertificateNotAfter);
        Assert.Empty(Activity.Warnings);
        using HttpClient http = HttpTransport.Create(cluster.Tls);
    }

    [Fact]
    public void By_files_of_a_certificate()
    {
        var sources = Home(Yaml("client-certificate: pki/anna.crt\nclient-key: /k/anna.key"))
            .File("/home/anna/.kube/pki/anna.crt", Identities.EcCertificate).File("/k/anna.key", Identities.EcKey);

        TlsConfiguration tls = Load(sources).Tls;

        Assert.Equal((Identities.EcCertificate, Identities.EcKey, null), (tls.ClientCertificate, tls.ClientKey, tls.ClientCertificatePath));
    }

    [Fact]
    public void By_a_certificate_of_which_the_kubeconfig_beats_the_files()
    {
        Assert.Equal(Identities.EcKey, Load(Yaml(Certified + "\nclient-certificate: gone\nclient-key: gone")).Tls.ClientKey);
        Assert.Equal(2, Activity.Warnings.Count);
    }

    [Fact]
    public void A_key_alone_is_not_used()
    {
        Assert.Null(Load(Yaml("token: s3cr3t-Xy\nclient-key: gone")).Tls.ClientKey);
        Assert.Contains("without a client-certificate", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(8, null)]
    [InlineData(9.5, "expires soon, at 2026-03-11 12:00:00 UTC")]
    public void A_certificate_that_expires_soon_is_warned_of(double days, string? warning)
    {
        ClusterConfiguration cluster = Load(Home(Yaml(Certified)), time: new ManualClock(Identities.Now.AddDays(days)));

        Assert.NotNull(cluster.Tls.ClientCertificate);
        Assert.Equal(warning is not null,
            Activity.Warnings.Any(text => text.Contains($"context admin {warning}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(10.01, "ClientCertificateExpired", "expired at 2026-03-11 12:00:00 UTC", "auth/kubeconfig")]
    [InlineData(-1.5, "ClientCertificateNotYetValid", "is valid from 2026-02-28 12:00:00 UTC; it is 2026-02-28 00:00:00 UTC", "clock")]
    public void One_that_is_not_valid_now_is_refused(double days, string id, string message, string hint)
    {
        HotstackException error = Fails(Home(Yaml(Certified)), time: new ManualClock(Identities.Now.AddDays(days)));

        Assert.Equal((id, ErrorCause.AuthenticationFailed), (error.Id, error.Cause));
        Golden.Message(error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token: sha256~s3cr3t", "sha256~s3cr3t")]
    [InlineData("token: |\n  s3cr3t-Xy\n", "s3cr3t-Xy")]
    [InlineData("token: 0123", "0123")]
    public void By_a_token_that_a_header_can_carry(string line, string token)
    {
        Assert.Equal(token, Load(Yaml(line)).Token);
        Assert.Equal(token, new AuthenticationHeaderValue("Bearer", token).Parameter);
    }

    [Theory]
    [InlineData("tokenFile: token", "/home/anna/.kube/token", null)]
    [InlineData("tokenFile: /run/token", "/run/token", null)]
    [InlineData("tokenFile: /gone\ntoken: s3cr3t-Xy", "/gone", "s3cr3t-Xy")]
    public void By_a_file_of_a_token(string lines, string path, string? token)
    {
        var sources = Home(Yaml(lines)).File("/run/token", "s3cr3t\n").File("/home/anna/.kube/token", "s3cr3t\n");

        Assert.Equal((path, token), (Load(sources).TokenFile, Load(sources).Token));
    }

    [Fact]
    public void By_a_password()
    {
        ClusterConfiguration cluster = Load(Yaml("username: anna\npassword: s3cr3t"));

        Assert.Equal(("anna", "s3cr3t", null), (cluster.BasicUser, cluster.BasicPassword, cluster.Token));
    }

    [Fact]
    public void By_a_certificate_as_well_as_a_token()
    {
        ClusterConfiguration cluster = Load(Yaml(Certified + "\ntoken: s3cr3t-Xy"));

        Assert.Equal(("s3cr3t-Xy", Identities.EcKey), (cluster.Token, cluster.Tls.ClientKey));
    }

    [Fact]
    public void As_somebody_else()
    {
        ClusterConfiguration cluster = Load(Yaml(
            """
            token: s3cr3t-Xy
            as: system:admin
            as-uid: 1000
            as-groups: [system:masters, 7]
            as-user-extra: {scopes: [view, edit], reason: [dirty]}
            """));

        Assert.Equal(("system:admin", "1000"), (cluster.ImpersonateUser, cluster.ImpersonateUid));
        Assert.Equal(["system:masters", "7"], cluster.ImpersonateGroups);
        Assert.Equal(["scopes", "reason"], cluster.ImpersonateExtra.Keys);
        Assert.Equal(["view", "edit"], cluster.ImpersonateExtra["scopes"]);
    }

    [Fact]
    public void Or_as_oneself()
    {
        ClusterConfiguration cluster = Load(Yaml());

        Assert.Null(cluster.ImpersonateUser ?? cluster.ImpersonateUid);
        Assert.Empty(cluster.ImpersonateGroups);
        Assert.Empty(cluster.ImpersonateExtra);
    }

    [Theory]
    [InlineData("auth-provider: {name: gcp, config: {access-token: s3cr3t}}", "gcp")]
    [InlineData("auth-provider: {name: azure, config: {refresh-token: s3cr3t}}", "azure")]
    [InlineData("auth-provider: {name: OIDC, config: {refresh-token: s3cr3t}}", "OIDC")]
    [InlineData("auth-provider: {}", "(none)")]
    [InlineData("token: s3cr3t-Xy\nauth-provider: {name: gcp}", "gcp")]
    public void Other_auth_providers_than_oidc_are_refused_by_their_name(string lines, string name)
    {
        HotstackException error = Fails(Yaml(lines));

        Assert.Equal(("AuthProviderUnsupported", ErrorCause.ConfigurationInvalid), (error.Id, error.Cause));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.All(["auth/kubeconfig", "oc create token", "oc whoami -t"],
            way => Assert.Contains(way, error.Hint, StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "token: [s3cr3t]", "token has to be a single value, not a list" },
        { "token: '  '", "line 17, column 12: the token is empty" },
        { "token: REDACTED", "the token is left out" },
        { "token: s3cr3t Xy", "the token is not valid: it holds blanks" },
        { "token: s3cr3t-ü", "characters beyond ASCII" },
        { "token: s3cr3t-Xy\nusername: anna", "a token as well as a username or password" },
        { "token: s3cr3t-Xy\npassword: s3cr3t", "a token as well as a username or password" },
        { "tokenFile: /run/token\nusername: anna\npassword: s3cr3t", "a token as well as a username or password" },
        { "tokenFile: gone", "The tokenFile of the user anna (/home/anna/.kube/config), /home/anna/.kube/gone, cannot be read: there is no such file" },
        { "tokenFile: /empty", "/empty: the token is empty" },
        { "tokenFile: /no", "Access to /no is denied" },
        { "token: s3cr3t-Xy\nas-groups: [a]", "as-uid, as-groups or as-user-extra without as" },
        { "token: s3cr3t-Xy\nas-uid: 1", "without as" },
        { "token: s3cr3t-Xy\nas-user-extra: {a: [b]}", "without as" },
        { "token: s3cr3t-Xy\nas: bob\nas-groups: {a: b}", "as-groups has to be a list, not a mapping" },
        { "token: s3cr3t-Xy\nas: bob\nas-groups: [[b]]", "as-groups has to be a list of texts" },
        { "token: s3cr3t-Xy\nas: bob\nas-user-extra: [a]", "as-user-extra has to be a mapping, not a list" },
        { "exec: aws", "exec has to be a mapping, not a single value" },
        { "client-certificate-data: s3cr3t!", "client-certificate-data is not base64" },
        { "client-certificate-data: " + Identities.Base64(Identities.EcCertificate), "a client-certificate without a client-key" },
        { "client-certificate: gone\nclient-key: gone",
            "The client-certificate of the user anna (/home/anna/.kube/config), /home/anna/.kube/gone, cannot be read" },
        { $"client-certificate-data: {Identities.Base64(Identities.EcCertificate)}\nclient-key-data: REDACTED",
            "client-key-data is left out" },
        { $"client-certificate-data: {Identities.Base64(Identities.EcCertificate)}\nclient-key: /empty",
            "together with /empty (client-key of the user anna (/home/anna/.kube/config)): there is no private key" },
        { $"client-certificate-data: {Identities.Base64("s3cr3t")}\nclient-key-data: {Identities.Base64(Identities.EcKey)}",
            "it holds no certificate" },
        { Pair("foreign"), "belongs to another certificate" },
        { Pair("encrypted"), "is encrypted" },
        { $"client-certificate-data: {Identities.Base64(Identities.EcCertificate)}\nclient-key-data: {Identities.Base64("-----BEGIN PRIVATE KEY-----\nc3M=\n-----END PRIVATE KEY-----")}", "private key is broken" },
        { $"client-certificate-data: {Identities.Base64("-----BEGIN CERTIFICATE-----\nc3M=\n-----END CERTIFICATE-----")}\nclient-key-data: {Identities.Base64(Identities.EcKey)}", "cannot be used together with" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_right_is_refused(string lines, string message)
    {
        HotstackException error = Fails(Home(Yaml(lines)).Unreadable("/no").File("/empty", ""));

        Assert.Equal(("KubeconfigInvalid", ErrorCause.ConfigurationInvalid), (error.Id, error.Cause));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Identities.Base64(Identities.EcKey), error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY-----", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_we_are_nobody_and_warned()
    {
        Load(Yaml("{}"));

        Assert.Contains("The user anna (/home/anna/.kube/config) has no credentials", Assert.Single(Activity.Warnings),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("username: anna\npassword: s3cr3t")]
    [InlineData("token: s3cr3t-Xy")]
    public void No_secret_shows_when_printed_or_told(string lines)
    {
        ClusterConfiguration cluster = Load(Yaml(Certified + "\n" + lines));

        string shown = $"{cluster} {cluster.Tls} {string.Concat(Activity.Everything)}";
        Assert.StartsWith("admin: https://api.lab.example:6443/ as anna, from /home/anna/.kube/config", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", shown, StringComparison.Ordinal);
    }

    private static string Pair(string kind)
    {
        (string certificate, string key) = Identities.Of(kind);
        return $"client-certificate-data: {Identities.Base64(certificate)}\nclient-key-data: {Identities.Base64(key)}";
    }
}
