using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets.Create;

/// <summary>What must hold of a server's data volumes before snapshots are made of them.</summary>
internal static class VolumeRules
{
    /// <param name="instance">The instance.</param>
    /// <param name="attached">A volume of its server, as Nova tells.</param>
    /// <param name="volume">The same as Cinder shows it; null if it does not.</param>
    /// <param name="members">The ids of all servers of the set.</param>
    public static IEnumerable<string> Violations(Instance instance, AttachedVolume attached, Volume? volume, IReadOnlySet<string> members)
    {
        if (volume is null)
        {
            yield return $"instance {instance.Name}: Cinder does not show volume {attached.Id}, which is attached to its server";
            yield break;
        }

        // Cinder makes snapshots of no others, also by force (cinder: volume/api.py, create_snapshot).
        if (volume.Status is not ("in-use" or "available"))
        {
            yield return $"instance {instance.Name}: volume {attached} is {volume.Status}, not in-use; wait until that has ended, or repair it";
        }

        string[] strangers = [.. volume.Attachments.Select(a => a.ServerId).Where(id => id.Length > 0 && !members.Contains(id))];
        if (strangers.Length > 0)
        {
            yield return $"instance {instance.Name}: volume {attached} is also attached to server {string.Join(", ", strangers)}, which is not "
                + "in the set, so it would not be of one moment; detach it there, or take that server into the set";
        }
    }

    /// <summary>That Cinder would refuse at least one snapshot is told before a server is shut down for it.</summary>
    public static IEnumerable<string> QuotaViolations(IReadOnlyCollection<PlannedVolume> missing, IEnumerable<Quota> quotas) =>
        missing.Count == 0 ? [] : quotas
            .Where(quota => quota.Resource == "snapshots" && !quota.Fits(missing.Count))
            .Select(quota => $"the quota of volume snapshots does not suffice: {missing.Count} are needed, {quota.Used} of {quota.Limit} are used");

    /// <summary>Whether snapshots count as gigabytes is the cloud's choice (<c>no_snapshot_gb_quota</c>), which nobody tells.</summary>
    public static IEnumerable<string> QuotaWarnings(IReadOnlyCollection<PlannedVolume> missing, IEnumerable<Quota> quotas)
    {
        long size = missing.Total(p => p.Volume.Size);
        return missing.Count == 0 ? [] : quotas
            .Where(quota => quota.Resource == "gigabytes" && !quota.Fits(size))
            .Select(quota => $"The volume snapshots take {size} GiB, and {quota.Used} of {quota.Limit} GiB are used: Cinder may refuse them.");
    }
}
