using Hotstack.Clusters.Assess;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>Polls the operators of a cluster, and gives each answer to a <see cref="StabilityTracker"/>.</summary>
internal sealed class OperatorPolls(Cluster cluster, TimeSpan stableFor, ClusterExemptions exemptions, IActivity activity)
{
    private readonly Cluster _polled = cluster.ForPolling();
    private readonly ApiPatience _patience = new(cluster.Time) { IsAbsenceFinal = true };
    private readonly DateTimeOffset _start = cluster.Time.GetUtcNow();
    private readonly long _mark = cluster.Time.GetTimestamp();

    /// <summary>What is known.</summary>
    public StabilityTracker Tracker { get; } = new(stableFor, exemptions.Operators);

    /// <summary>Our time. A change of the system's clock does not affect it.</summary>
    public DateTimeOffset Now => _start + cluster.Time.GetElapsedTime(_mark);

    /// <exception cref="HotstackException">There are no operators, or our login is refused for minutes.</exception>
    public async Task<StabilityState> PollAsync(CancellationToken stop)
    {
        DateTimeOffset asked = Now;
        (bool isThere, ObjectList<ClusterOperator>? list) = await _patience
            .TryAsync(() => _polled.ListAsync(OpenShiftKinds.ClusterOperators, stop));
        if (isThere)
        {
            exemptions.WarnOfUnmatchedOperators(list!.Items, activity);
        }

        return isThere
            ? Tracker.Observe(list!.Items, cluster.Now, Now, asked)
            : Tracker.ObserveFailure(_patience.LastFailure!.Message, cluster.Now, Now, asked);
    }
}
