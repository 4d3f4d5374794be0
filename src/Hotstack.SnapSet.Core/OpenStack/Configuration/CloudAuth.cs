using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>The authentication of a cloud: its type, and the values that it needs.</summary>
internal sealed class CloudAuth(CloudEntry cloud, ConfigurationSources sources, IActivity? activity)
{
    private const string Supported = "password, token, v3applicationcredential, admin_token and none";

    /// <summary>The cloud's own key takes precedence over the one under <c>auth</c>, as in openstacksdk.</summary>
    private static readonly string[] OwnKeyFirst =
    [
        "project_id", "project_name", "domain_id", "domain_name", "user_domain_id", "user_domain_name",
        "project_domain_id", "project_domain_name", "token",
    ];

    /// <summary>The key under <c>auth</c> takes precedence over the cloud's own.</summary>
    private static readonly string[] AuthFirst =
    [
        "auth_url", "username", "user_id", "password", "trust_id", "system_scope", "default_domain_id",
        "default_domain_name", "default_domain", "application_credential_id", "application_credential_name",
        "application_credential_secret", "endpoint", "url", "passcode",
    ];

    private static readonly string[][] Scopes =
        [["project_id", "project_name"], ["domain_id", "domain_name"], ["trust_id"], ["system_scope"]];

    private static readonly string[] NotForApplicationCredentials =
        ["project_id", "project_name", "project_domain_id", "project_domain_name", "trust_id", "system_scope"];

    private static readonly string[] Owners = ["user", "project"];
    private static readonly string[] UserKeys = ["username", "user_id"];
    private static readonly string[] CredentialKeys = ["application_credential_id", "application_credential_name"];

    /// <summary>Whether a key of the cloud belongs to authentication, and so not to its settings.</summary>
    public static bool Owns(string key) => key is "auth" or "auth_type" || OwnKeyFirst.Contains(key) || AuthFirst.Contains(key);

    /// <summary>The values of authentication, from <c>auth</c> and from the cloud's own keys.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>: a value is a list or a mapping.</exception>
    public static Dictionary<string, string> Values(DocMap keys)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (keys.Map("auth") is { } auth)
        {
            Put(auth.Keys, auth);
        }

        Put(OwnKeyFirst, keys);
        Put(AuthFirst.Where(key => !values.ContainsKey(key)), keys);
        return values;

