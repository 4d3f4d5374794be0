namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// The names that a kind of service goes by, in settings and in catalogues. Source of the names: the OpenStack service
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
