using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>What is to become of the volumes of a set's servers.</summary>
internal sealed record VolumePlan
{
    /// <summary>The volumes of each server that are to be recorded with its image, by the server's id.</summary>
    public IReadOnlyDictionary<string, AttachedVolume[]> Recorded { get; init; } = new Dictionary<string, AttachedVolume[]>();

    /// <summary>Those of which a snapshot has to be made or to be there.</summary>
    public IReadOnlyList<PlannedVolume> Planned { get; init; } = [];

    public IReadOnlyList<string> Violations { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Looks at the volumes of a set's servers before anything is changed.</summary>
internal sealed class VolumePlanning(Cloud cloud)
{
    /// <param name="found">The instances with their servers.</param>
    /// <param name="include">Data volumes are to be frozen too.</param>
    /// <param name="stackName">The stack that the volumes may be from; null for none.</param>
    /// <param name="resumed">The set that is to be completed; null for a new one.</param>
    /// <param name="activity">Told of what could not be read.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">The volumes are to be frozen, and Cinder does not show them.</exception>
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
        return Include(all, members, volumes!, resumed, quotas) with { Recorded = all.ToDictionary(a => a.Server.Id, a => a.Volumes) };
    }

    private static VolumePlan Include(
        (Instance Instance, Server Server, AttachedVolume[] Volumes)[] all, HashSet<string> members, Dictionary<string, Volume> volumes,
        ResumedSet? resumed, IReadOnlyList<Quota> quotas)
    {
        // Of the others, Nova makes the snapshots.
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
            Planned = planned,
            Violations =
            [
                .. ours.SelectMany(a => a.Volumes.SelectMany(
                    volume => VolumeRules.Violations(a.Instance, volume, volumes.GetValueOrDefault(volume.Id), members))),
                .. ours.SelectMany(a => resumed?.VolumeViolations(a.Instance, a.Volumes) ?? []),
                .. VolumeRules.QuotaViolations(missing, quotas),
            ],
            Warnings =
            [
                .. planned.Where(p => volumes.GetValueOrDefault(p.Volume.Id) is { IsEncrypted: true }).Select(p =>
                    $"{p.Member}: volume {p.Volume} is encrypted, so only who has its key can use its snapshot."),
                .. VolumeRules.QuotaWarnings(missing, quotas),
            ],
        };
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
            activity.Verbose($"The attached volumes could not be looked at: {e.Message}");
            return null;
        }
    }

    /// <summary>What the volumes are called in the stack's template, by their ids. Without it a restore has to be told.</summary>
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
            activity.Verbose($"What the volumes are called in stack '{stackName}' is not recorded: {e.Message}");
        }

        return new Dictionary<string, string>();
    }

    private async Task<IReadOnlyList<Quota>> ReadQuotasAsync(IActivity activity, CancellationToken stop) =>
        await OptionalAnswer.AskAsync(
            () => cloud.Volumes.GetQuotasAsync(stop), "The quota of volume snapshots is not checked beforehand", activity) ?? [];
}
