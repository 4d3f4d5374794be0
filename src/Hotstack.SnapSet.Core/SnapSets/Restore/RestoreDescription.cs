using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.SnapSets.Restore;

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
