using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;

namespace Hotstack.SnapSets.Test;

/// <summary>Checks whether a set can be used, by the cloud's current state.</summary>
public sealed class TestSnapSet(Cloud cloud)
{
    /// <summary>One finding for each check, failures first.</summary>
    /// <exception cref="HotstackException">The set does not exist (<c>SnapSetNotFound</c>), or belongs to another project
    /// (<c>ProjectMismatch</c>).</exception>
    public async Task<IReadOnlyList<SnapSetFinding>> RunAsync(SnapSetReference id, CancellationToken stop)
    {
        SnapSet set = await new GetSnapSets(cloud).GetAsync(id, stop);
        SnapSetFinding[] findings =
        [
            .. CheckSet(set), CheckTime(set), CheckDates(set, cloud.Now), .. set.Members.SelectMany(member => CheckImage(set, member)),
            .. set.Members.SelectMany(member => CheckVolumes(set, member)),
            .. await new BlueprintCheck(cloud).RunAsync(set, stop),
        ];
        return [.. findings.OrderBy(finding => Array.IndexOf(SnapSetCheckResult.WorstFirst, finding.Result))
            .Select(finding => finding with { ProjectId = set.ProjectId, Cloud = set.Cloud, Region = set.Region })];
    }

    /// <summary>Whether a set exists and can be used. Warns if reviving its cluster takes approvals, or if it is unknown whether it can be
    /// revived.</summary>
    public async Task<bool> IsUsableAsync(SnapSetReference id, IActivity activity, CancellationToken stop)
    {
        try
        {
            IReadOnlyList<SnapSetFinding> findings = await RunAsync(id, stop);
            WarnOfRevival(findings, activity);
            return IsUsable(findings);
        }
        catch (HotstackException e) when (e.Id == GetSnapSets.NotFoundId)
        {
            activity.Verbose(e.Message);
            return false;
        }
    }

    /// <summary>Warns if reviving the cluster takes approvals, or if it is unknown whether it can be revived.</summary>
    internal static void WarnOfRevival(IEnumerable<SnapSetFinding> findings, IActivity activity)
    {
        foreach (SnapSetFinding finding in findings.Where(f => f is { Check: "Revivable", Result: SnapSetCheckResult.Warning }))
        {
            activity.Warning($"SnapSet {finding.SnapSetId}: {finding.Message}.");
        }
    }

    /// <summary>Whether the findings allow the use of a set.</summary>
    public static bool IsUsable(IEnumerable<SnapSetFinding> findings) =>
        findings.All(finding => finding.Result != SnapSetCheckResult.Failed);

    private static IEnumerable<SnapSetFinding> CheckSet(SnapSet set)
    {
        string[] names = [.. set.Members.Select(m => m.Name).Distinct()];
        yield return set.ExpectedMembers switch
        {
            _ when names.Length == 0 => Of(set, "Counted", SnapSetCheckResult.Failed, "it has no image, only volume snapshots"),
            null => Of(set, "Counted", SnapSetCheckResult.Warning,
                $"{(names.Length == 1 ? "1 member is" : $"{names.Length} members are")} found; the number of members was not recorded"),
            { } count when count == names.Length => Of(set, "Counted", SnapSetCheckResult.Passed,
                count == 1 ? "its only member exists" : $"all {count} members exist"),
            { } count => Of(set, "Counted", SnapSetCheckResult.Failed,
                $"{names.Length} of {count} members exist: {string.Join(", ", names)}"),
        };
        yield return set.Members.Any(m => m.Role == Roles.Controller)
            ? Of(set, "HasController", SnapSetCheckResult.Passed, "it has a controller")
            : Of(set, "HasController", SnapSetCheckResult.Warning, "it has no controller, so upstream's revive does not find it");
    }

    /// <summary>The time decides which set is the latest, and which ones retention removes.</summary>
    private static SnapSetFinding CheckTime(SnapSet set) => set.TimeDoubt is { } doubt
        ? Of(set, "Dated", SnapSetCheckResult.Warning, doubt)
        : Of(set, "Dated", SnapSetCheckResult.Passed, $"it was made at {TimeText.Of(set.CreatedAt)}");

