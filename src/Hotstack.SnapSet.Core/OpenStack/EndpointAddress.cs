using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>
/// Brings a service's address, from the catalogue or an override, into the form below which its API is. Clouds write
/// it with a version or without, with the project or without, with a slash at its end or without.
/// </summary>
internal static partial class EndpointAddress
{
    /// <param name="service">The official service type.</param>
    /// <param name="address">As found.</param>
    /// <param name="projectId">The token's project; null if it is not known.</param>
    /// <exception cref="HotstackException">The project's id cannot stand in an address (<c>IdInvalid</c>).</exception>
    public static Uri Of(string service, Uri address, string? projectId) => service switch
    {
        // Some catalogues have the project here too, which Nova still accepts.
        "compute" => NamesComputeVersion(address) ? address : WithVersion(address, "v2.1"),
        "image" => WithVersion(address, "v2"),
        "network" => WithVersion(address, "v2.0"),
        "orchestration" => WithProject(address, "v1", projectId),
        "block-storage" => WithProject(address, "v3", projectId),
        _ => address,
    };

    /// <summary>Heat and Cinder want the project in the path; a catalogue has it there, an override may not.</summary>
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

        // Keystone gave it.
        ApiPath project = $"{projectId}";
        return new Uri($"{versioned.AbsoluteUri}/{project.For("identity")}");
    }

    /// <summary>The address with the version that we speak in place of none or another.</summary>
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
}
