namespace Hotstack.Deployments;

/// <summary>Looks into a cluster before its running nodes are shut down for a SnapSet: whether it may be, and how it is.</summary>
public interface IClusterInspector
{
    /// <param name="request">What may be left out.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="HotstackException">The cluster is not safe to shut down (<c>ClusterNotSafe</c>); or the user named a kubeconfig, and
    /// that cannot be read or is another cluster's (<c>NodesDoNotMatch</c> …).</exception>
    Task<ClusterInspection> InspectAsync(
        ClusterInspectionRequest request, IReadOnlyList<Instance> instances, IActivity activity, CancellationToken token);
}

/// <summary>How a cluster is inspected.</summary>
public sealed record ClusterInspectionRequest
{
    /// <summary>Do not inspect it: neither its certificates nor its state are checked.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>ClusterOperators that may be unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>Aggregated APIServices that may be unavailable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>The user named the cluster: a kubeconfig that cannot be read, or is another cluster's, is an error then. Otherwise such a
    /// cluster counts as one that cannot be inspected.</summary>
    public bool IsClusterNamed { get; init; }
}

/// <summary>What is known of a cluster whose nodes are to be shut down. Neither: none of them runs.</summary>
/// <param name="Record">How it is; it may be shut down.</param>
/// <param name="Unknown">Why nothing is known of it.</param>
public sealed record ClusterInspection(ClusterRecord? Record, string? Unknown);
