using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>What a cluster told about itself at one moment; each part may have failed on its own.</summary>
internal sealed record ClusterState
{
    /// <summary>The moment, by the cluster's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the API server says about its own readiness.</summary>
    public required Reading<string> Readiness { get; init; }

    /// <summary>The version; null where the cluster has none.</summary>
    public required Reading<ClusterVersion?> Version { get; init; }

    public required Reading<IReadOnlyList<ClusterOperator>> Operators { get; init; }

    public required Reading<IReadOnlyList<V1Node>> Nodes { get; init; }

    /// <summary>The nodes' leases, named like the nodes.</summary>
    public required Reading<IReadOnlyList<V1Lease>> NodeLeases { get; init; }

    public required Reading<IReadOnlyList<MachineConfigPool>> Pools { get; init; }

    public required Reading<IReadOnlyList<V1APIService>> ApiServices { get; init; }

    /// <summary>The API groups that are registered, whether they answer or not.</summary>
    public required Reading<IReadOnlyList<string>> Groups { get; init; }

    /// <summary>By OpenShift's aggregated API groups that are registered: whether their discovery is there.</summary>
    public required IReadOnlyDictionary<string, Reading<bool>> Discovery { get; init; }

    /// <summary>A read of the console's routes; null if the cluster has no routes.</summary>
    public Reading<string>? ConsoleRoutes { get; init; }

    public required Reading<IReadOnlyList<V1CertificateSigningRequest>> Requests { get; init; }

    public required Reading<StaticPodOperator?> Etcd { get; init; }

    public required Reading<StaticPodOperator?> KubeApiServer { get; init; }

    public required Reading<StaticPodOperator?> KubeControllerManager { get; init; }

    /// <summary>What the operator lifecycle manager installed; null if the cluster does not have it.</summary>
    public Reading<IReadOnlyList<InstalledOperator>>? InstalledOperators { get; init; }

    /// <summary>The pods of OpenShift's own namespaces.</summary>
    public required Reading<IReadOnlyList<V1Pod>> Pods { get; init; }
}
