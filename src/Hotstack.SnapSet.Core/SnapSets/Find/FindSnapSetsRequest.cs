namespace Hotstack.SnapSets.Find;

/// <summary>Which sets are looked for; all that is given must hold.</summary>
public sealed record FindSnapSetsRequest
{
    /// <summary>Exact ids and patterns; none for all. A set that is meant by its exact id must exist.</summary>
    public IReadOnlyList<SnapSetReference> Ids { get; init; } = [];

    /// <summary>Only the newest that is complete, or that may be (of upstream's). Not of all projects.</summary>
    public bool Latest { get; init; }

    /// <summary>Only sets of this stack.</summary>
    public string? StackName { get; init; }

    /// <summary>Only incomplete ones.</summary>
    public bool Incomplete { get; init; }

    /// <summary>Also other projects' sets, as far as their images are shown to us.</summary>
    public bool AllProjects { get; init; }
}
