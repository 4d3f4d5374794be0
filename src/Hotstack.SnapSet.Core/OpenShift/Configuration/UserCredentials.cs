using Hotstack.Configuration;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift.Configuration;

/// <summary>How a user is known to the cluster.</summary>
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

    /// <summary>The program to log in by; null for none, and where something else comes before it.</summary>
    public ExecPlugin? Exec { get; private init; }

    /// <summary>The issuer of id tokens; null for none, and where something else comes before it.</summary>
    public OidcProvider? Oidc { get; private init; }

    public bool IsEmpty => Token is null && TokenFile is null && BasicUser is null && Certificate is null && Exec is null && Oidc is null;

    /// <summary>There is something for the header field that says who we are.</summary>
    private bool HasHeader => Token is not null || TokenFile is not null || BasicUser is not null;

    /// <exception cref="HotstackException">
    /// <c>AuthProviderUnsupported</c>, and what <see cref="ClientCertificate.Of"/> says.
    /// </exception>
    public static UserCredentials Of(KubeconfigEntry user, string context, PemReader reader, TimeProvider time, IActivity? activity)
    {
        ConfigMap? provider = Provider(user);
        ConfigMap values = user.Values;
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
            throw KubeconfigErrors.Invalid(
                $"The {user.Title} has a token as well as a username or password; a request carries one of them.",
                "Remove the one that is not meant.", user.Name);
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
    /// kubectl 1.32 runs no program beside a token, a username or a client certificate. It shows an id token beside a client certificate,
    /// and not beside a token or a username.
    /// </summary>
    private UserCredentials WithLogin(KubeconfigEntry user, ConfigMap? provider, PemReader reader, IActivity? activity)
    {
        if (user.Values.Map("exec") is { } exec)
        {
            if (provider is not null)
            {
                throw KubeconfigErrors.Invalid(
                    $"The {user.Title} has both an exec plugin and an auth-provider.", "Remove the one that is not meant.", user.Name);
            }

            if (IsEmpty)
            {
                return this with { Exec = ExecEntry.Of(user, exec, reader.Sources) };
            }

            activity?.Verbose($"The {user.Title} also has a command to log in ({PathValue.Shown(exec.Text("command") ?? "(none)")}), which is not needed.");
        }

        return provider is not null && !HasHeader ? this with { Oidc = OidcEntry.Of(user, provider, reader) } : this;
    }

    private static ConfigMap? Provider(KubeconfigEntry user) =>
        user.Values.Map("auth-provider") is not { } provider ? null
        : provider.Text("name") == OidcEntry.Name ? provider
        : throw Unsupported("AuthProviderUnsupported", user, $"uses the auth-provider {provider.Text("name") ?? "(none)"}, and of those only oidc is supported.");

    private static HotstackException Unsupported(string id, KubeconfigEntry user, string reason) =>
        new(ErrorCause.ConfigurationInvalid, id, $"The {user.Title} {reason}") { Hint = Instead, Target = user.Name };

    /// <summary>A token that a header can carry. It is not shown.</summary>
    private static string Checked(string token, string place)
    {
        string trimmed = token.Trim();
        string? problem = PemReader.IsLeftOut(trimmed) ? "left out, as by 'kubectl config view' without --raw" : LoginCredential.TokenFault(trimmed);
        return problem is null
            ? trimmed
            : throw KubeconfigErrors.Invalid(
                $"{place}: the token is {problem}.", "Put what 'oc whoami -t' or 'oc create token' prints there.");
    }
}
