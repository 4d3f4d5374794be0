using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>The volumes of a set's servers.</summary>
internal sealed record VolumePlan
{
    /// <summary>The volumes that each server's image names, by the server's id.</summary>
    public IReadOnlyDictionary<string, AttachedVolume[]> Recorded { get; init; } = new Dictionary<string, AttachedVolume[]>();

    /// <summary>The volumes that need a snapshot.</summary>
    public IReadOnlyList<PlannedVolume> Planned { get; init; } = [];

    public IReadOnlyList<string> Violations { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Checks the volumes of a set's servers before anything is changed.</summary>
internal sealed class VolumePlanner(Cloud cloud)
{
    /// <param name="found">The instances with their servers.</param>
    /// <param name="include">Freeze data volumes too.</param>
    /// <param name="stackName">The stack that the volumes may belong to; null for none.</param>
    /// <param name="resumed">The set to complete; null for a new one.</param>
    /// <param name="activity">Told what could not be read.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">The volumes are to be frozen, and Cinder does not list them.</exception>
    public async Task<VolumePlan> PlanAsync(
        IReadOnlyCollection<(Instance Instance, Server? Server)> found, bool include, string? stackName, ResumedSet? resumed,
        IActivity activity, CancellationToken stop)
    {
        (Instance Instance, Server Server)[] servers =
            [.. found.Where(f => f.Server is { VolumeIds.Count: > 0 }).Select(f => (f.Instance, f.Server!))];
        if (servers.Length == 0)
        {
            return new VolumePlan();
        }

        Dictionary<string, Volume>? volumes = await ReadVolumesAsync(include, activity, stop);
        bool isRecorded = include || servers.Any(s => s.Server.IsVolumeBacked);
        IReadOnlyDictionary<string, string> resources = isRecorded && stackName is not null
            ? await ReadResourceNamesAsync(stackName, activity, stop)
            : new Dictionary<string, string>();
        (Instance Instance, Server Server, AttachedVolume[] Volumes)[] all =
            [.. servers.Select(s => (s.Instance, s.Server, Attached(s.Server, volumes ?? [], resources)))];
        if (!include)
        {
            return new VolumePlan
            {
                Recorded = all.Where(a => a.Server.IsVolumeBacked && volumes is not null).ToDictionary(a => a.Server.Id, a => a.Volumes),
                Warnings = [.. all.Where(a => !a.Server.IsVolumeBacked).Select(a => LeftOut(a.Instance, a.Volumes))],
            };
        }

        IReadOnlyList<Quota> quotas = await ReadQuotasAsync(activity, stop);
        HashSet<string> members = [.. found.Where(f => f.Server is not null).Select(f => f.Server!.Id)];
        return Include(all, members, volumes!, resumed, quotas);
    }

    /// <summary>Cinder refuses at least one snapshot. Checked before a server is shut down for it.</summary>
    internal static IEnumerable<string> QuotaViolations(IReadOnlyCollection<PlannedVolume> missing, IEnumerable<Quota> quotas) =>
        missing.Count == 0 ? [] : quotas
            .Where(quota => quota.Resource == "snapshots" && !quota.Fits(missing.Count))
            .Select(quota => $"the quota of volume snapshots does not suffice: {missing.Count} are needed, {quota.Used} of {quota.Limit} are used");

    /// <summary>Whether snapshots count as gigabytes is the cloud's choice (<c>no_snapshot_gb_quota</c>), which no API shows.</summary>
    internal static IEnumerable<string> QuotaWarnings(IReadOnlyCollection<PlannedVolume> missing, IEnumerable<Quota> quotas)
    {
        long size = missing.Total(p => p.Volume.Size);
        return missing.Count == 0 ? [] : quotas
            .Where(quota => quota.Resource == "gigabytes" && !quota.Fits(size))
            .Select(quota => $"The volume snapshots take {size} GiB, and {quota.Used} of {quota.Limit} GiB are used: Cinder may refuse them.");
    }

    private static VolumePlan Include(
        (Instance Instance, Server Server, AttachedVolume[] Volumes)[] all, HashSet<string> members, Dictionary<string, Volume> volumes,
        ResumedSet? resumed, IReadOnlyList<Quota> quotas)
    {
        // Nova makes the snapshots of the others.
        (Instance Instance, Server Server, AttachedVolume[] Volumes)[] ours = [.. all.Where(a => !a.Server.IsVolumeBacked)];
        PlannedVolume[] planned =
        [
            .. ours
                .SelectMany(a => a.Volumes.Select((volume, k) => new PlannedVolume(
                    volume, a.Instance.Name, k, resumed?.SnapshotOf(volume)?.Id)))
                .DistinctBy(p => p.Volume.Id),
        ];
        PlannedVolume[] missing = [.. planned.Where(p => p.ExistingId is null)];
        return new VolumePlan
        {
            Recorded = all.ToDictionary(a => a.Server.Id, a => a.Volumes),
            Planned = planned,
            Violations =
            [
                .. ours.SelectMany(a => a.Volumes.SelectMany(
                    volume => VolumeViolations(a.Instance, volume, volumes.GetValueOrDefault(volume.Id), members))),
                .. ours.SelectMany(a => resumed?.VolumeViolations(a.Instance, a.Volumes) ?? []),
                .. QuotaViolations(missing, quotas),
            ],
            Warnings =
            [
                .. planned.Where(p => volumes.GetValueOrDefault(p.Volume.Id) is { IsEncrypted: true }).Select(p =>
                    $"{p.Member}: volume {p.Volume} is encrypted, so its snapshot can be used only with the key."),
                .. QuotaWarnings(missing, quotas),
            ],
        };
    }

    /// <param name="instance">The instance.</param>
    /// <param name="attached">A volume of its server, as Nova shows it.</param>
    /// <param name="volume">The same as Cinder shows it; null if it does not.</param>
    /// <param name="members">The ids of all servers of the set.</param>
    private static IEnumerable<string> VolumeViolations(
        Instance instance, AttachedVolume attached, Volume? volume, IReadOnlySet<string> members)
    {
        if (volume is null)
        {
            yield return $"instance {instance.Name}: Cinder does not show volume {attached.Id}, which is attached to its server";
            yield break;
        }

        // Cinder makes no snapshots of others, not even by force (cinder: volume/api.py, create_snapshot).
        if (volume.Status is not ("in-use" or "available"))
        {
            yield return $"instance {instance.Name}: volume {attached} is {volume.Status}, not in-use; wait until that has ended, or repair it";
        }

        string[] others = [.. volume.Attachments.Select(a => a.ServerId).Where(id => id.Length > 0 && !members.Contains(id))];
        if (others.Length > 0)
        {
            yield return $"instance {instance.Name}: volume {attached} is also attached to server {string.Join(", ", others)}, which is not "
                + "in the set, so it would not be of one moment; detach it there, or take that server into the set";
        }
    }

    private static string LeftOut(Instance instance, AttachedVolume[] volumes) =>
        $"{instance.Name}: the data on its {CountText.Of(volumes.Length, "attached volume")} is not part of the set: "
        + $"{string.Join(", ", volumes.Select(v => v.ToString()))}. Use -IncludeVolumes to freeze it too.";

    private static AttachedVolume[] Attached(
        Server server, Dictionary<string, Volume> volumes, IReadOnlyDictionary<string, string> resources) =>
    [
        .. server.VolumeIds
            .Select(id => volumes.TryGetValue(id, out Volume? volume)
                ? new AttachedVolume(
                    id, volume.Name, volume.Attachments.FirstOrDefault(a => a.ServerId == server.Id)?.Device, volume.Size,
                    resources.GetValueOrDefault(id))
                : new AttachedVolume(id, "", null, 0, resources.GetValueOrDefault(id)))
            .OrderBy(volume => volume.Device, DeviceOrder.Instance).ThenBy(volume => volume.Id, StringComparer.Ordinal),
    ];

    private async Task<Dictionary<string, Volume>?> ReadVolumesAsync(bool include, IActivity activity, CancellationToken stop)
    {
        try
        {
            return (await cloud.Volumes.ListVolumesAsync(stop)).ToDictionary(v => v.Id, StringComparer.Ordinal);
        }
        catch (HotstackException e) when (!include && e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Verbose($"The attached volumes could not be read: {e.Message}");
            return null;
        }
    }

    /// <summary>The names of the volumes in the stack's template, by id. A restore needs them, unless its user names the volumes.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ReadResourceNamesAsync(
        string stackName, IActivity activity, CancellationToken stop)
    {
        try
        {
            if (await cloud.Stacks.FindAsync(stackName, stop) is { } stack)
            {
                return (await cloud.Stacks.ListResourcesAsync(stack, stop))
                    .Where(r => r.Type == "OS::Cinder::Volume" && r.PhysicalId.Length > 0 && r.Name.Length > 0)
                    .GroupBy(r => r.PhysicalId).ToDictionary(g => g.Key, g => g.First().Name, StringComparer.Ordinal);
            }
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Verbose($"The names of the volumes in stack '{stackName}' are not recorded: {e.Message}");
        }

        return new Dictionary<string, string>();
    }

    private async Task<IReadOnlyList<Quota>> ReadQuotasAsync(IActivity activity, CancellationToken stop) =>
        await OptionalAnswer.AskAsync(
            () => cloud.Volumes.GetQuotasAsync(stop), "The quota of volume snapshots is not checked beforehand", activity) ?? [];
}
