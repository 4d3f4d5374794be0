namespace Hotstack.Clusters.Stability;

/// <summary>A cluster was not stable in the time allowed (<c>ClusterNotStable</c>).</summary>
/// <param name="culprits">The operators that are not stable, the oldest trouble first.</param>
/// <param name="history">What happened meanwhile.</param>
/// <param name="message">Names the culprits.</param>
public sealed class ClusterNotStableException(
    IReadOnlyList<OperatorStanding> culprits, IReadOnlyList<StabilityEvent> history, string message)
    : HotstackException(ErrorCause.TimedOut, "ClusterNotStable", message)
{
    /// <summary>The operators that are not stable, the oldest trouble first.</summary>
    public IReadOnlyList<OperatorStanding> Culprits { get; } = culprits;

    /// <summary>What happened meanwhile.</summary>
    public IReadOnlyList<StabilityEvent> History { get; } = history;
}
