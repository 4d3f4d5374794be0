using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>How a cluster was before it was shut down: what a revive compares with, and until when one is possible.</summary>
public sealed record ClusterRecord
{
    /// <summary>The cluster's UUID, made by the installer.</summary>
    public string? ClusterId { get; init; }

    /// <summary>OpenShift's version: <c>4.18.6</c>.</summary>
    public string? Version { get; init; }

    /// <summary>When this was read, by the cluster's clock.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Until then the cluster revives by itself; null if it could not be found out.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then it revives with our help; null if it could not be found out.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>Certificates that could not be read may end earlier than these two dates.</summary>
    public bool AreDatesUpperBounds { get; init; }

    /// <summary>How many ClusterOperators there were.</summary>
    public int? OperatorCount { get; init; }

    /// <summary>OpenShift's API groups that were there: <c>route.openshift.io</c>.</summary>
    public Listing<string> ApiGroups { get; init; } = [];

    /// <summary>API services that were not available already then: <c>v1beta1.external.metrics.k8s.io</c>. A revival does not wait for them.</summary>
    public Listing<string> BrokenApiServices { get; init; } = [];

    /// <summary>Cluster operators that were not stable already then, and were ignored. A revival does not wait for them.</summary>
    public Listing<string> BrokenOperators { get; init; } = [];

    /// <summary>Installed operators that had not succeeded already then, by namespace and name. A revival does not demand that they do.</summary>
    public Listing<string> BrokenInstalledOperators { get; init; } = [];

    /// <summary>The nodes, by their servers' names.</summary>
    public Listing<NodeRecord> Nodes { get; init; } = [];

    /// <summary>The servers of the deployment, the nodes' and others.</summary>
    public Listing<Instance> Instances { get; init; } = [];

    /// <summary>The stack, where that is known.</summary>
    public string? StackName { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>Which cluster, and when.</summary>
    public override string ToString() => $"OpenShift {Version ?? "of unknown version"}, recorded {TimeText.Of(RecordedAt)}";
}

/// <summary>How a node was before its cluster was shut down.</summary>
public sealed record NodeRecord
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its server in the deployment: <c>master0</c>.</summary>
    public string? InstanceName { get; init; }

    /// <summary>Its addresses: what a certificate may be for. What its status told and OpenStack did not know as its server's is not among them.</summary>
    public Listing<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Which boot it was; a revived node has another.</summary>
    public string? BootId { get; init; }

    /// <summary>It was cordoned already before us, and has to be so again.</summary>
    public bool WasUnschedulable { get; init; }

    /// <summary>When its kubelet's client certificate ends; null if unknown.</summary>
    public DateTimeOffset? ClientCertificateUntil { get; init; }

    /// <summary>When its kubelet's serving certificate ends; null if unknown, or if it has none.</summary>
    public DateTimeOffset? ServingCertificateUntil { get; init; }

    /// <summary>By their servers' names, which begin with their roles.</summary>
    internal static Listing<NodeRecord> InOrder(IEnumerable<NodeRecord> nodes) =>
        [.. nodes.OrderBy(node => node.InstanceName, StringComparer.Ordinal)];

    /// <summary>The name, so that a list of nodes reads well.</summary>
    public override string ToString() => Name;
}
