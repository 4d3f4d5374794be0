using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>The state of a cluster operator during a wait.</summary>
/// <param name="Name">The operator: <c>etcd</c>.</param>
public sealed record OperatorStanding(string Name)
{
    /// <summary>It reports that it is available, does not progress, and is not degraded.</summary>
    public bool IsStable => Problems.Count == 0;

    /// <summary><c>Unavailable</c>, <c>Degraded</c>, <c>Progressing</c>; <c>AvailableUnknown</c> and so on where it does not report it;
    /// the worst first.</summary>
    public Listing<string> Problems { get; init; } = [];

    /// <summary>The reason of the worst problem, in one word; null if it reports none.</summary>
    public string? Reason { get; init; }

    /// <summary>The operator's message about it; null if it reports none.</summary>
    public string? Message { get; init; }

    /// <summary>Since when it has its oldest problem, as it reports; null if it is stable, or reports no time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long it has been unstable, as far as is known; zero if it is stable.</summary>
    public TimeSpan UnstableFor { get; init; }

    /// <summary><see cref="UnstableFor"/> for people: <c>12 min</c>.</summary>
    public string UnstableForText => TimeText.Of(UnstableFor);

    /// <summary>The operator, its problems and their reason on one line.</summary>
    public override string ToString() =>
        IsStable ? $"{Name}: stable" : $"{Name}: {string.Join(", ", Problems)}{(Reason is null ? "" : $" ({Reason})")}";

    /// <summary>The state that an operator reports.</summary>
    internal static OperatorStanding Of(ClusterOperator clusterOperator)
    {
        var problems = new List<(string Word, Condition? Condition)>();
        Require("Available", "True", "Unavailable");
        Require("Degraded", "False", "Degraded");
        Require("Progressing", "False", "Progressing");
        Condition? worst = problems.Count > 0 ? problems[0].Condition : null;
        return new OperatorStanding(clusterOperator.Name)
        {
            Problems = [.. problems.Select(p => p.Word)],
            Reason = worst?.Reason,
            Message = problems.Count > 0 && worst is null ? "it does not report that condition" : worst?.Message,
            Since = problems.Min(p => p.Condition?.LastTransitionTime),
        };

        void Require(string type, string status, string word)
        {
            Condition? condition = clusterOperator.Conditions.Find(type);
            if (condition?.Status != status)
            {
                problems.Add((condition is { IsTrue: true } or { IsFalse: true } ? word : type + "Unknown", condition));
            }
        }
    }
}

/// <summary>A change during a wait for stability.</summary>
/// <param name="At">When it was seen, by the cluster's clock.</param>
/// <param name="Operator">The operator; null for the whole cluster.</param>
/// <param name="What">What happened: <c>became stable</c>.</param>
public sealed record StabilityEvent(DateTimeOffset At, string? Operator, string What)
{
    /// <inheritdoc/>
    public override string ToString() => Operator is null ? What : $"{Operator} {What}";
}

/// <summary>A cluster was not stable in the time allowed (<c>ClusterNotStable</c>).</summary>
/// <param name="culprits">The operators that are not stable, the oldest problem first.</param>
/// <param name="history">The changes during the wait.</param>
/// <param name="message">Lists what is not stable.</param>
public sealed class ClusterNotStableException(
    IReadOnlyList<OperatorStanding> culprits, IReadOnlyList<StabilityEvent> history, string message)
    : HotstackException(ErrorCause.TimedOut, "ClusterNotStable", message)
{
    /// <summary>The operators that are not stable, the oldest problem first.</summary>
    public IReadOnlyList<OperatorStanding> Culprits { get; } = culprits;

    /// <summary>The changes during the wait.</summary>
    public IReadOnlyList<StabilityEvent> History { get; } = history;
}