    private static SnapSetFinding CheckDates(SnapSet set, DateTimeOffset now)
    {
        var window = new ReviveWindow(set.ClusterRecord, now);
        return Of(
            set, "Revivable", SnapSetFinding.ResultOf(window.State),
            window.State != ReviveWindowState.NotRecorded ? window.Text
            : set.Members.Any(m => Roles.IsNode(m.Role))
                ? $"{window.Text}. A cluster younger than about a day may never come back; Suspend-HotstackCluster … | New-HotstackSnapSet checks that, and records it"
                : $"{window.Text}; no member has the role of a cluster's node");
    }

    private static IEnumerable<SnapSetFinding> CheckImage(SnapSet set, SnapSetMember member)
    {
        int sameName = set.Members.Count(m => m.Name == member.Name);
        yield return Of(set, member, "Unique", sameName == 1, $"it is the only image of {member.Name}",
            $"there are {sameName} images of {member.Name}");
        yield return Of(set, member, "Active", member.IsImageReady, "the image is active",
            $"the image is {member.Status}{(member.Status == "active" ? ", and Glance is still processing it" : "")}");
        yield return Of(set, member, "Tagged", member.IsTagged, "it has all six tags", "tags are missing or differ");
        bool isSized = member.Size > 0 || member.IsVolumeBacked;
        yield return !isSized && !member.IsSizeKnown && member.IsImageReady
            ? new(set.Id, member.Name, "Sized", SnapSetCheckResult.Warning, "Glance does not report the size of the image's data",
                member.ImageId)
            : Of(set, member, "Sized", isSized,
            member.Size > 0 ? $"it stores {member.SizeText}" : $"{CountText.Of(member.Volumes.Count, "volume snapshot")} hold its data",
            "the image holds no data and names no volume snapshot");
        if (member.MacAddress is null)
        {
            yield return new(set.Id, member.Name, "MacAddress", SnapSetCheckResult.Warning,
                "its MAC address is not recorded", member.ImageId);
        }
    }

    private static IEnumerable<SnapSetFinding> CheckVolumes(SnapSet set, SnapSetMember member)
    {
        if (member.UnnamedVolumes > 0)
        {
            yield return new(
                set.Id, member.Name, "VolumeSnapshots", SnapSetCheckResult.Failed,
                $"the image does not name the snapshots of {member.UnnamedVolumes} of its volumes", member.ImageId);
        }

        foreach (SnapSetVolume volume in member.Volumes)
        {
            string what = $"volume snapshot {volume.SnapshotId}{(volume.Device is null ? "" : $" ({volume.Device})")}";
            (string result, string message) = volume switch
            {
                { Status: null } => (SnapSetCheckResult.Warning, $"its {what} could not be checked: {set.VolumesUnread}"),
                { IsGone: true } => (SnapSetCheckResult.Failed,
                    $"its {what} is missing: {(member.IsVolumeBacked ? "the image cannot be booted" : "the data on that volume is lost")}"),
                { IsAvailable: true } => (SnapSetCheckResult.Passed, $"{what} is available"),
                _ => (SnapSetCheckResult.Failed, $"its {what} is {volume.Status}, not available"),
            };
            yield return new(set.Id, member.Name, "VolumeSnapshots", result, message, volume.SnapshotId);
        }
    }

    private static SnapSetFinding Of(SnapSet set, string check, string result, string message) =>
        new(set.Id, null, check, result, message, null);

    private static SnapSetFinding Of(
        SnapSet set, SnapSetMember member, string check, bool isAsItShouldBe, string good, string bad) =>
        new(set.Id, member.Name, check, isAsItShouldBe ? SnapSetCheckResult.Passed : SnapSetCheckResult.Failed,
            isAsItShouldBe ? good : bad, member.ImageId);
}
