using Hotstack.Clusters.CertificateRequests;
using Hotstack.Deployments;

namespace Hotstack.Clusters.Revive;

/// <summary>Which cluster to revive, and how.</summary>
public sealed record ReviveClusterRequest
{
    /// <summary>The servers of the deployment.</summary>
    public required InstanceSource Source { get; init; }

    /// <summary>How the cluster was before; null if nobody recorded it, as for sets made upstream.</summary>
    public ClusterRecord? Record { get; init; }

    /// <summary>What to do with the kubelets' signing requests.</summary>
    public CsrPolicy CsrPolicy { get; init; } = CsrPolicy.Strict;

    /// <summary>ClusterOperators that may stay unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>Try it also when the record says that it is too late.</summary>
    public bool Force { get; init; }

    /// <summary>How long the operators have to be stable without a break, round after round. Short rounds first are faster than a
    /// single long one, whose count begins anew at every flap.</summary>
    public IReadOnlyList<TimeSpan> StableFor { get; init; } = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)];

    /// <summary>How long to wait before the operators are looked at, if the cluster has just booted: what they show then is how they
    /// were before the shutdown, until their leaders look again.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a round of stability may be tried while progress is made.</summary>
    public int MostRounds { get; init; } = 5;

    /// <summary>For the whole run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(90);

    /// <summary>The pause between two looks.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);
}
