using Hotstack.Clusters.CertificateRequests;

namespace Hotstack.Clusters;

/// <summary>The result of a revival.</summary>
public sealed record ReviveReport
{
    /// <summary>The cluster's name for people: its stack's if it was reached through a controller, otherwise its context's.</summary>
    public required string Name { get; init; }

    /// <summary>The kubeconfig's context.</summary>
    public required string Context { get; init; }

    /// <summary>The stack, if it is known.</summary>
    public string? StackName { get; init; }

    /// <summary>All services work: no check failed or is unknown.</summary>
    public bool IsHealthy => Assessment.IsHealthy;

    /// <summary>The cluster at the end.</summary>
    public required ClusterReport Assessment { get; init; }

    /// <summary>The checks, those that failed first.</summary>
    public Listing<ClusterCheck> Checks => Assessment.Checks;

    /// <summary>The result in a sentence.</summary>
    public string Summary => (!Assessment.HasCluster ? "Its servers run; it has no OpenShift cluster" : Assessment.IsHealthyWithExcuses ? "All its services work, except those that do not count"
        : IsHealthy ? "All its services work"
        : "Not all its services work, or not all could be checked") + $", after {TimeText.Of(Duration)}.";

    /// <summary>The checks that did not pass, those that failed first.</summary>
    public Listing<ClusterCheck> Problems => Assessment.Problems;

    /// <summary>The kubelets' signing requests and their outcome; of many that were not approved, the first.</summary>
    public Listing<CsrDecision> CertificateRequests { get; init; } = [];

    /// <summary>The steps with their times.</summary>
    public Listing<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>An error for each check that did not pass.</summary>
    public IEnumerable<HotstackException> GetFailures() => Assessment.Health.Reasons.Select(reason =>
        new HotstackException(ErrorCause.OperationFailed, "ReviveCheckFailed", $"Cluster '{Name}': {reason}.")
        {
            Target = Name,
            Hint = "The cluster is up. Fix this, or wait for it, and run Invoke-HotstackRevive or Test-HotstackCluster again.",
        });

    /// <summary>From the first step to the last.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The cluster and the result.</summary>
    public override string ToString() => $"{Name}: {Summary}";
}
