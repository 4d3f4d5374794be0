using System.Text.RegularExpressions;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// The project's id in an address: <c>%(project_id)s</c> and <c>%(tenant_id)s</c>, as keystoneauth fills in an
/// <c>endpoint_override</c>, and <c>$(project_id)s</c> and <c>$(tenant_id)s</c>, as Keystone's catalogue templates spell them.
/// </summary>
internal static partial class EndpointTemplate
{
    /// <summary>The first placeholder of an address that is none of these; null if there is none.</summary>
    public static string? Unknown(string address) =>
        Placeholder().Matches(address).FirstOrDefault(match => !IsProject(match))?.Value;

    /// <summary>Whether the project's id belongs into the address.</summary>
    public static bool NamesProject(string address) => Placeholder().Matches(address).Any(IsProject);

    /// <summary>The address with the project's id.</summary>
    public static string Fill(string address, string projectId) =>
        Placeholder().Replace(address, match => IsProject(match) ? projectId : match.Value);

    private static bool IsProject(Match match) =>
        match.Groups["name"].Value is "project_id" or "tenant_id" && match.Groups["form"].Value == "s";

    [GeneratedRegex(@"[%$]\((?<name>[^()/]*)\)?(?<form>s?)")]
    private static partial Regex Placeholder();
}
