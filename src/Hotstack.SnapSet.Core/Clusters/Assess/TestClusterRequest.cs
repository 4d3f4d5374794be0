using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters.Assess;

/// <summary>What is asked about a cluster.</summary>
public sealed record TestClusterRequest
{
    /// <summary>What a report may take by default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    /// <summary>For how long its certificates must be valid, so that it may be shut down: at least 25 h.</summary>
    public TimeSpan MinimumValidity { get; init; } = CertificateRules.DefaultKeep;

    /// <summary>Cluster operators that need not be stable, with wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>The longest that all of it may take; what has not answered by then is unknown.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>The cloud's clock at this moment; null if it is not to be compared.</summary>
    public DateTimeOffset? CloudNow { get; init; }
}