        void Put(IEnumerable<string> names, DocMap map)
        {
            foreach (string key in names)
            {
                if (map.Text(key) is { } value)
                {
                    values[key] = value;
                }
            }
        }
    }

    /// <summary>The type of authentication: as named, otherwise as the values suggest.</summary>
    /// <param name="named">The <c>auth_type</c>; null if there is none.</param>
    /// <param name="auth">The values of authentication.</param>
    /// <returns>One of <see cref="AuthTypes"/>.</returns>
    /// <exception cref="HotstackException"><c>AuthTypeNotSupported</c>.</exception>
    public string TypeOf(string? named, IReadOnlyDictionary<string, string> auth) => named?.ToLowerInvariant() switch
    {
        null => Inferred(auth),
        "password" or "v3password" => AuthTypes.Password,
        "token" or "v3token" => AuthTypes.Token,
        "v3applicationcredential" => AuthTypes.ApplicationCredential,
        "admin_token" or "token_endpoint" => AuthTypes.AdminToken,
        "none" => AuthTypes.None,
        var other => throw NotSupported(named, other),
    };

    /// <summary>Fills in the domains, and checks scope and completeness.</summary>
    /// <exception cref="HotstackException">
    /// <c>CloudConfigInvalid</c>: several scopes, or missing values, all of them named; <c>ScopeNotSupported</c>: the system.
    /// </exception>
    public void Complete(Dictionary<string, string> auth, string authType)
    {
        if (authType is AuthTypes.AdminToken or AuthTypes.None)
        {
            // An older name of the same.
            if (auth.Remove("url", out string? url))
            {
                auth.TryAdd("endpoint", url);
            }
        }
        else
        {
            if (authType == AuthTypes.ApplicationCredential)
            {
                DropScope(auth);
            }

            FillDomains(auth, authType);
            CheckScope(auth);
        }

        CheckRequirements(auth, authType);
    }

    private static string Inferred(IReadOnlyDictionary<string, string> auth)
    {
        if (CredentialKeys.Any(auth.ContainsKey))
        {
            return AuthTypes.ApplicationCredential;
        }

        if (!auth.ContainsKey("token") || auth.ContainsKey("password"))
        {
            return AuthTypes.Password;
        }

        return auth.ContainsKey("auth_url") || !auth.ContainsKey("endpoint") ? AuthTypes.Token : AuthTypes.AdminToken;
    }

    private HotstackException NotSupported(string named, string type)
    {
        string why = type switch
        {
            _ when type.StartsWith("v2", StringComparison.Ordinal) => "version 2 of the Identity API is gone from OpenStack",
            "v3totp" or "v3multifactor" => "it asks for a passcode, and there is no prompt here",
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
            Hint = "An application credential works for every account, also for one that logs in elsewhere: create one with"
                + " 'openstack application credential create' and use auth_type v3applicationcredential.",
            Target = named,
        };
    }

    /// <summary>
    /// An application credential has its own scope: Keystone answers 401 if a request has one. <c>domain_*</c> stays, as it may be
    /// the domain of the user.
    /// </summary>
    private void DropScope(Dictionary<string, string> auth)
    {
        string[] dropped = [.. NotForApplicationCredentials.Where(auth.Remove)];
        if (dropped.Length > 0)
        {
            activity?.Verbose($"An application credential has its own project: ignoring {NameList.All(dropped)} of the {cloud.Title}.");
        }
    }

    /// <summary>
    /// Fills in the domains of user and project, so that no name is sent without its domain. In order: their own; the
    /// <c>domain_*</c> beside a project; <c>default_domain_*</c>; the domain with the id <c>default</c>, as the openstack
    /// command does. An id and a name are never mixed.
    /// </summary>
    private void FillDomains(Dictionary<string, string> auth, string authType)
    {
        bool hasProject = auth.ContainsKey("project_id") || auth.ContainsKey("project_name");
        // Without a project, and where a scope is possible, domain_* is the scope itself.
        if (hasProject || authType == AuthTypes.ApplicationCredential)
        {
            FillDomains(auth, auth.GetValueOrDefault("domain_id"), auth.GetValueOrDefault("domain_name"));
            auth.Remove("domain_id");
            auth.Remove("domain_name");
        }

        FillDomains(
            auth,
            auth.GetValueOrDefault("default_domain_id") ?? auth.GetValueOrDefault("default_domain"),
            auth.GetValueOrDefault("default_domain_name"));
        foreach (string owner in Owners.Where(owner => NeedsDomain(auth, owner)))
        {
            auth[$"{owner}_domain_id"] = "default";
            activity?.Verbose($"The {cloud.Title} names no {owner}_domain_name or {owner}_domain_id: using the domain 'default'.");
        }
    }

    private static void FillDomains(Dictionary<string, string> auth, string? id, string? name)
    {
        foreach (string owner in Owners.Where(owner => !HasDomain(auth, owner)))
        {
            if (id is not null)
            {
                auth[$"{owner}_domain_id"] = id;
            }
            else if (name is not null)
            {
                auth[$"{owner}_domain_name"] = name;
            }
        }
    }

    private static bool NeedsDomain(Dictionary<string, string> auth, string owner) =>
        auth.ContainsKey(owner == "user" ? "username" : "project_name") && !auth.ContainsKey($"{owner}_id") && !HasDomain(auth, owner);

    private static bool HasDomain(Dictionary<string, string> auth, string owner) =>
        auth.ContainsKey($"{owner}_domain_id") || auth.ContainsKey($"{owner}_domain_name");

    /// <summary>A token has at most one scope: a project, a domain, a trust or the system.</summary>
    private void CheckScope(Dictionary<string, string> auth)
    {
        string[] given = [.. Scopes.Select(keys => keys.FirstOrDefault(auth.ContainsKey)).OfType<string>()];
        if (given.Length > 1)
        {
            throw CloudErrors.Invalid(
                $"The {cloud.Title} asks for several scopes at once, by {NameList.All(given)}; a token has one.",
                "Keep one of them. A trust brings its project along.",
                cloud.Name);
        }

        if (auth.ContainsKey("system_scope"))
        {
            throw new HotstackException(
                ErrorCause.ConfigurationInvalid,
                "ScopeNotSupported",
                $"The {cloud.Title} asks for a token for the whole system (system_scope), which cannot own servers or images.")
            {
                Hint = "Name the project instead: project_name, or project_id.",
                Target = cloud.Name,
            };
        }
    }

    private void CheckRequirements(Dictionary<string, string> auth, string authType)
    {
        IEnumerable<string[]> required = Required(authType);
        if (authType == AuthTypes.ApplicationCredential && !auth.ContainsKey("application_credential_id")
            && auth.ContainsKey("application_credential_name"))
        {
            // A name is unique only to its user.
            required = required.Append(UserKeys);
        }

        string[][] missing = [.. required.Where(keys => !keys.Any(auth.ContainsKey))];
        if (missing.Length == 0)
        {
            return;
        }

        Func<string, string> spelling = cloud.File is null ? VariablesCloud.VariableOf : key => key;
        string names = NameList.All(missing.Select(keys => string.Join(" or ", keys.Select(spelling))));
        throw CloudErrors.Invalid(
            $"The {cloud.Title} cannot authenticate by {authType}: it lacks {names}.",
            cloud.File is null ? VariablesHint() : FileHint(),
            cloud.Name);
    }

    /// <summary>Of each item one key is required.</summary>
    private static IEnumerable<string[]> Required(string authType) => authType switch
    {
        AuthTypes.Password => [["auth_url"], UserKeys, ["password"]],
        AuthTypes.Token => [["auth_url"], ["token"]],
        AuthTypes.ApplicationCredential => [["auth_url"], CredentialKeys, ["application_credential_secret"]],
        AuthTypes.AdminToken => [["endpoint"], ["token"]],
        _ => [],
    };

    private string FileHint() =>
        $"Add it under clouds.{cloud.Name}.auth in {cloud.File}; a secret can be in a secure.yaml of the same structure"
        + " instead. There is no prompt, and OS_* variables do not add to the cloud of a file.";

    private string VariablesHint() =>
        $"Set it; there is no prompt. This cloud exists because of {NameList.All(VariablesCloud.Variables(sources))};"
        + " to use one of a clouds.yaml instead, name it with -Cloud or in OS_CLOUD.";
}

