using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>Heat's preview of a stack.</summary>
/// <param name="Resources">The planned resources; empty if Heat does not list them.</param>
/// <param name="Refusal">Why Heat refuses the stack; null if it accepts it.</param>
internal sealed record StackPreview(IReadOnlyList<PreviewedResource> Resources, string? Refusal)
{
    /// <summary>Whether Heat listed the planned resources.</summary>
    public bool IsKnown => Resources.Count > 0;

    /// <summary>The resources by name and type.</summary>
    public IReadOnlySet<(string Name, string Type)> Listed => Resources.Select(resource => (resource.Name, resource.Type)).ToHashSet();

    /// <summary>Whether Heat plans other resources than the draft assumes.</summary>
    public bool Differs(RestoreDraft draft) =>
        IsKnown && !draft.Bundle.Presence.CorrectedBy(Listed).IsSameAs(draft.Bundle.Presence);
}
