using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.SnapSets.Restore;

/// <summary>A restore that can be done: everything that could be checked beforehand has been.</summary>
internal sealed record RestorePlan
{
    public required SnapSet Set { get; init; }

    /// <summary>The members that are restored.</summary>
    public required IReadOnlyList<PlannedServer> Servers { get; init; }

    public required RestoreMode Mode { get; init; }

    /// <summary>Why in that mode, one sentence each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required StackRequest Stack { get; init; }

    /// <summary>The stack that has that name already; null for none.</summary>
    public Stack? Existing { get; init; }

    /// <summary>That stack was begun from this very set: all that is left is to wait for it.</summary>
    public bool IsContinued { get; init; }

    /// <summary>What is changed in the template, one sentence each.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The template's volumes that are made of snapshots.</summary>
    public IReadOnlyList<PlacedVolume> Volumes { get; init; } = [];

    /// <summary>What the user should know before, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the stack would have; empty if Heat did not tell.</summary>
    public IReadOnlyList<PreviewedResource> Resources { get; init; } = [];

    /// <summary>What would become of the resources that there are, for a stack that is changed.</summary>
    public ILookup<string, string>? ResourceChanges { get; init; }

    /// <summary>Files from outside the template's own folder that are sent along, by their real paths.</summary>
    public IReadOnlyList<string> OutsideFiles { get; init; } = [];

    /// <summary>The plan may be shown and not be carried out: nothing of those files may be sent.</summary>
    public bool IsOnlyShown { get; init; }

    /// <summary>Where the outputs are written; null for nowhere.</summary>
    public string? OutputFile { get; init; }
}

/// <param name="Member">The image.</param>
/// <param name="ResourceName">The server's resource in the template.</param>
/// <param name="PinnedImage">The image that the user wants instead of the member's; null for none.</param>
internal sealed record PlannedServer(SnapSetMember Member, string ResourceName, string? PinnedImage)
{
    /// <summary>The flavor, if it could be found out beforehand.</summary>
    public string? Flavor { get; init; }
}

/// <summary>A plan in words, for <c>-WhatIf</c> and <c>-Confirm</c>: one thing a line, no parameter's value among them.</summary>
internal static class RestoreDescription
{
    private static readonly (string Key, string Words)[] Kinds =
        [("added", "made"), ("replaced", "made anew"), ("updated", "changed"), ("deleted", "deleted")];

    public static string Target(RestorePlan plan) =>
        $"Stack {plan.Stack.Name} from SnapSet {plan.Set.Id} ({string.Join(", ", plan.Servers.Select(s => s.Member))}; {plan.Set.CreatedAt:u})";

    public static DisplayText Action(RestorePlan plan, RestoreSnapSetRequest request) =>
        plan.IsContinued
            ? $"Wait for it, since it was begun from this set before ({plan.Existing!.Status}), and verify its servers"
            : DisplayText.Lines([Headline(plan), .. Lines(plan, request).Select(line => "  " + line)]);

    private static string Headline(RestorePlan plan) => plan.Existing is { } existing
        ? $"CHANGE the stack that there is ({existing.Status}): its servers are rebuilt, and what is on their disks is lost"
        : plan.Resources.Count > 0 ? $"Create it, with {plan.Resources.Count} resources" : "Create it";

    private static IEnumerable<string> Lines(RestorePlan plan, RestoreSnapSetRequest request)
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
            yield return "if it fails, or a server is not as it was frozen, it is deleted again";
        }

        if (plan.OutputFile is { } file)
        {
            yield return $"its outputs: {file}";
        }
    }

    private static string Describe(PlannedServer server)
    {
        SnapSetMember member = server.Member;
        string flavor = server.Flavor is { } name ? $", flavor {name}" : "";
        string needs = member.MinDisk > 0 ? $" (takes {member.MinDisk} GiB of disk{(member.MinRam > 0 ? $", {member.MinRam} MiB of memory" : "")})" : "";
        string image = server.PinnedImage is { } pinned ? $"image {pinned}, as the parameters say"
            : member.IsVolumeBacked ? $"volume snapshot {string.Join(", ", member.VolumeSnapshots.Take(1))}"
            : $"image {member.ImageId}";
        string macs = member.MacAddresses.Count > 0 ? $", {string.Join(", ", member.MacAddresses)}" : "";
        return $"{server.ResourceName}: {image}{flavor}{needs}{macs}";
    }
}
