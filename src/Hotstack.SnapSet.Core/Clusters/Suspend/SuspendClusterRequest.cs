using Hotstack.Deployments;

namespace Hotstack.Clusters.Suspend;

/// <summary>Which cluster to shut down, and how.</summary>
public sealed record SuspendClusterRequest
{
    /// <summary>The servers of the deployment.</summary>
    public required InstanceSource Source { get; init; }

    /// <summary>Who shuts the nodes down.</summary>
    public ShutdownMethod Method { get; init; } = ShutdownMethod.Guest;

    /// <summary>Shut down also when the certificates do not let the cluster be revived later, or do not tell.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>How long the kubelets' certificates have to be valid still.</summary>
    public TimeSpan MinimumValidity { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Have the certificates made anew first.</summary>
    public bool ForceRotation { get; init; }

    /// <summary>Have OpenShift's own backup of etcd made on a master first.</summary>
    public bool EtcdBackup { get; init; }

    /// <summary>Evict the pods of the workers first.</summary>
    public bool Drain { get; init; }

    /// <summary>How long pods may take to leave.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>ClusterOperators that may be unstable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>The image of the helper pods; null for one that each node has already.</summary>
    public string? HelperImage { get; init; }

    /// <summary>Commands are run on nodes by helper pods.</summary>
    internal bool NeedsHelperPods => Method == ShutdownMethod.Guest || EtcdBackup || ForceRotation;

    /// <summary>From the arming of the first node to the shutdown of the first; at least two minutes.</summary>
    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the servers may take to shut off.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The pause between two looks.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Who shuts nodes down.</summary>
public enum ShutdownMethod
{
    /// <summary>Their own systemd, which takes the time that it needs.</summary>
    Guest,

    /// <summary>Nova, which cuts the power after a minute unless the image says otherwise (<c>os_shutdown_timeout</c>).</summary>
    Nova,
}
