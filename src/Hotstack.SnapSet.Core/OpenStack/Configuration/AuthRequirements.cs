using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Whether all is there that a way to authenticate needs; says all that is missing at once, and where it belongs.</summary>
internal static class AuthRequirements
{
    private static readonly string[] UserKeys = ["username", "user_id"];

    private static readonly string[] CredentialKeys = ["application_credential_id", "application_credential_name"];

    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static void Check(
        string authType, IReadOnlyDictionary<string, string> auth, CloudEntry cloud, ConfigurationSources sources)
    {
        var needed = Needed(authType);
        if (authType == AuthTypes.ApplicationCredential && !auth.ContainsKey("application_credential_id")
            && auth.ContainsKey("application_credential_name"))
        {
            // A name is unique only to its user.
            needed = needed.Append(UserKeys);
        }

        string[][] missing = [.. needed.Where(keys => !keys.Any(auth.ContainsKey))];
        if (missing.Length == 0)
        {
            return;
        }

        Func<string, string> spelling = cloud.File is null ? VariablesCloud.VariableOf : key => key;
        var names = ConfigurationErrors.Join(missing.Select(keys => string.Join(" or ", keys.Select(spelling))));
        throw CloudErrors.Invalid(
            $"The {cloud.Title} cannot authenticate by {authType}: it lacks {names}.",
            cloud.File is null ? VariablesHint(sources) : FileHint(cloud),
            cloud.Name);
    }

    private static IEnumerable<string[]> Needed(string authType) => authType switch
    {
        AuthTypes.Password => [["auth_url"], UserKeys, ["password"]],
        AuthTypes.Token => [["auth_url"], ["token"]],
        AuthTypes.ApplicationCredential => [["auth_url"], CredentialKeys, ["application_credential_secret"]],
        AuthTypes.AdminToken => [["endpoint"], ["token"]],
        _ => [],
    };

    private static string FileHint(CloudEntry cloud) =>
        $"Add it under clouds.{cloud.Name}.auth in {cloud.File}; a secret can stand in a secure.yaml of the same structure"
        + " instead. Nothing is asked for interactively, and OS_* variables do not add to the cloud of a file.";

    private static string VariablesHint(ConfigurationSources sources) =>
        "Set it; nothing is asked for interactively. This cloud is there because of "
        + $"{ConfigurationErrors.Join(VariablesCloud.Variables(sources))}; to use one of a clouds.yaml instead, name it with"
        + " -Cloud or in OS_CLOUD.";
}
