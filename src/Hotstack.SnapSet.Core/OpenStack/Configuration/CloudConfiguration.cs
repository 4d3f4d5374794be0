using System.Collections.ObjectModel;
using Hotstack.Http;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// The connection to one cloud in one region: the keys of files and variables, in one spelling each.
/// </summary>
public sealed record CloudConfiguration
{
    private static readonly ReadOnlyDictionary<string, string> Nothing = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The cloud's name in its file, or that of the cloud made from variables.</summary>
    public required string Name { get; init; }

    /// <summary>The region to use; null if none is configured or asked for.</summary>
    public string? Region { get; init; }

    /// <summary>The region that the cloud's entry itself chooses; null if it lists none.</summary>
    public string? FirstRegion { get; init; }

    /// <summary>One of <see cref="AuthTypes"/>.</summary>
    public required string AuthType { get; init; }

    /// <summary>
    /// The values of authentication, by the names of clouds.yaml with underscores: <c>auth_url</c>, <c>username</c>,
    /// <c>project_name</c> … No value is empty. Holds secrets.
    /// </summary>
    public IReadOnlyDictionary<string, string> Auth { get; init; } = Nothing;

    public TlsConfiguration Tls { get; init; } = new();

    /// <summary>How long one HTTP request may take; null if not configured.</summary>
    public TimeSpan? ApiTimeout { get; init; }

    /// <summary>
    /// The cloud's other settings, by key with underscores: <c>interface</c>, <c>compute_api_version</c> … Lists are
    /// joined by commas. May hold secrets of settings that are not used here.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = Nothing;

    /// <summary>The file that defines the cloud; null for the one made from variables.</summary>
    public string? SourceFile { get; init; }

    /// <summary>
    /// A part of it comes from a file that was found in the current directory: completion does not contact the cloud, as
    /// the user did not ask to log in.
    /// </summary>
    public bool IsOfCurrentDirectory { get; init; }

    /// <summary>A given name and secret replace those of the file.</summary>
    public bool HasGivenCredential { get; init; }

    /// <summary>The values that no message may show.</summary>
    internal IReadOnlyList<string> Secrets =>
        [.. Auth.Concat(Settings).Where(value => LikelySecrets.IsNameOfOne(value.Key)).Select(value => value.Value)];

    /// <summary>Whether tokens come from Keystone, by a token request; if not, see <see cref="AuthTypes.AdminToken"/>.</summary>
    public bool UsesKeystone => AuthType is not (AuthTypes.AdminToken or AuthTypes.None);

    /// <summary>The catalogue's interfaces to use, best first: <c>public</c>, <c>internal</c>, <c>admin</c>.</summary>
    public IReadOnlyList<string> Interfaces(string serviceType)
    {
        var names = (ServiceSetting(serviceType, "interface") ?? Setting("interface") ?? "public")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. names.Select(name => name.EndsWith("URL", StringComparison.Ordinal) ? name[..^3] : name)];
    }

    /// <summary>The URL to use for a service instead of the catalogue's; null for the catalogue's.</summary>
    public string? EndpointOverride(string serviceType) =>
        ServiceSetting(serviceType, "endpoint_override")
        ?? ServiceSetting(serviceType, "endpoint")
        ?? (UsesKeystone ? null : Auth.GetValueOrDefault("endpoint"));

    /// <summary>The configured version: <c>2</c>, <c>2.79</c>; null if there is none, or none that is a number.</summary>
    public string? ApiVersion(string serviceType) =>
        ServiceSetting(serviceType, "api_version") is { } version && Version.TryParse(Dotted(version), out _)
            ? version
            : null;

    /// <summary>
    /// The microversion to send unless a call needs another; null for none. <c>compute_api_version: 2.79</c> asks for
    /// one as well, as openstacksdk has it, but not <c>2.0</c>, which some services have as a plain version.
    /// </summary>
    public string? DefaultMicroversion(string serviceType) =>
        ServiceSetting(serviceType, "default_microversion")
        ?? (ApiVersion(serviceType) is { } version && Version.Parse(Dotted(version)).Minor != 0 ? version : null);

    /// <summary>The name that the service must have in the catalogue; null for any.</summary>
    public string? ServiceName(string serviceType) => ServiceSetting(serviceType, "service_name");

    /// <summary>The type to look for in the catalogue: another one if so configured, else the one given.</summary>
    public string ServiceType(string serviceType) => ServiceSetting(serviceType, "service_type") ?? serviceType;

    /// <summary>The region of one service: its own if so configured, else the cloud's.</summary>
    public string? RegionOf(string serviceType) => ServiceSetting(serviceType, "region_name") ?? Region;

    /// <summary>How often to retry a call after a transient status; null if not configured.</summary>
    public int? StatusCodeRetries(string serviceType) => Count(serviceType, "status_code_retries");

    /// <summary>How often to retry a failed connection; null if not configured.</summary>
    public int? ConnectRetries(string serviceType) => Count(serviceType, "connect_retries");

    /// <summary>Name, region, way and place of authentication; never a secret.</summary>
    public override string ToString() =>
        $"{Name}{(Region is null ? "" : $" ({Region})")}: {AuthType}"
        + $" at {Auth.GetValueOrDefault("auth_url") ?? Auth.GetValueOrDefault("endpoint") ?? "no endpoint"}"
        + $", from {SourceFile ?? "variables"}";

    /// <summary>A setting of one service, by its official name first, then by its aliases.</summary>
    private string? ServiceSetting(string serviceType, string key) =>
        ServiceTypeNames.All(serviceType)
            .Select(name => Setting($"{name.Replace('-', '_')}_{key}"))
            .FirstOrDefault(value => value is not null);

    private string? Setting(string key) =>
        Settings.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    private int? Count(string serviceType, string key) =>
        int.TryParse(ServiceSetting(serviceType, key) ?? Setting(key), out var count) && count >= 0 ? count : null;

    private static string Dotted(string version) => version.Contains('.', StringComparison.Ordinal) ? version : version + ".0";
}

/// <summary>The supported types of authentication, by their normalised names.</summary>
public static class AuthTypes
{
    /// <summary>User and password; also written <c>v3password</c>.</summary>
    public const string Password = "password";

    /// <summary>A token that is exchanged for another one; also written <c>v3token</c>.</summary>
    public const string Token = "token";

    public const string ApplicationCredential = "v3applicationcredential";

    /// <summary>A fixed token for a fixed endpoint, without Keystone; also written <c>token_endpoint</c>.</summary>
    public const string AdminToken = "admin_token";

    /// <summary>No authentication at all, for a service that runs without Keystone.</summary>
    public const string None = "none";
}

/// <summary>
/// The names of a kind of service, in settings and in catalogues. Source of the names: the OpenStack service
/// types authority, https://service-types.openstack.org/service-types.json (the services used here).
/// </summary>
public static class ServiceTypeNames
{
    /// <summary>The official names of the services that this library talks to.</summary>
    public static IReadOnlyList<string> Used { get; } =
        ["identity", "compute", "image", "network", "orchestration", "block-storage"];

    private static readonly string[][] Known =
    [
        ["block-storage", "volumev3", "volumev2", "volume", "block-store"],
    ];

    /// <summary>The official name first, then its aliases in order of preference; the name alone if it has none.</summary>
    /// <param name="serviceType">An official name or an alias: <c>block-storage</c>, <c>volumev3</c>, <c>compute</c>.</param>
    public static IReadOnlyList<string> All(string serviceType) =>
        Array.Find(Known, names => names.Contains(serviceType, StringComparer.Ordinal)) ?? [serviceType];
}
