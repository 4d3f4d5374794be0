namespace Hotstack.SnapSets.Remove;

/// <summary>Which sets to remove, and how: either by id or by what is to be kept.</summary>
public sealed record PruneSnapSetsRequest
{
    /// <summary>Exact ids and patterns.</summary>
    public IReadOnlyList<SnapSetReference> Ids { get; init; } = [];

    /// <summary>Instead of ids: which sets are old enough to go.</summary>
    public SnapSetRetention? Retention { get; init; }

    /// <summary>Only sets of this stack, of those that retention or a wildcard chooses.</summary>
    public string? StackName { get; init; }

    /// <summary>Also images that are protected.</summary>
    public bool Force { get; init; }
}
