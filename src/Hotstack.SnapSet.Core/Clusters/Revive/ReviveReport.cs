using Hotstack.Clusters.CertificateRequests;

namespace Hotstack.Clusters;

/// <summary>What came of a revival.</summary>
public sealed record ReviveReport
{
    /// <summary>The kubeconfig's context.</summary>
    public required string Context { get; init; }

    /// <summary>The stack, where that is known.</summary>
    public string? StackName { get; init; }

    /// <summary>All services are proved to work: no check has failed or is unknown.</summary>
    public bool IsHealthy => Assessment.IsHealthy;

    /// <summary>The cluster at the end.</summary>
    public required ClusterReport Assessment { get; init; }

    /// <summary>The checks, those that failed first.</summary>
    public Listing<ClusterCheck> Checks => Assessment.Checks;

    /// <summary>What came of it, in a sentence for people.</summary>
    public string Summary =>
        $"{(Assessment.IsHealthyWithExcuses ? "All its services work, except those that do not count" : IsHealthy ? "All its services work" : "Not all its services work, or not all could be checked")}, after {TimeText.Of(Duration)}.";

    /// <summary>The checks that did not pass, those that failed first.</summary>
    public Listing<ClusterCheck> Problems => Assessment.Problems;

    /// <summary>The kubelets' signing requests that were seen, and what became of them; of many that were not approved, the first.</summary>
    public Listing<CsrDecision> CertificateRequests { get; init; } = [];

    /// <summary>What happened when.</summary>
    public Listing<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>An error for each check of the services that did not pass.</summary>
    public IEnumerable<HotstackException> GetFailures() => Assessment.Health.Reasons.Select(reason =>
        new HotstackException(ErrorCause.OperationFailed, "ReviveCheckFailed", $"Cluster '{Context}': {reason}.")
        {
            Target = Context,
            Hint = "The cluster is up: put this right, or wait for it, and run Invoke-HotstackRevive or Test-HotstackCluster again.",
        });

    /// <summary>From the first step to the last.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The cluster and what came of it.</summary>
    public override string ToString() => $"{Context}: {Summary}";
}

/// <summary>A step of a revival that has ended.</summary>
/// <param name="At">When it began, by this machine's clock, in UTC.</param>
/// <param name="Step">Which: <c>Servers</c>, <c>Api</c>, <c>Nodes</c>.</param>
/// <param name="Result">What came of it, in a sentence.</param>
/// <param name="Duration">How long it took.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Step, string Result, TimeSpan Duration)
{
    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The step and what came of it.</summary>
    public override string ToString() => $"{Step}: {Result}";
}
