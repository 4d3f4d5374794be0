using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;

namespace Hotstack.SnapSets.Create;

/// <summary>Deletes the snapshots of data volumes that a run made, also those that it only may have made, and no others.</summary>
internal sealed class VolumeRollback(Cloud cloud, CreationPlan plan, IActivity activity)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>For an order that was broken off on our side and may still arrive on the other.</summary>
    private static readonly TimeSpan PatienceForUnknown = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _deleted = [];
    private readonly Dictionary<string, Leftover> _leftovers = [];

    /// <returns>How many were deleted, and what could not be.</returns>
    public async Task<(int Deleted, IReadOnlyList<Leftover> Leftovers)> RunAsync(
        IReadOnlyCollection<VolumeRun> volumes, CancellationToken stop)
    {
        VolumeRun[] ours = [.. volumes.Where(v => v.WasOrdered)];
        if (ours.Length == 0)
        {
            return (0, []);
        }

        activity.Verbose($"Taking back the volume snapshots of SnapSet {plan.Id}.");
        try
        {
            TimeSpan patience = ours.Any(v => v.IsOutcomeUnknown) ? PatienceForUnknown : TimeSpan.Zero;
            await Poll.UntilAsync(
                async token =>
                {
                    await DeleteAsync(ours, token);
                    return patience == TimeSpan.Zero;
                },
                Interval, patience, cloud.Time, stop);
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            foreach (VolumeRun volume in ours.Where(v => v.SnapshotId is null ? v.IsOutcomeUnknown : !_deleted.Contains(v.SnapshotId)))
            {
                string id = volume.SnapshotId ?? $"of volume {volume.Plan.Volume.Id}, whose id is not known";
                _leftovers.TryAdd(id, new Leftover("volume snapshot", id, e is HotstackException ? e.Message : "the cloud did not answer in time"));
            }
        }

        return (_deleted.Count, [.. _leftovers.Values]);
    }

    private async Task DeleteAsync(VolumeRun[] ours, CancellationToken stop)
    {
        // By metadata also those whose id never reached us. In a resumed set, an earlier run's snapshots stay.
        HotstackException? noList = null;
        IReadOnlyList<VolumeSnapshot> listed = [];
        try
        {
            listed = await SetVolumeSnapshots.OfSetAsync(cloud, plan.Id, stop);
        }
        catch (HotstackException e)
        {
            // No reason to leave those that we know by their ids.
            noList = e;
        }

        string[] ids =
        [
            .. listed.Select(s => s.Id).Except(plan.EarlierVolumeSnapshots)
                .Union(ours.Select(v => v.SnapshotId).OfType<string>()).Except(_deleted),
        ];
        IReadOnlyList<Leftover> left = await new VolumeSnapshotRemoval(cloud).RunAsync(ids, stop);
        foreach (Leftover leftover in left)
        {
            _leftovers[leftover.Id] = leftover;
        }

        _deleted.UnionWith(ids.Except(left.Select(l => l.Id)));
        if (noList is not null && ours.Any(v => v.IsOutcomeUnknown))
        {
            throw noList;
        }
    }
}
