namespace Hotstack.OpenStack.Configuration;

/// <summary>The way to authenticate: as named, or else as the values at hand suggest.</summary>
internal static class AuthTypeChoice
{
    private const string Supported = "password, token, v3applicationcredential, admin_token and none";

    /// <param name="named">The <c>auth_type</c>; null if there is none.</param>
    /// <param name="auth">The values of authentication.</param>
    /// <param name="cloud">The cloud, for messages.</param>
    /// <returns>One of <see cref="AuthTypes"/>.</returns>
    /// <exception cref="HotstackException"><c>AuthTypeNotSupported</c>.</exception>
    public static string Of(string? named, IReadOnlyDictionary<string, string> auth, CloudEntry cloud) =>
        named?.ToLowerInvariant() switch
        {
            null => Inferred(auth),
            "password" or "v3password" => AuthTypes.Password,
            "token" or "v3token" => AuthTypes.Token,
            "v3applicationcredential" => AuthTypes.ApplicationCredential,
            "admin_token" or "token_endpoint" => AuthTypes.AdminToken,
            "none" => AuthTypes.None,
            var other => throw NotSupported(named, other, cloud),
        };

    private static string Inferred(IReadOnlyDictionary<string, string> auth)
    {
        if (auth.ContainsKey("application_credential_id") || auth.ContainsKey("application_credential_name"))
        {
            return AuthTypes.ApplicationCredential;
        }

        if (!auth.ContainsKey("token") || auth.ContainsKey("password"))
        {
            return AuthTypes.Password;
        }

        return auth.ContainsKey("auth_url") || !auth.ContainsKey("endpoint") ? AuthTypes.Token : AuthTypes.AdminToken;
    }

    private static HotstackException NotSupported(string named, string type, CloudEntry cloud)
    {
        var why = type switch
        {
            _ when type.StartsWith("v2", StringComparison.Ordinal) => "version 2 of the Identity API is gone from OpenStack",
            "v3totp" or "v3multifactor" => "it asks for a passcode, and nothing is asked for here",
            _ when type.Contains("oidc", StringComparison.Ordinal)
                || type.Contains("saml", StringComparison.Ordinal)
                || type.Contains("adfs", StringComparison.Ordinal)
                || type.Contains("kerberos", StringComparison.Ordinal) => "federated and Kerberos logins are not implemented",
            _ => "it is not known here",
        };
        return new HotstackException(
            ErrorCause.ConfigurationInvalid,
            "AuthTypeNotSupported",
            $"The auth_type {named} of the {cloud.Title} is not supported: {why}. Supported are {Supported}.")
        {
            Hint = "An application credential works for every account, also for one that logs in elsewhere: make one with"
                + " 'openstack application credential create' and use auth_type v3applicationcredential.",
            Target = named,
        };
    }
}
