using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>The platform of a cluster (config.openshift.io/v1, its one object <c>cluster</c>; openshift/api,
/// config/v1/types_infrastructure.go).</summary>
internal sealed record Infrastructure
{
    /// <summary>The fields of all platforms with the virtual addresses of API and ingress. These move between nodes or belong to a load
    /// balancer.</summary>
    private static readonly string[] VirtualFields =
    [
        "apiServerInternalIP", "apiServerInternalIPs", "ingressIP", "ingressIPs", "nodeDNSIP",
        "apiIntLoadBalancerIPs", "apiLoadBalancerIPs", "ingressLoadBalancerIPs",
    ];

    private static readonly string[] HostFields = ["apiServerURL", "apiServerInternalURI"];

    /// <summary>The control plane: <c>HighlyAvailable</c>, <c>SingleReplica</c>, … or <c>External</c> (on another cluster).</summary>
    public string? ControlPlaneTopology { get; init; }

    /// <summary>The virtual addresses of API and ingress.</summary>
    public IReadOnlyList<string> VirtualAddresses { get; init; } = [];

    /// <summary>The hosts of the API: <c>api.ocp.example.com</c>, <c>api-int.ocp.example.com</c>.</summary>
    public IReadOnlyList<string> ApiHosts { get; init; } = [];

    internal static Infrastructure From(JsonElement item)
    {
        JsonElement status = item.Field("status") ?? default;
        return new Infrastructure
        {
            ControlPlaneTopology = status.Text("controlPlaneTopology"),
            VirtualAddresses = [.. PlatformsOf(status).SelectMany(Addresses).Distinct(StringComparer.Ordinal)],
            ApiHosts = [.. HostFields.Select(field => HostOf(status.Text(field))).OfType<string>()],
        };
    }

    /// <summary>The platform's part and its load balancers, one level deeper on clouds where the cluster has its own DNS.</summary>
    private static IEnumerable<JsonElement> PlatformsOf(JsonElement status)
    {
        JsonElement[] platforms = [.. Children(status.Field("platformStatus"))];
        JsonElement[] balancers = [.. platforms.SelectMany(platform => Children(platform.Field("cloudLoadBalancerConfig")))];
        return [.. platforms, .. balancers];
    }

    private static IEnumerable<JsonElement> Children(JsonElement? parent) =>
        parent is { ValueKind: JsonValueKind.Object } found
            ? [.. found.EnumerateObject().Select(member => member.Value).Where(value => value.ValueKind == JsonValueKind.Object)]
            : [];

    private static IEnumerable<string> Addresses(JsonElement platform) => VirtualFields.SelectMany(
        field => platform.Text(field) is { } one ? [one] : platform.TextItems(field));

    private static string? HostOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Host.Length > 0 ? parsed.Host : null;
}

/// <summary>The internal networks of a cluster (config.openshift.io/v1, <c>networks</c>, its one object <c>cluster</c>).</summary>
/// <param name="Ranges">The ranges of pods and of services: <c>10.128.0.0/14</c>, <c>172.30.0.0/16</c>.</param>
internal sealed record ClusterNetwork(IReadOnlyList<string> Ranges)
{
    /// <summary>Configured and used ranges: they differ during a change.</summary>
    internal static ClusterNetwork From(JsonElement item)
    {
        JsonElement[] parts = [.. new[] { item.Field("status"), item.Field("spec") }.OfType<JsonElement>()];
        return new ClusterNetwork(
        [
            .. parts.SelectMany(part => part.TextItems("serviceNetwork").Concat(part.Items("clusterNetwork").Select(range => range.Text("cidr")).OfType<string>()))
                .Distinct(StringComparer.Ordinal),
        ]);
    }
}
