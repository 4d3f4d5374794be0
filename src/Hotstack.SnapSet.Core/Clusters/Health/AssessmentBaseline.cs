namespace Hotstack.Clusters.Health;

/// <summary>What a cluster was when it was shut down, to compare it with. Without it the comparisons are left out.</summary>
internal sealed record AssessmentBaseline
{
    /// <summary>Its nodes.</summary>
    public required IReadOnlyCollection<string> Nodes { get; init; }

    /// <summary>Those of them on which nobody was to place pods already then.</summary>
    public IReadOnlyCollection<string> UnschedulableNodes { get; init; } = [];

    /// <summary>How many cluster operators it had.</summary>
    public int OperatorCount { get; init; }

    /// <summary>The API groups that it served.</summary>
    public IReadOnlyCollection<string> ApiGroups { get; init; } = [];
}
