namespace Hotstack.Clusters.Stability;

/// <summary>How stable a cluster is, by one look at its operators and those before.</summary>
internal sealed record StabilityState
{
    /// <summary>It has been stable for as long as was asked for.</summary>
    public required bool IsReached { get; init; }

    /// <summary>For how long it is known to have been stable; null if it is not stable.</summary>
    public required TimeSpan? StableFor { get; init; }

    /// <summary>For how long it has to stay so.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>The operators that count.</summary>
    public IReadOnlyList<OperatorStanding> Operators { get; init; } = [];

    /// <summary>Those that are not stable, the oldest trouble first.</summary>
    public IReadOnlyList<OperatorStanding> Unstable =>
        [.. Operators.Where(o => !o.IsStable).OrderByDescending(o => o.UnstableFor).ThenBy(o => o.Name, StringComparer.Ordinal)];

    /// <summary>Why it is not stable where that is no operator's fault: there is none, or they could not be read.</summary>
    public string? Obstacle { get; init; }

    /// <summary>It cannot become stable, however long it is waited for.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>What is new since the look before.</summary>
    public IReadOnlyList<StabilityEvent> Events { get; init; } = [];
}

/// <summary>Something that happened while a cluster was waited for.</summary>
/// <param name="At">When it was seen, by the cluster's clock.</param>
/// <param name="Operator">The operator; null for the whole cluster.</param>
/// <param name="What">What, in words: <c>became stable</c>.</param>
public sealed record StabilityEvent(DateTimeOffset At, string? Operator, string What)
{
    /// <inheritdoc/>
    public override string ToString() => Operator is null ? What : $"{Operator} {What}";
}

/// <summary>A cluster that became stable.</summary>
public sealed record StabilityResult
{
    /// <summary>Its operators, without those that were ignored.</summary>
    public required IReadOnlyList<OperatorStanding> Operators { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>For how long it had been stable then.</summary>
    public required TimeSpan StableFor { get; init; }

    /// <summary>What happened meanwhile.</summary>
    public required IReadOnlyList<StabilityEvent> History { get; init; }
}
