using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>What a token is to be good for: at most one of project, domain, trust and system.</summary>
internal static class AuthScope
{
    private static readonly string[][] Scopes =
        [["project_id", "project_name"], ["domain_id", "domain_name"], ["trust_id"], ["system_scope"]];

    private static readonly string[] NotForApplicationCredentials =
        ["project_id", "project_name", "project_domain_id", "project_domain_name", "trust_id", "system_scope"];

    /// <summary>
    /// Takes the scope away from an application credential, which has its own: Keystone answers 401 if it is asked for
    /// any. Leaves <c>domain_*</c>, which can still be meant for its user.
    /// </summary>
    public static void DropForApplicationCredential(Dictionary<string, string> auth, CloudEntry cloud, IActivity? activity)
    {
        string[] dropped = [.. NotForApplicationCredentials.Where(auth.Remove)];
        if (dropped.Length > 0)
        {
            activity?.Verbose(
                $"An application credential has its own project: ignoring {ConfigurationErrors.Join(dropped)} of the {cloud.Title}.");
        }
    }

    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> for several scopes, <c>ScopeNotSupported</c> for the system.</exception>
    public static void Check(IReadOnlyDictionary<string, string> auth, CloudEntry cloud)
    {
        string[] given = [.. Scopes.Select(keys => keys.FirstOrDefault(auth.ContainsKey)).OfType<string>()];
        if (given.Length > 1)
        {
            throw CloudErrors.Invalid(
                $"The {cloud.Title} asks for several scopes at once, by {ConfigurationErrors.Join(given)}; a token has one.",
                "Keep the one that is meant. A trust brings its project along.",
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
}
