using System.Text;
using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>The cluster's version (config.openshift.io/v1, its one object <c>version</c>).</summary>
internal sealed record ClusterVersion
{
    /// <summary>The cluster's UUID from the installer.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The desired version: <c>4.18.6</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Its conditions: <c>Available</c>, <c>Progressing</c>, <c>Failing</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ClusterVersion From(JsonElement item) => new()
    {
        ClusterId = item.Field("spec")?.Text("clusterID"),
        Version = item.Field("status")?.Field("desired")?.Text("version"),
        Conditions = Condition.ListOf(item),
    };
}

/// <summary>The state of one of OpenShift's own services (config.openshift.io/v1).</summary>
internal sealed record ClusterOperator
{
    /// <summary>Its name: <c>authentication</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Unique for ever: a later operator of the same name has another.</summary>
    public string? Uid { get; init; }

    /// <summary>The version that it has reached: <c>4.18.6</c>; null if it reports none.</summary>
    public string? Version { get; init; }

    /// <summary>Its conditions: <c>Available</c>, <c>Progressing</c>, <c>Degraded</c> and others.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ClusterOperator From(JsonElement item) => new()
    {
        Name = ObjectMetadata.NameIn(item),
        Uid = item.Field("metadata")?.Text("uid"),
        // Its own version is the one named "operator"; the others are those of its operands (openshift/api, OperandVersion).
        Version = (item.Field("status") ?? default).Items("versions")
            .FirstOrDefault(version => version.Text("name") == "operator").Text("version"),
        Conditions = Condition.ListOf(item),
    };
}

/// <summary>A set of routers (operator.openshift.io/v1).</summary>
internal sealed record IngressController
{
    /// <summary>Its name: <c>default</c>.</summary>
    public required string Name { get; init; }

    /// <summary>It is being deleted.</summary>
    public bool IsBeingDeleted { get; init; }

    /// <summary>The number of routers; null if the operator decides.</summary>
    public int? Replicas { get; init; }

    /// <summary>The secret in openshift-ingress with a custom certificate; null for the operator's own.</summary>
    public string? DefaultCertificate { get; init; }

    /// <summary>It has routers and keeps them.</summary>
    public bool IsInUse => !IsBeingDeleted && Replicas != 0;

    internal static IngressController From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        return new IngressController
        {
            Name = ObjectMetadata.NameIn(item),
            IsBeingDeleted = item.Field("metadata")?.Time("deletionTimestamp") is not null,
            Replicas = spec.Field("replicas") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int replicas)
                ? replicas : null,
            DefaultCertificate = spec.Field("defaultCertificate")?.Text("name"),
        };
    }
}

/// <summary>
/// The state of OpenShift's operators of etcd, kube-apiserver and kube-controller-manager: which revision of their static pods runs
/// on which master (operator.openshift.io/v1, its one object <c>cluster</c>).
/// </summary>
internal sealed record StaticPodOperator
{
    /// <summary>The newest revision.</summary>
    public long LatestAvailableRevision { get; init; }

    /// <summary>The revisions by node.</summary>
    public IReadOnlyList<StaticPodRevision> Nodes { get; init; } = [];

    /// <summary>Its conditions; of etcd also <c>EtcdMembersAvailable</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static StaticPodOperator From(JsonElement item)
    {
        JsonElement status = item.Field("status") ?? default;
        return new StaticPodOperator
        {
            LatestAvailableRevision = status.Number("latestAvailableRevision"),
            Nodes = [.. status.Items("nodeStatuses").Select(
                n => new StaticPodRevision(n.Text("nodeName") ?? "", n.Number("currentRevision"), n.Number("targetRevision")))],
            Conditions = Condition.ListOf(item),
        };
    }
}

/// <summary>The revision on a master.</summary>
/// <param name="NodeName">The node.</param>
/// <param name="Current">The running revision.</param>
/// <param name="Target">The revision that is being rolled out; 0 for none.</param>
internal sealed record StaticPodRevision(string NodeName, long Current, long Target);

/// <summary>A pool of nodes with one configuration (machineconfiguration.openshift.io/v1).</summary>
internal sealed record MachineConfigPool
{
    /// <summary>Its name: <c>master</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Selects its nodes; the actual members depend on other pools too.</summary>
    public V1LabelSelector NodeSelector { get; init; } = new();

    /// <summary>The desired configuration of its nodes: <c>rendered-worker-…</c>; null if unknown.</summary>
    public string? TargetConfiguration { get; init; }

    /// <summary>Its updates are paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The number of its nodes.</summary>
    public long MachineCount { get; init; }

    /// <summary>The number of ready nodes; cordoned ones are not ready.</summary>
    public long ReadyMachineCount { get; init; }

    /// <summary>The number of nodes with the newest configuration.</summary>
    public long UpdatedMachineCount { get; init; }

    /// <summary>Its conditions: <c>Updated</c>, <c>Updating</c>, <c>Degraded</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static MachineConfigPool From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        JsonElement status = item.Field("status") ?? default;
        return new MachineConfigPool
        {
            Name = ObjectMetadata.NameIn(item),
            NodeSelector = ModelExtensions.SelectorFrom(spec.Field("nodeSelector")),
            TargetConfiguration = spec.Field("configuration")?.Text("name"),
            IsPaused = spec.Flag("paused"),
            MachineCount = status.Number("machineCount"),
            ReadyMachineCount = status.Number("readyMachineCount"),
            UpdatedMachineCount = status.Number("updatedMachineCount"),
            Conditions = Condition.ListOf(item),
        };
    }
}

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

    /// <summary>The platform: <c>None</c>, <c>BareMetal</c>, <c>OpenStack</c> …; null if unknown.</summary>
    public string? Platform { get; init; }

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
            Platform = (status.Field("platformStatus") ?? default).Text("type") ?? status.Text("platform"),
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

    private static string? HostOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Host.Length > 0
        ? parsed.Host : null;
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
            .. parts.SelectMany(part => part.TextItems("serviceNetwork")
                .Concat(part.Items("clusterNetwork").Select(range => range.Text("cidr")).OfType<string>()))
                .Distinct(StringComparer.Ordinal),
        ]);
    }
}

/// <summary>The public half of a secret of type kubernetes.io/tls. The key is never stored.</summary>
internal sealed class TlsSecret : IMetadata<V1ObjectMeta>
{
    /// <summary>Its metadata.</summary>
    public required V1ObjectMeta Metadata { get; set; }

    /// <summary>The certificates in PEM form; null for none.</summary>
    public string? Certificates { get; init; }

    internal static TlsSecret From(V1Secret secret) => new()
    {
        Metadata = secret.Metadata,
        Certificates = secret.Data?.TryGetValue("tls.crt", out byte[]? pem) == true && pem is not null ? Encoding.UTF8.GetString(pem)
            : null,
    };
}
