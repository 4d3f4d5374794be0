using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Stability;

/// <summary>How one of the cluster's operators is.</summary>
/// <param name="Name">The operator: <c>etcd</c>.</param>
public sealed record OperatorStanding(string Name)
{
    /// <summary>It is available, does not progress and is not degraded, and says so.</summary>
    public bool IsStable => Problems.Count == 0;

    /// <summary><c>Unavailable</c>, <c>Degraded</c>, <c>Progressing</c>; <c>AvailableUnknown</c> and so on where it does not tell; the
    /// worst first.</summary>
    public Listing<string> Problems { get; init; } = [];

    /// <summary>The reason of the worst problem, in one word; null if it is not told.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in the operator's own words; null if it is not told.</summary>
    public string? Message { get; init; }

    /// <summary>Since when it has had the oldest of its problems, by its own account; null if it is stable, or does not tell.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>For how long it has been unstable, as far as is known; zero if it is stable.</summary>
    public TimeSpan UnstableFor { get; init; }

    /// <summary><see cref="UnstableFor"/> for people: <c>12 min</c>.</summary>
    public string UnstableForText => TimeText.Of(UnstableFor);

    /// <summary>The operator, its problems and their reason on one line.</summary>
    public override string ToString() =>
        IsStable ? $"{Name}: stable" : $"{Name}: {string.Join(", ", Problems)}{(Reason is null ? "" : $" ({Reason})")}";

    /// <summary>What an operator tells of itself.</summary>
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
            Message = problems.Count > 0 && worst is null ? "it does not tell" : worst?.Message,
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
