namespace Hotstack.Deployments;

/// <summary>Inspects a cluster before its running nodes are shut down for a SnapSet: whether that is safe, and its state.</summary>
public interface IClusterInspector
{
    /// <param name="request">What to leave out.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="token">Cancels the inspection.</param>
    /// <exception cref="HotstackException">The cluster is not safe to shut down (<c>ClusterNotSafe</c>); or the kubeconfig the user named
    /// cannot be read or belongs to another cluster (<c>NodesDoNotMatch</c> …).</exception>
    Task<ClusterInspection> InspectAsync(
        ClusterInspectionRequest request, IReadOnlyList<Instance> instances, IActivity activity, CancellationToken token);
}

/// <summary>How to inspect a cluster.</summary>
public sealed record ClusterInspectionRequest
{
    /// <summary>Skip the inspection: check neither certificates nor state.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>ClusterOperators that may be unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>Aggregated APIServices that may be unavailable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>The user named the cluster, so a kubeconfig that cannot be read or belongs to another cluster is an error. Otherwise the
    /// cluster counts as one that cannot be inspected.</summary>
    public bool IsClusterNamed { get; init; }
}

/// <summary>The result of an inspection; neither value is set if no node runs.</summary>
/// <param name="Record">The state of a cluster that may be shut down.</param>
/// <param name="Unknown">Why the cluster could not be inspected.</param>
public sealed record ClusterInspection(ClusterRecord? Record, string? Unknown);
