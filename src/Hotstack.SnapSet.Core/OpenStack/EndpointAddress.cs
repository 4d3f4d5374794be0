using System.Text.Json;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>
/// The base address of a service's API, from the catalogue or an override: clouds write it with or without version, project and
/// final slash. Where its version may be a gateway's own (<c>https://gw/v1/compute/</c>), the service's version document tells the
/// right one. Links in the document often lead to an inner host: only the version is taken from them.
/// </summary>
internal static partial class EndpointAddress
{
    /// <param name="service">The official service type.</param>
    /// <param name="address">As configured or in the catalogue.</param>
    /// <param name="projectId">The token's project; null if unknown.</param>
    /// <exception cref="HotstackException">The project's id is not valid in an address (<c>IdInvalid</c>).</exception>
    public static Uri Of(string service, Uri address, string? projectId) => service switch
    {
        // Some catalogues add the project here too; Nova accepts it.
        "compute" => NamesComputeVersion(address) ? address : WithVersion(address, "v2.1"),
        "image" => WithVersion(address, "v2"),
        "network" => WithVersion(address, "v2.0"),
        "orchestration" => WithProject(address, "v1", projectId),
        "block-storage" => WithProject(address, "v3", projectId),
        _ => address,
    };

    /// <summary>Heat and Cinder need the project in the path; an override may lack it.</summary>
    private static Uri WithProject(Uri address, string version, string? projectId)
    {
        if (VersionAndMore().IsMatch(address.AbsolutePath) || (projectId is null && NamesVersion(address)))
        {
            return address;
        }

        Uri versioned = WithVersion(address, version);
        if (projectId is null)
        {
            return versioned;
        }

        // The id comes from Keystone.
        ApiPath project = $"{projectId}";
        return new Uri($"{versioned.AbsoluteUri}/{project.For("identity")}");
    }

    /// <summary>The address with our version in place of none or another.</summary>
    private static Uri WithVersion(Uri address, string version) =>
        new(TrailingVersion().Replace(address.AbsoluteUri.TrimEnd('/'), "") + "/" + version);

    private static bool NamesComputeVersion(Uri address) => ComputeVersion().IsMatch(address.AbsolutePath);

    private static bool NamesVersion(Uri address) => AnyVersion().IsMatch(address.AbsolutePath);

    [GeneratedRegex(@"/v\d+(\.\d+)?$")]
    private static partial Regex TrailingVersion();

    [GeneratedRegex(@"/v2(\.\d+)?(/[^/]+)?/?$")]
    private static partial Regex ComputeVersion();

    [GeneratedRegex(@"/v\d+(\.\d+)?(/|$)")]
    private static partial Regex AnyVersion();

    [GeneratedRegex(@"/v\d+(\.\d+)?/[^/]+/*$")]
    private static partial Regex VersionAndMore();

    /// <summary>Whether only the version document tells the address of our version.</summary>
    /// <param name="service">The official service type.</param>
    /// <param name="address">As configured or in the catalogue.</param>
    /// <param name="projectId">The token's project; null if unknown.</param>
    public static bool NeedsDiscovery(string service, Uri address, string? projectId)
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

        bool isProject = Version().IsMatch(segments[^2])
            && (projectId is null || segments[^1].EndsWith(projectId, StringComparison.Ordinal));
        return !isProject;
    }

    /// <summary>The address of our version, with the project if the service needs it; null if the answer is no version document.</summary>
    public static Uri? Discovered(string service, Uri endpoint, ApiResponse response, string? projectId)
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
            // The address is already that of the version.
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

        // The id comes from Keystone.
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
