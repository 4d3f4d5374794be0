using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>What Heat says of a stack before it makes it.</summary>
/// <param name="Resources">What it would make; empty if it does not tell.</param>
/// <param name="Refusal">Why it would not make the stack; null if it would.</param>
internal sealed record StackPreview(IReadOnlyList<PreviewedResource> Resources, string? Refusal)
{
    /// <summary>Heat told what it would make.</summary>
    public bool IsKnown => Resources.Count > 0;

    /// <summary>The resources by names and types.</summary>
    public IReadOnlySet<(string Name, string Type)> Listed => Resources.Select(resource => (resource.Name, resource.Type)).ToHashSet();

    /// <summary>Whether Heat would make other resources than the draft was composed for.</summary>
    public bool Differs(RestoreDraft draft) =>
        IsKnown && !draft.Bundle.Presence.CorrectedBy(Listed).IsSameAs(draft.Bundle.Presence);
}
