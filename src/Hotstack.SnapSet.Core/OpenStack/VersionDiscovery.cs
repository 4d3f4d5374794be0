using System.Text.Json;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>
/// Finds the version of a service that we speak, in the document that the service gives at its address. That is needed where the
/// address has a version that may be a gateway's own: <c>https://gw/v1/compute/</c>. The links in the document often lead to an inner
/// host; of them only the version is taken, and it is put after our own address.
/// </summary>
internal static partial class VersionDiscovery
{
    /// <summary>Whether the address alone does not tell where the service's version is.</summary>
    /// <param name="service">The official service type.</param>
    /// <param name="address">As found in the catalogue or an override.</param>
    /// <param name="projectId">The token's project; null if it is not known.</param>
    public static bool IsNeeded(string service, Uri address, string? projectId)
    {
        string[] segments = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!segments.Any(Version().IsMatch))
        {
            return false;
        }

        if (Version().IsMatch(segments[^1]))
        {
            return service == "compute" && Major(segments[^1]) != Spoken(service);
        }

        bool isProject = Version().IsMatch(segments[^2]) && (projectId is null || segments[^1].EndsWith(projectId, StringComparison.Ordinal));
        return !isProject;
    }

    /// <summary>The address of our version, with the project where the service wants it; null if the answer is no such document.</summary>
    public static Uri? Read(string service, Uri endpoint, ApiResponse response, string? projectId)
    {
        JsonElement document;
        try
        {
            document = response.Json();
        }
        catch (ServiceException)
        {
            return null;
        }

        if (document.Field("version") is { ValueKind: JsonValueKind.Object })
        {
            // The address is that of the version itself.
            return At(service, endpoint.AbsoluteUri.TrimEnd('/'), projectId);
        }

        JsonElement[] ours = [.. document.Items("versions").Where(version => Major(version.Text("id")) == Spoken(service))];
        string? version = ours.OrderBy(v => v.Text("status") != "CURRENT").Select(LinkedVersion).FirstOrDefault(v => v is not null);
        return version is null ? null : At(service, $"{endpoint.AbsoluteUri.TrimEnd('/')}/{version}", projectId);
    }

    private static Uri At(string service, string address, string? projectId)
    {
        if (projectId is null || service is not ("orchestration" or "block-storage"))
        {
            return new Uri(address);
        }

        // Keystone gave it.
        ApiPath project = $"{projectId}";
        return new Uri($"{address}/{project.For("identity")}");
    }

    /// <summary>The last part of the link to a version: Glance links all of 2.0 to 2.16 to <c>/v2/</c>.</summary>
    private static string? LinkedVersion(JsonElement version) => version.Items("links")
        .Where(link => link.Text("rel") == "self").Select(link => link.Text("href")?.TrimEnd('/').Split('/')[^1])
        .FirstOrDefault(segment => segment is not null && Version().IsMatch(segment));

    private static int Spoken(string service) => service switch { "orchestration" => 1, "block-storage" or "identity" => 3, _ => 2 };

    private static int? Major(string? version) =>
        version is not null && Version().Match(version) is { Success: true } match
        && int.TryParse(match.Groups["major"].Value, out int major) ? major : null;

    [GeneratedRegex(@"\Av(?<major>\d+)(\.\d+)?\z")]
    private static partial Regex Version();
}
