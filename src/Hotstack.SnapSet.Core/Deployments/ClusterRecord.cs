using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>The state of a cluster before shutdown: what a revival compares with, and until when one is possible.</summary>
public sealed record ClusterRecord
{
    /// <summary>The cluster's UUID, made by the installer.</summary>
    public string? ClusterId { get; init; }

    /// <summary>OpenShift's version: <c>4.18.6</c>.</summary>
    public string? Version { get; init; }

    /// <summary>When it was recorded, by the cloud's clock; with an earlier version, by the cluster's.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Until then the cluster revives by itself; null if unknown.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then it revives with approvals; null if unknown.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>Certificates that could not be read may expire before these two dates.</summary>
    public bool AreDatesUpperBounds { get; init; }

    /// <summary>The number of ClusterOperators.</summary>
    public int? OperatorCount { get; init; }

    /// <summary>OpenShift's API groups: <c>route.openshift.io</c>.</summary>
    public Listing<string> ApiGroups { get; init; } = [];

    /// <summary>API services unavailable already at shutdown: <c>v1beta1.external.metrics.k8s.io</c>. A revival does not wait for
    /// them.</summary>
    public Listing<string> BrokenApiServices { get; init; } = [];

    /// <summary>ClusterOperators unstable already at shutdown, and ignored. A revival does not wait for them.</summary>
    public Listing<string> BrokenOperators { get; init; } = [];

    /// <summary>Installed operators that had not succeeded at shutdown, by namespace and name. A revival does not require them.</summary>
    public Listing<string> BrokenInstalledOperators { get; init; } = [];

    /// <summary>The names of servers that were off already at shutdown, such as bare-metal stand-ins that Ironic had powered off. A revival
    /// leaves them off.</summary>
    public Listing<string> OffInstances { get; init; } = [];

    /// <summary>The nodes, ordered by their servers' names.</summary>
    public Listing<NodeRecord> Nodes { get; init; } = [];

    /// <summary>The servers of the deployment, including those that are not nodes.</summary>
    public Listing<Instance> Instances { get; init; } = [];

    /// <summary>The stack, if known.</summary>
    public string? StackName { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The steps of the run that shut the cluster down, with their times. Only the output of that run has them: they are not
    /// written to images or servers.</summary>
    public Listing<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>From the beginning of the first step to the end of the last; zero without steps.</summary>
    public TimeSpan Duration => Timeline.Count == 0 ? TimeSpan.Zero
        : Timeline.Max(step => step.At + step.Duration) - Timeline.Min(step => step.At);

    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>Version and time.</summary>
    public override string ToString() => $"OpenShift {Version ?? "of unknown version"}, recorded {TimeText.Of(RecordedAt)}";
}

/// <summary>The state of a node before its cluster was shut down.</summary>
public sealed record NodeRecord
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its server in the deployment: <c>master0</c>.</summary>
    public string? InstanceName { get; init; }

    /// <summary>Its addresses, for which certificates may be issued. Only addresses that OpenStack also knows for its server.</summary>
    public Listing<NodeAddress> Addresses { get; init; } = [];

    /// <summary>The boot id; a revived node has another one.</summary>
    public string? BootId { get; init; }

    /// <summary>It was cordoned before the shutdown, and must be so again.</summary>
    public bool WasUnschedulable { get; init; }

    /// <summary>When its kubelet's client certificate expires; null if unknown.</summary>
    public DateTimeOffset? ClientCertificateUntil { get; init; }

    /// <summary>When its kubelet's serving certificate expires; null if unknown or absent.</summary>
    public DateTimeOffset? ServingCertificateUntil { get; init; }

    /// <summary>Orders by the servers' names, which begin with the roles.</summary>
    internal static Listing<NodeRecord> InOrder(IEnumerable<NodeRecord> nodes) =>
        [.. nodes.OrderBy(node => node.InstanceName, StringComparer.Ordinal)];

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
