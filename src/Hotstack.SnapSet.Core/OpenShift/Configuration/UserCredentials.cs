using System.Collections.ObjectModel;
using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift.Configuration;

/// <summary>The credentials of a user.</summary>
internal sealed record UserCredentials
{
    public static readonly UserCredentials None = new();

    private const string Instead = "Use a kubeconfig with a client certificate, such as the installer's auth/kubeconfig, or one with a"
        + " token: log in with 'oc login', or put what 'oc whoami -t' or 'oc create token' prints into the user's 'token'.";

    public string? Token { get; private init; }

    public string? TokenFile { get; private init; }

    public string? BasicUser { get; private init; }

    public string? BasicPassword { get; private init; }

    public ClientCertificate? Certificate { get; private init; }

    /// <summary>The login plugin; null for none, and if other credentials take precedence.</summary>
    public ExecPlugin? Exec { get; private init; }

    /// <summary>The issuer of id tokens; null for none, and if other credentials take precedence.</summary>
    public OidcProvider? Oidc { get; private init; }

    public bool IsEmpty => Token is null && TokenFile is null && BasicUser is null && Certificate is null && Exec is null && Oidc is null;

    /// <summary>There are credentials for the Authorization header.</summary>
    private bool HasHeader => Token is not null || TokenFile is not null || BasicUser is not null;

    /// <exception cref="HotstackException">
    /// <c>AuthProviderUnsupported</c>, and those of <see cref="ClientCertificate.Of"/>.
    /// </exception>
    public static UserCredentials Of(KubeconfigEntry user, string context, PemReader reader, TimeProvider time, IActivity? activity)
    {
        DocMap? provider = Provider(user);
        DocMap values = user.Values;
        var credentials = new UserCredentials
        {
            Token = values.Text("token") is { } token ? Checked(token, values["token"]!.Mark.ToString()) : null,
            TokenFile = reader.PathOf(user, PemReader.TokenFileKey),
            BasicUser = values.Text("username"),
            BasicPassword = values.Text("username") is null ? null : values.Text("password"),
            Certificate = ClientCertificate.Of(user, context, reader, time, activity),
        };
        if ((credentials.Token ?? credentials.TokenFile) is not null && (values.Text("username") ?? values.Text("password")) is not null)
        {
            throw KubeconfigFile.Invalid(
                $"The {user.Title} has a token as well as a username or password; a request carries one of them.",
                "Remove one of them.", user.Name);
        }

        if (credentials is { Token: null, TokenFile: { } file })
        {
            Checked(reader.TextOf(user, PemReader.TokenFileKey, file), file);
        }
        else if (credentials.TokenFile is { } other)
        {
            reader.WarnIfOpen(other);
        }

        return credentials.WithLogin(user, provider, reader, activity);
    }

    /// <summary>
    /// kubectl 1.32 runs no plugin beside a token, a username or a client certificate. It sends an id token beside a client certificate,
    /// but not beside a token or a username.
    /// </summary>
    private UserCredentials WithLogin(KubeconfigEntry user, DocMap? provider, PemReader reader, IActivity? activity)
    {
        if (user.Values.Map("exec") is { } exec)
        {
            if (provider is not null)
            {
                throw KubeconfigFile.Invalid(
                    $"The {user.Title} has both an exec plugin and an auth-provider.", "Remove one of them.", user.Name);
            }

            if (IsEmpty)
            {
                return this with { Exec = ExecEntry.Of(user, exec, reader.Sources) };
            }

            activity?.Verbose($"The {user.Title} also has a command to log in ({PathValue.Shown(exec.Text("command") ?? "(none)")}), which is not needed.");
        }

        return provider is not null && !HasHeader ? this with { Oidc = OidcEntry.Of(user, provider, reader) } : this;
    }

    private static DocMap? Provider(KubeconfigEntry user) =>
        user.Values.Map("auth-provider") is not { } provider ? null
        : provider.Text("name") == OidcEntry.Name ? provider
        : throw Unsupported("AuthProviderUnsupported", user,
            $"uses the auth-provider {provider.Text("name") ?? "(none)"}, and of those only oidc is supported.");

    private static HotstackException Unsupported(string id, KubeconfigEntry user, string reason) =>
        new(ErrorCause.ConfigurationInvalid, id, $"The {user.Title} {reason}") { Hint = Instead, Target = user.Name };

    /// <summary>A token that a header can carry. No message shows it.</summary>
    private static string Checked(string token, string place)
    {
        string trimmed = token.Trim();
        string? problem = PemReader.IsLeftOut(trimmed) ? "left out, as by 'kubectl config view' without --raw"
            : LoginCredential.TokenFault(trimmed);
        return problem is null
            ? trimmed
            : throw KubeconfigFile.Invalid(
                $"{place}: the token is {problem}.", "Put what 'oc whoami -t' or 'oc create token' prints there.");
    }
}

/// <summary>The identity that a user acts as: <c>as</c>, <c>as-uid</c>, <c>as-groups</c> and <c>as-user-extra</c>.</summary>
internal sealed record Impersonation(
    string? User, string? Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    public static readonly Impersonation None = new(null, null, [], ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty);

    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static Impersonation Of(DocMap user, string title)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (user.Map("as-user-extra") is { } map)
        {
            foreach (string key in map.Keys)
            {
                extra[key] = KubeconfigEntry.Texts(map, key);
            }
        }

        var found = new Impersonation(user.Text("as"), user.Text("as-uid"), KubeconfigEntry.Texts(user, "as-groups"), extra.AsReadOnly());
        found.CheckTexts(title);
        return found.User is not null || (found.Uid is null && found.Groups.Count == 0 && extra.Count == 0)
            ? found
            : throw KubeconfigFile.Invalid(
                $"The {title} has as-uid, as-groups or as-user-extra without as.", "Name the user to act as in 'as', or remove them.");
    }

    /// <summary>A header field carries any letters in UTF-8, but no control characters (RFC 9110, 5.5).</summary>
    private void CheckTexts(string title)
    {
        (string Key, string? Text)[] texts =
        [
            ("as", User), ("as-uid", Uid), .. Groups.Select(group => ("as-groups", (string?)group)),
            .. Extra.Values.SelectMany(values => values).Select(value => ("as-user-extra", (string?)value)),
        ];
        if (texts.FirstOrDefault(text => text.Text is { } given && !IsCarried(given)) is { Key: { } key })
        {
            throw KubeconfigFile.Invalid(
                $"The {title} has a line break, a control character or half a character in {key}, which no request can carry.",
                $"Correct its '{key}'.");
        }
    }

    /// <summary>Half of a surrogate pair is read as the replacement character, which would name another user.</summary>
    private static bool IsCarried(string text) =>
        text.All(sign => sign == '\t' || !char.IsControl(sign)) && !text.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar);
}

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

    /// <summary>The issuer gets the refresh token, so it must be https (OpenID Connect Discovery 1.0, 3); API servers accept no
    /// other.</summary>
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
        { } text when PemReader.IsLeftOut(text) => throw config[key]!.Mark.Error(
            $"{key} is left out, as by 'kubectl config view' without --raw.", "Write the kubeconfig again: kubectl config view --raw."),
        { } text => text,
    };
}
