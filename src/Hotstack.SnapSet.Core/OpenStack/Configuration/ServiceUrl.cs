using System.Text.RegularExpressions;
namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// The URLs of a configuration: checked before anything is sent to them, and with the project's id where they name it:
/// <c>%(project_id)s</c> and <c>%(tenant_id)s</c>, as keystoneauth has it in an <c>endpoint_override</c>, and <c>$(project_id)s</c>
/// and <c>$(tenant_id)s</c>, as Keystone's catalogue templates have it.
/// </summary>
internal static partial class ServiceUrl
{
    /// <param name="key">The setting, for messages.</param>
    /// <param name="value">Its value. Not repeated in messages: it could hold a password.</param>
    /// <param name="cloud">The cloud, for messages.</param>
    /// <returns>The URL without blanks around it, and without slashes at its end.</returns>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static string Check(string key, string value, CloudEntry cloud)
    {
        var trimmed = value.Trim().TrimEnd('/');
        var problem = !Uri.TryCreate(trimmed, UriKind.Absolute, out var url) || trimmed.Contains('{', StringComparison.Ordinal)
            ? "is not a URL"
            : url.Scheme is not ("http" or "https") ? $"begins with {url.Scheme}:, not with http: or https:"
            : url.UserInfo.Length > 0 ? "holds a user or password, which have keys of their own"
            : url.Query.Length > 0 || url.Fragment.Length > 0 ? "has a part after ? or #"
            : null;
        return problem is null
            ? trimmed
            : throw CloudErrors.Invalid(
                $"The {key} of the {cloud.Title} {problem}.", "It looks like https://keystone.example:5000/v3.", cloud.Name);
    }

    /// <summary>As <see cref="Check"/>, of an address that may name the project's id.</summary>
    public static string CheckOverride(string key, string value, CloudEntry cloud)
    {
        var url = Check(key, value, cloud);
        return UnknownIn(url) is { } unknown
            ? throw CloudErrors.Invalid(
                $"The {key} of the {cloud.Title} contains {DisplayText.Of(unknown)}, for which there is no value.",
                "Use %(project_id)s for the id of the project, or write the value out.",
                cloud.Name)
            : url;
    }

    /// <summary>As <see cref="Check"/>, and not of version 2 of the Identity API.</summary>
    public static string CheckAuthUrl(string value, CloudEntry cloud)
    {
        var url = Check("auth_url", value, cloud);
        return url.EndsWith("/v2.0", StringComparison.OrdinalIgnoreCase)
            ? throw CloudErrors.Invalid(
                $"The auth_url of the {cloud.Title} is that of version 2 of the Identity API, which is gone from OpenStack.",
                "Replace v2.0 at its end by v3.",
                cloud.Name)
            : url;
    }

    /// <summary>The first placeholder of an address that is none of these; null if there is none.</summary>
    public static string? UnknownIn(string address) =>
        Placeholder().Matches(address).FirstOrDefault(match => !IsProject(match))?.Value;

    /// <summary>Whether the address names the project's id.</summary>
    public static bool NamesProject(string address) => Placeholder().Matches(address).Any(IsProject);

    /// <summary>The address with the project's id.</summary>
    public static string WithProject(string address, string projectId) =>
        Placeholder().Replace(address, match => IsProject(match) ? projectId : match.Value);

    private static bool IsProject(Match match) =>
        match.Groups["name"].Value is "project_id" or "tenant_id" && match.Groups["form"].Value == "s";

    [GeneratedRegex(@"[%$]\((?<name>[^()/]*)\)?(?<form>s?)")]
    private static partial Regex Placeholder();
}
