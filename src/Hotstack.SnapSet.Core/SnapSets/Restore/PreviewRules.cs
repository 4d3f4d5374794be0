using Hotstack.OpenStack.Orchestration;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>A stack is not made as long as nobody knows whether Heat makes its servers.</summary>
internal static class PreviewRules
{
    /// <summary>What is not known, or other than was planned, of the servers that are restored: one sentence each.</summary>
    public static IEnumerable<string> Open(RestoreDraft draft, StackPreview preview)
    {
        if (preview.Refusal is not null)
        {
            yield break;
        }

        HashSet<string> needed = [.. draft.Plan.Servers.SelectMany(server => NamesOf(server, draft.Bundle.Template))];
        if (preview.Differs(draft))
        {
            yield return "a condition of the template depends on the images of the set, so the resources that Heat creates change with them: "
                + "remove such conditions from the template";
        }
        else if (!preview.IsKnown && needed.Intersect(draft.Bundle.Presence.Unknown).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } unknown)
        {
            yield return $"whether Heat makes {string.Join(", ", unknown)} depends on a condition that only Heat can evaluate, "
                + "and its preview lists no resources";
        }

        foreach (PlannedServer planned in preview.IsKnown ? draft.Plan.Servers : [])
        {
            if (!preview.Listed.Contains((planned.ResourceName, TemplateResources.ServerType)))
            {
                yield return $"{planned.Member.Name}: Heat would not create the server {planned.ResourceName} of this template";
            }
        }
    }

    private static IEnumerable<string> NamesOf(PlannedServer planned, HeatTemplate template) =>
        template.FindServer(planned.ResourceName) is { } server
            ? [server.ResourceName, .. server.Ports.Select(port => port.ResourceName).OfType<string>(), .. server.VolumeResources]
            : [planned.ResourceName];
}

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
