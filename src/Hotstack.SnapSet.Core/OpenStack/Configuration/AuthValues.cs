using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Gathers what authentication needs: from <c>auth</c>, and from the cloud's own keys, where variables leave it.</summary>
internal static class AuthValues
{
    /// <summary>Of these the cloud's own key beats the one under <c>auth</c>, as in openstacksdk.</summary>
    private static readonly string[] OwnKeyFirst =
    [
        "project_id", "project_name", "domain_id", "domain_name", "user_domain_id", "user_domain_name",
        "project_domain_id", "project_domain_name", "token",
    ];

    /// <summary>Of these the one under <c>auth</c> beats the cloud's own.</summary>
    private static readonly string[] AuthFirst =
    [
        "auth_url", "username", "user_id", "password", "trust_id", "system_scope", "default_domain_id",
        "default_domain_name", "default_domain", "application_credential_id", "application_credential_name",
        "application_credential_secret", "endpoint", "url", "passcode",
    ];

    /// <summary>Whether a key of the cloud belongs to authentication, and so not to its settings.</summary>
    public static bool Owns(string key) => OwnKeyFirst.Contains(key) || AuthFirst.Contains(key);

    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> where a value is a list or a mapping.</exception>
    public static Dictionary<string, string> Gather(ConfigMap cloud)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (cloud.Map("auth") is { } auth)
        {
            foreach (var key in auth.Entries.Keys)
            {
                Put(values, key, auth.Text(key));
            }
        }

        foreach (var key in OwnKeyFirst)
        {
            Put(values, key, cloud.Text(key));
        }

        foreach (var key in AuthFirst.Where(key => !values.ContainsKey(key)))
        {
            Put(values, key, cloud.Text(key));
        }

        return values;
    }

    private static void Put(Dictionary<string, string> values, string key, string? value)
    {
        if (value is not null)
        {
            values[key] = value;
        }
    }
}
