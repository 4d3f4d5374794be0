namespace Hotstack.Clusters.Assess;

/// <summary>What a cluster was when it was shut down, to compare it with. Without it the comparisons are left out.</summary>
internal sealed record AssessmentBaseline
{
    /// <summary>Its UUID; null if it was not recorded.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Its nodes.</summary>
    public required IReadOnlyCollection<string> Nodes { get; init; }

    /// <summary>Those of them on which nobody was to place pods already then.</summary>
    public IReadOnlyCollection<string> UnschedulableNodes { get; init; } = [];

    /// <summary>How many cluster operators it had.</summary>
    public int OperatorCount { get; init; }

    /// <summary>The API groups that it served.</summary>
    public IReadOnlyCollection<string> ApiGroups { get; init; } = [];

    /// <summary>The API services that were not available already then.</summary>
    public IReadOnlyCollection<string> BrokenApiServices { get; init; } = [];

    /// <summary>The cluster operators that were not stable already then.</summary>
    public IReadOnlyCollection<string> BrokenOperators { get; init; } = [];

    /// <summary>The installed operators that had not succeeded already then.</summary>
    public IReadOnlyCollection<string> BrokenInstalledOperators { get; init; } = [];

    /// <summary>From what was recorded; null if nothing was.</summary>
    public static AssessmentBaseline? From(ClusterRecord? record) => record is null ? null : new AssessmentBaseline
    {
        ClusterId = record.ClusterId,
        Nodes = [.. record.Nodes.Select(node => node.Name)],
        UnschedulableNodes = [.. record.Nodes.Where(node => node.WasUnschedulable).Select(node => node.Name)],
        OperatorCount = record.OperatorCount ?? 0,
        ApiGroups = record.ApiGroups,
        BrokenApiServices = record.BrokenApiServices,
        BrokenOperators = record.BrokenOperators,
        BrokenInstalledOperators = record.BrokenInstalledOperators,
    };
}
