using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Look;

namespace Hotstack.Clusters;

/// <summary>A cluster at one moment as it reports itself, not judged.</summary>
public sealed record ClusterStatus
{
    /// <summary>Its name for people: its stack's if it was reached through a controller, otherwise its context's.</summary>
    public required string Name { get; init; }

    /// <summary>The stack of its deployment; null if it is not known.</summary>
    public string? StackName { get; init; }

    /// <summary>The kubeconfig's context.</summary>
    public required string Context { get; init; }

    /// <summary><c>OpenShift</c>, <c>MicroShift</c>, or <c>Kubernetes</c> for any other.</summary>
    public required string Distribution { get; init; }

    /// <summary>Its version: <c>4.18.6</c>; null if the cluster does not report it.</summary>
    public string? Version { get; init; }

    /// <summary>The cluster's UUID; null if it does not report it.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The platform that OpenShift was installed for: <c>None</c>, <c>BareMetal</c> …; null if it is not known.</summary>
    public string? Platform { get; init; }

    /// <summary>The control plane: <c>HighlyAvailable</c>, <c>SingleReplica</c>, or <c>External</c> if it is on another cluster; null if
    /// it is not known.</summary>
    public string? ControlPlaneTopology { get; init; }

    /// <summary>When it was read, by its own clock; null if its answers have no date.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>Its nodes, the masters first, then by name.</summary>
    public Listing<NodeReport> Nodes { get; init; } = [];

    /// <summary>OpenShift's own services, those that are not stable first, then by name.</summary>
    public Listing<OperatorReport> Operators { get; init; } = [];

    /// <summary>Its certificates whose dates are known, by namespace and name. Those of the kubelets are in <see cref="Nodes"/>.</summary>
    public Listing<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>Its certificate signing requests: the pending ones first, then the newest first.</summary>
    public Listing<SigningRequest> CertificateRequests { get; init; } = [];

    /// <summary>What was not read, and why; empty if all was.</summary>
    public Listing<UnreadPart> Unread { get; init; } = [];

    /// <summary>How many of its nodes are ready; null if they were not read.</summary>
    public int? ReadyNodeCount => IsKnown(nameof(Nodes), Nodes.Count) ? Nodes.Count(node => node.IsReady) : null;

    /// <summary>Of how many: <c>4/5</c>; null if they were not read.</summary>
    public string? ReadyNodeCountText => ReadyNodeCount is { } count ? $"{count}/{Nodes.Count}" : null;

    /// <summary>How many of its operators are stable; null if they were not read, or if it has none because it is not OpenShift.</summary>
    public int? StableOperatorCount => IsKnown(nameof(Operators), Operators.Count) ? Operators.Count(one => one.IsStable) : null;

    /// <summary>Of how many: <c>32/33</c>; null if there is no number.</summary>
    public string? StableOperatorCountText => StableOperatorCount is { } count ? $"{count}/{Operators.Count}" : null;

    /// <summary>How many of its certificate signing requests are pending; null if they were not read.</summary>
    public int? PendingRequestCount =>
        IsKnown(nameof(CertificateRequests), CertificateRequests.Count) ? CertificateRequests.Count(request => request.IsPending) : null;

    /// <summary>When the first of its certificates expires, a kubelet's or another, apart from those that have expired; null if no
    /// end is known.</summary>
    public DateTimeOffset? FirstExpiry { get; init; }

    /// <summary>The certificate that expires then; null if no end is known.</summary>
    public string? FirstExpiryOf { get; init; }

    /// <summary>Its certificates that have expired.</summary>
    public Listing<string> Expired { get; init; } = [];

    /// <summary>How much of each part there is, and how it is, in short sentences.</summary>
    public Listing<string> Summary => [.. new StatusText(this).Lines()];

    /// <summary>The cloud of the deployment, by its name in clouds.yaml; null if it is not known.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>None is a number too, if the part was read; but only OpenShift has operators.</summary>
    private bool IsKnown(string part, int count) => count > 0
        || (Unread.All(unread => unread.Part != part) && (part != nameof(Operators) || Distribution == "OpenShift"));
}

/// <summary>A part of a cluster that was not read, or not whole.</summary>
/// <param name="Part">The property of the <see cref="ClusterStatus"/>: <c>Nodes</c>.</param>
/// <param name="Reason">Why, with verb and resource: <c>no permission to list nodes</c>.</param>
public sealed record UnreadPart(string Part, string Reason)
{
    /// <summary>The part and the reason.</summary>
    public override string ToString() => $"{Part}: {Reason}";
}
