namespace Hotstack.Clusters.Wait;

/// <summary>What to wait for.</summary>
public sealed record WaitClusterRequest
{
    /// <summary>The state to wait for.</summary>
    public ClusterGoal Goal { get; init; } = ClusterGoal.Stable;

    /// <summary>How long all operators have to be well without a break.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>ClusterOperators that do not matter; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>How long the kubelets' certificates have to be valid still.</summary>
    public TimeSpan MinimumValidity { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The longest to wait; null for what the goal usually takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The pause between two looks; null for what suits the goal.</summary>
    public TimeSpan? PollInterval { get; init; }
}

/// <summary>A state of a cluster that can be waited for.</summary>
public enum ClusterGoal
{
    /// <summary>All ClusterOperators are well, and have been for a while.</summary>
    Stable,

    /// <summary>Its certificates let it be shut down and revived later.</summary>
    CertificateRotation,

    /// <summary>Every check of its health has passed.</summary>
    Ready,

    /// <summary>Its API answers, and goes on answering.</summary>
    Api,
}
