using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Reads the <c>auth-provider</c> <c>oidc</c> of a user.</summary>
internal static class OidcEntry
{
    /// <summary>The only auth-provider that kubectl still supports.</summary>
    public const string Name = "oidc";

    /// <param name="user">The user.</param>
    /// <param name="provider">Its <c>auth-provider</c>.</param>
    /// <param name="reader">Reads the issuer's authorities.</param>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static OidcProvider Of(KubeconfigEntry user, DocMap provider, PemReader reader)
    {
        DocMap config = provider.Map("config") ?? new DocMap(provider.Mark);
        // The reader of certificates takes an entry.
        var entry = new KubeconfigEntry("config", $"of the auth-provider of {user.Name}", provider, user.File);
        return new OidcProvider
        {
            Title = user.Title,
            Issuer = Issuer(config),
            ClientId = config.Text("client-id") ?? throw config.Mark.Error("the auth-provider oidc has no client-id."),
            ClientSecret = config.Text("client-secret"),
            IdToken = Token(config, "id-token"),
            RefreshToken = Text(config, "refresh-token"),
            Tls = new TlsConfiguration
            {
                CaCertificates = reader.Read(entry, "idp-certificate-authority")?.Text,
                Origin = user.Title,
                Hints = ConnectionHints.Kubeconfig with
                {
                    CertificateFile = "Check 'idp-certificate-authority', or 'idp-certificate-authority-data', in the kubeconfig.",
                },
            },
        };
    }

    /// <summary>The issuer gets the refresh token, so it must be https (OpenID Connect Discovery 1.0, 3); API servers accept no other.</summary>
    private static Uri Issuer(DocMap config)
    {
        const string hint = "It looks like https://login.example/realms/lab.";
        string text = config.Text("idp-issuer-url") ?? throw config.Mark.Error("the auth-provider oidc has no idp-issuer-url.", hint);
        return ServerAddress.OrNull(text) is { UserInfo: "" } url && url.Scheme == Uri.UriSchemeHttps
            ? url
            : throw config["idp-issuer-url"]!.Mark.Error("idp-issuer-url has to be a URL that begins with https://, without a user.", hint);
    }

    private static string? Token(DocMap config, string key) =>
        Text(config, key) is not { } token || OidcLogin.TryReadExpiry(token, out _)
            ? Text(config, key)
            : throw config[key]!.Mark.Error($"{key} is no JWT.", "Log in to the issuer again with the tool that wrote this kubeconfig.");

    private static string? Text(DocMap config, string key) => config.Text(key)?.Trim() switch
    {
        null or "" => null,
        { } text when PemReader.IsLeftOut(text) => throw config[key]!.Mark.Error($"{key} is left out, as by 'kubectl config view' without --raw.", "Write the kubeconfig again: kubectl config view --raw."),
        { } text => text,
    };
}
