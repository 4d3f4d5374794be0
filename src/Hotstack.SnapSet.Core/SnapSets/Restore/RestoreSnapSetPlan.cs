using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.SnapSets.Restore;

/// <summary>A restore whose checks have passed.</summary>
internal sealed record RestoreSnapSetPlan
{
    public required SnapSet Set { get; init; }

    /// <summary>The restored members.</summary>
    public required IReadOnlyList<PlannedServer> Servers { get; init; }

    public required RestoreMode Mode { get; init; }

    /// <summary>The reasons for the mode, one sentence each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required StackRequest Stack { get; init; }

    /// <summary>The existing stack of that name; null for none.</summary>
    public Stack? Existing { get; init; }

    /// <summary>The existing stack was begun from this set: only the wait remains.</summary>
    public bool IsContinued { get; init; }

    /// <summary>A stack of that name is deleted first: what it occupies is free then.</summary>
    public bool ReplacesStack { get; init; }

    /// <summary>The changes of the template, one sentence each.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The template's volumes that are made from snapshots.</summary>
    public IReadOnlyList<PlacedVolume> Volumes { get; init; } = [];

    /// <summary>The warnings for the user, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The planned resources; empty if Heat did not list them.</summary>
    public IReadOnlyList<PreviewedResource> Resources { get; init; } = [];

    /// <summary>What the stack takes of the project's quotas; empty if Heat did not list its resources, or if it exists.</summary>
    public IReadOnlyDictionary<string, long> Needs { get; init; } = new Dictionary<string, long>();

    /// <summary>For a stack update: what happens to the existing resources.</summary>
    public ILookup<string, string>? ResourceChanges { get; init; }

    /// <summary>Files from outside the template's folder that are sent too, by their real paths.</summary>
    public IReadOnlyList<string> OutsideFiles { get; init; } = [];

    /// <summary>The plan may be displayed but not carried out: the files must not be sent.</summary>
    public bool IsOnlyShown { get; init; }

    /// <summary>The file for the outputs; null for none.</summary>
    public string? OutputFile { get; init; }
}

/// <param name="Member">The image.</param>
/// <param name="ResourceName">The server's resource in the template.</param>
/// <param name="PinnedImage">The image the user gave instead of the member's; null for none.</param>
internal sealed record PlannedServer(SnapSetMember Member, string ResourceName, string? PinnedImage)
{
    /// <summary>The member's MAC addresses for which the template has a port.</summary>
    public IReadOnlyList<string> MacAddresses { get; init; } = [];

    /// <summary>The flavor, if known beforehand.</summary>
    public string? Flavor { get; init; }
}

/// <summary>A plan in words, for <c>-WhatIf</c> and <c>-Confirm</c>: one item a line, without values of parameters.</summary>
internal static class RestoreDescription
{
    private static readonly (string Key, string Words)[] Kinds =
        [("added", "created"), ("replaced", "replaced"), ("updated", "changed"), ("deleted", "deleted")];

    public static string Target(RestoreSnapSetPlan plan) =>
        $"Stack {plan.Stack.Name} from SnapSet {plan.Set.Id} ({string.Join(", ", plan.Servers.Select(s => s.Member))}; {plan.Set.CreatedAt:u})";

    public static DisplayText Action(RestoreSnapSetPlan plan, RestoreSnapSetRequest request) =>
        plan.IsContinued
            ? $"Wait for it, because an earlier run began it from this set ({plan.Existing!.Status}), and verify its servers"
            : DisplayText.Lines([Headline(plan), .. Lines(plan, request).Select(line => "  " + line)]);

    private static string Headline(RestoreSnapSetPlan plan) => plan.Existing is { } existing
        ? $"CHANGE the existing stack ({existing.Status}): its servers are rebuilt, and the data on their disks is lost"
        : plan.Resources.Count > 0 ? $"Create it, with {plan.Resources.Count} resources" : "Create it";

    private static IEnumerable<string> Lines(RestoreSnapSetPlan plan, RestoreSnapSetRequest request)
    {
        yield return (plan.Mode == RestoreMode.Parameter ? "images by parameters: " : "images by changes in the template: ")
            + string.Join("; ", plan.Reasons.Select(reason => reason.TrimEnd('.')));
        foreach (PlannedServer server in plan.Servers)
        {
            yield return Describe(server);
        }

        if (plan.OutsideFiles.Count > 0)
        {
            yield return $"files from outside the template's folder, sent to the cloud: {string.Join(", ", plan.OutsideFiles)}";
        }

        foreach (string change in plan.Changes)
        {
            yield return $"template: {change}";
        }

        if (plan.ResourceChanges is { } changes)
        {
            foreach ((string key, string words) in Kinds.Where(kind => changes.Contains(kind.Key)))
            {
                yield return $"{words}: {string.Join(", ", changes[key])}";
            }
        }

        if (plan.Existing is null && request.RollbackOnFailure)
        {
            yield return "on failure, or if a server differs from the set, it is deleted again";
        }

        if (plan.OutputFile is { } file)
        {
            yield return $"outputs: {file}";
        }
    }

    private static string Describe(PlannedServer server)
    {
        SnapSetMember member = server.Member;
        string flavor = server.Flavor is { } name ? $", flavor {name}" : "";
        string needs = member.MinDisk > 0
            ? $" (needs {member.MinDisk} GiB of disk{(member.MinRam > 0 ? $", {member.MinRam} MiB of memory" : "")})"
                : "";
        string image = server.PinnedImage is { } pinned ? $"image {pinned}, from the parameters"
            : member.IsVolumeBacked ? $"volume snapshot {string.Join(", ", member.VolumeSnapshots.Take(1))}"
            : $"image {member.ImageId}";
        string macs = member.MacAddresses.Count > 0 ? $", {string.Join(", ", member.MacAddresses)}" : "";
        return $"{server.ResourceName}: {image}{flavor}{needs}{macs}";
    }
}

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