/// <summary>A name and a secret that replace those of the cloud's entry, which then needs neither.</summary>
/// <param name="Name">Of a user; or, where the entry authenticates by application credential, that one's id or name.</param>
/// <param name="Secret">The password, or the application credential's secret.</param>
public sealed record CloudCredential(string Name, string Secret)
{
    private const int IdLength = 32;

    /// <summary>Without the secret.</summary>
    public override string ToString() => Name;

    /// <summary>Replaces the entry's own values by both.</summary>
    /// <exception cref="HotstackException"><c>CredentialNotUsable</c>: the entry takes neither, or one is empty.</exception>
    internal void ApplyTo(Dictionary<string, string> auth, string authType, CloudEntry cloud)
    {
        if (Name.Length == 0 || Secret.Length == 0)
        {
            throw NotUsable(cloud, $"its {(Name.Length == 0 ? "user name" : "password")} is empty", null);
        }

        switch (authType)
        {
            case AuthTypes.Password:
                auth.Remove("user_id");
                auth["username"] = Name;
                auth["password"] = Secret;
                break;
            case AuthTypes.ApplicationCredential:
                auth.Remove("application_credential_id");
                auth.Remove("application_credential_name");
                auth[IsId ? "application_credential_id" : "application_credential_name"] = Name;
                auth["application_credential_secret"] = Secret;
                break;
            default:
                throw NotUsable(
                    cloud, $"it authenticates by {authType}, which takes no user name and password",
                    "Leave -Credential out, or use an entry whose auth_type is password or v3applicationcredential.");
        }
    }

    /// <summary>Keystone's ids are 32 hexadecimal digits.</summary>
    private bool IsId => Name.Length == IdLength && Name.All(char.IsAsciiHexDigit);

    private static HotstackException NotUsable(CloudEntry cloud, string why, string? hint) =>
        new(ErrorCause.InputInvalid, "CredentialNotUsable", $"The credential cannot be used for the {cloud.Title}: {why}.")
        {
            Target = cloud.Name,
            Hint = hint ?? "Give a credential with both: -Credential (Get-Credential).",
        };
}
