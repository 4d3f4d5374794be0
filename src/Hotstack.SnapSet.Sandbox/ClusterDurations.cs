namespace Hotstack.Sandbox;

/// <summary>How long the cluster takes for what it does; divided by the sandbox's speed. So are the times until certificates are renewed;
/// their dates are not scaled, as clients compare them with a clock.</summary>
public sealed record ClusterDurations
{
    /// <summary>From a server's ACTIVE to its running kubelet.</summary>
    public TimeSpan NodeBoot { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From a quorum of ACTIVE masters to an API that takes connections.</summary>
    public TimeSpan ApiBoot { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after that the API is not ready yet.</summary>
    public TimeSpan ApiStarting { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the time both run to the first word of the first node; each further one takes as long again.</summary>
    public TimeSpan NodeContact { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two heartbeats of a node.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From a node's last heartbeat to <c>Ready=Unknown</c>.</summary>
    public TimeSpan NodeGrace { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>From ready API to expired certificates made anew.</summary>
    public TimeSpan CertificateRecovery { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>From the deletion of an operator's secret to its new one.</summary>
    public TimeSpan SecretRecreation { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From quorum to the aggregated APIs.</summary>
    public TimeSpan AggregatedApis { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>From a CSR's approval to its certificate.</summary>
    public TimeSpan CsrSigning { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After which a kubelet asks again if nobody has answered.</summary>
    public TimeSpan CsrRetry { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>From a namespace's creation to its service account, without which it takes no pods.</summary>
    public TimeSpan ServiceAccount { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From a pod's creation to its container's start.</summary>
    public TimeSpan PodStart { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From there to its end.</summary>
    public TimeSpan PodRun { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From a pod's or namespace's deletion to its absence.</summary>
    public TimeSpan PodStop { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a guest takes to shut itself down.</summary>
    public TimeSpan GuestShutdown { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a kubelet takes to restart.</summary>
    public TimeSpan KubeletRestart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the API is away when restarted.</summary>
    public TimeSpan ApiRestart { get; init; } = TimeSpan.FromSeconds(20);
}
