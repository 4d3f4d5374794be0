using Hotstack.Configuration;

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

    public bool IsEmpty => Token is null && TokenFile is null && BasicUser is null && Certificate is null;

    /// <exception cref="HotstackException">
    /// <c>ExecPluginUnsupported</c>, <c>AuthProviderUnsupported</c>, and what <see cref="ClientCertificate.Of"/> says.
    /// </exception>
    public static UserCredentials Of(KubeconfigEntry user, string context, PemReader reader, TimeProvider time, IActivity? activity)
    {
        RefuseProvider(user);
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

        if (user.Values.Map("exec") is { } exec)
        {
            Replace(exec, user, credentials, activity);
        }

        if (credentials is { Token: null, TokenFile: { } file })
        {
            Checked(reader.TextOf(user, PemReader.TokenFileKey, file), file);
        }
        else if (credentials.TokenFile is { } other)
        {
            reader.WarnIfOpen(other);
        }

        return credentials;
    }

    /// <summary>
    /// Beside a token, or a username, kubectl does not run the command either. Beside a client certificate it does; here the certificate
    /// is used.
    /// </summary>
    private static void Replace(ConfigMap exec, KubeconfigEntry user, UserCredentials credentials, IActivity? activity)
    {
        string command = PathValue.Shown(exec.Text("command") ?? "(none)");
        if (credentials.IsEmpty)
        {
            throw Unsupported("ExecPluginUnsupported", user, $"uses the exec plugin {command}, and exec plugins are not supported.");
        }

        if (credentials is { Token: null, TokenFile: null, BasicUser: null })
        {
            activity?.Warning($"The {user.Title} has a client certificate and also a command to log in ({command}). The command is not run; the certificate is used.");
        }
        else
        {
            activity?.Verbose($"The {user.Title} also has a command to log in ({command}), which is not needed.");
        }
    }

    private static void RefuseProvider(KubeconfigEntry user)
    {
        if (user.Values.Map("auth-provider") is { } provider)
        {
            throw Unsupported(
                "AuthProviderUnsupported", user, $"uses the auth-provider {provider.Text("name") ?? "(none)"}, and auth-providers are not supported.");
        }
    }

    private static HotstackException Unsupported(string id, KubeconfigEntry user, string reason) =>
        new(ErrorCause.ConfigurationInvalid, id, $"The {user.Title} {reason}") { Hint = Instead, Target = user.Name };

    /// <summary>A token that a header can carry. It is not shown.</summary>
    private static string Checked(string token, string place)
    {
        string trimmed = token.Trim();
        string? problem = trimmed.Length == 0 ? "empty"
            : PemReader.IsLeftOut(trimmed) ? "left out, as by 'kubectl config view' without --raw"
            : trimmed.All(sign => sign is > ' ' and < '\x7f') ? null
            : "none: it has blanks, line breaks or letters beyond ASCII in it";
        return problem is null
            ? trimmed
            : throw KubeconfigErrors.Invalid(
                $"{place}: the token is {problem}.", "Put what 'oc whoami -t' or 'oc create token' prints there.");
    }
}
