using System.Net;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Nodes;

/// <summary>
/// The names and addresses of the cluster as a whole: with a certificate for them, a node could impersonate
/// the API or a service. No kubelet may request them, whatever its node's status says.
/// </summary>
/// <remarks>OpenShift never writes them into a status: its <c>node-ip</c> skips the virtual addresses (openshift/baremetal-runtimecfg,
/// cmd/runtimecfg/node-ip.go), and kubelets report that address alone. Elsewhere a kubelet may report one
/// (kube-vip/kube-vip#741).</remarks>
internal sealed record SharedAddresses
{
    private static readonly string[] ServiceNames = ["kubernetes", "kubernetes.default", "openshift", "openshift.default"];
    private static readonly string[] ServiceDomains = [".svc", ".svc.cluster.local"];
    private static readonly string[] ApiLabels = ["api", "api-int"];

    /// <summary>The shared names of every cluster, for one that could not be read.</summary>
    public static SharedAddresses OfAnyCluster { get; } = new();

    /// <summary>The virtual addresses of the API and the ingress.</summary>
    public IReadOnlySet<IPAddress> Virtual { get; init; } = new HashSet<IPAddress>();

    /// <summary>The ranges of pods and of services.</summary>
    public IReadOnlyList<IPNetwork> Ranges { get; init; } = [];

    /// <summary>The hosts of the API.</summary>
    public IReadOnlyList<string> ApiHosts { get; init; } = [];

    /// <summary>Why some of them are unknown; null if all are known.</summary>
    public string? Problem { get; init; }

    /// <summary>The domain of the API's names: <c>ocp.example.com</c>; null if unknown.</summary>
    public string? Domain => ApiHosts
        .Where(host => ApiLabels.Contains(LabelOf(host), StringComparer.OrdinalIgnoreCase) && host.Contains('.', StringComparison.Ordinal))
        .Select(host => host[(host.IndexOf('.', StringComparison.Ordinal) + 1)..]).FirstOrDefault();

    /// <exception cref="HotstackException">The API server refuses the login or is not reached.</exception>
    public static async Task<SharedAddresses> ReadAsync(Cluster cluster, CancellationToken stop)
    {
        Reading<Infrastructure?> infrastructure = await Reading.TryAsync(
            $"get {OpenShiftKinds.Infrastructures}", () => cluster.FindAsync(OpenShiftKinds.Infrastructures, "cluster", stop));
        Reading<ClusterNetwork?> network = await Reading.TryAsync(
            $"get {OpenShiftKinds.Networks}", () => cluster.FindAsync(OpenShiftKinds.Networks, "cluster", stop));
        return From(infrastructure, network);
    }

    public static SharedAddresses From(Reading<Infrastructure?> infrastructure, Reading<ClusterNetwork?> network) => new()
    {
        Virtual = (infrastructure.Value?.VirtualAddresses ?? []).Select(NodeAddresses.Parse).OfType<IPAddress>().ToHashSet(),
        ApiHosts = [.. infrastructure.Value?.ApiHosts ?? []],
        Ranges = [.. (network.Value?.Ranges ?? [])
            .Select(range => IPNetwork.TryParse(range, out IPNetwork parsed) ? parsed : (IPNetwork?)null).OfType<IPNetwork>()],
        Problem = infrastructure.Problem ?? network.Problem,
    };

    /// <returns>What the address is; null if it can be a node's.</returns>
    public string? WhatIs(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "every host's own"
        : Virtual.Contains(address) ? "a virtual address of the cluster"
        : Ranges.Any(range => range.BaseAddress.AddressFamily == address.AddressFamily && range.Contains(address))
            ? "of the cluster's pods or services"
        : null;

    /// <returns>What the name is; null if it can be a node's.</returns>
    public string? WhatIs(string name)
    {
        string host = name.TrimEnd('.');
        return ApiHosts.Contains(host, StringComparer.OrdinalIgnoreCase) || IsApi(host) ? "the cluster's API"
            : IsUnder(host, ".apps" + (Domain is { } domain ? $".{domain}" : ".")) ? "of the cluster's ingress"
            : ServiceNames.Contains(host, StringComparer.OrdinalIgnoreCase) || ServiceDomains.Any(end => IsUnder(host, end)) ? "a service's"
            : null;
    }

    /// <summary>If the domain is unknown, the usual names of the API are shared in any domain.</summary>
    private bool IsApi(string host) =>
        ApiLabels.Contains(LabelOf(host), StringComparer.OrdinalIgnoreCase)
        && (Domain is null || host.Equals($"{LabelOf(host)}.{Domain}", StringComparison.OrdinalIgnoreCase));

    private static string LabelOf(string host) => host.Split('.', 2)[0];

    /// <summary>A domain that ends with a dot may be anywhere in the name.</summary>
    private static bool IsUnder(string host, string domain) =>
        domain.EndsWith('.')
            ? host.Contains(domain, StringComparison.OrdinalIgnoreCase)
            : host.EndsWith(domain, StringComparison.OrdinalIgnoreCase);
}
