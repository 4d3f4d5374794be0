using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>
/// Makes the snapshots of the data volumes and waits until all are whole. It comes before any image is ordered: so their ids
/// stand in the images' properties from the first moment, and a quota that is used up costs no image.
/// </summary>
internal sealed class VolumeStage(
    Cloud cloud, CreationPlan plan, TimeSpan interval, Deadline deadline, CreationProgress progress, IActivity activity)
{
    private const int MostOrders = 2;

    /// <summary>Cinder lists a snapshot before it answers the order, so one that is not listed by then was never ordered.</summary>
    private static readonly TimeSpan PatienceForUnknown = TimeSpan.FromSeconds(30);

    /// <exception cref="HotstackException"><c>QuotaExceeded</c>, <c>SnapshotFailed</c>, <c>SnapshotTimeout</c> …</exception>
    public async Task RunAsync(IReadOnlyCollection<VolumeRun> volumes, CancellationToken stop)
    {
        if (volumes.Count == 0)
        {
            return;
        }

        progress.Show(volumes);
        await Fanout.ForEachAsync(volumes.Where(v => v.SnapshotId is null), PlaceAsync, stop);
        MemberFailures.ThrowIfAny(volumes);
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                await LookAsync(volumes, token);
                progress.Show(volumes);
                MemberFailures.ThrowIfAny(volumes);
                return volumes.All(v => v.IsReady);
            },
            interval, deadline.Left, cloud.Time, stop);
        if (!isDone)
        {
            throw new HotstackException(
                ErrorCause.TimedOut, "SnapshotTimeout",
                $"after {deadline.Timeout} there is still to come: {string.Join(", ", volumes.Where(v => !v.IsReady))}.")
            {
                Hint = "Give -Timeout more; -KeepPartial keeps what there is, to be completed by -Resume.",
            };
        }
    }

    private async Task PlaceAsync(VolumeRun volume, CancellationToken stop)
    {
        volume.WasOrdered = true;
        volume.IsOutcomeUnknown = true;
        volume.Orders++;
        volume.OrderedAt = cloud.Time.GetUtcNow();
        try
        {
            VolumeSnapshot snapshot = await cloud.Volumes.CreateSnapshotAsync(
                volume.Plan.Volume.Id, SetVolumeSnapshots.NameOf(volume.Plan.Member, volume.Plan.Index, plan.Id),
                SetVolumeSnapshots.MetadataOf(
                    plan.Id, volume.Plan.Member, volume.Plan.Volume.Device, plan.Members.Count, plan.StackName, plan.Scenario),
                stop)
                ;
            (volume.SnapshotId, volume.Status, volume.IsOutcomeUnknown) = (snapshot.Id, snapshot.Status, false);
            activity.Verbose($"{volume.Plan.Member}: Cinder makes snapshot {snapshot.Id} of volume {volume.Plan.Volume}.");
        }
        catch (ServiceException e) when (e.IsOutcomeUnknown)
        {
            activity.Verbose($"{volume.Plan.Member}: {e.Message} Looking for the volume snapshot instead of asking again.");
        }
        catch (HotstackException e)
        {
            volume.IsOutcomeUnknown = false;
            volume.Failure = e;
        }
    }

    private async Task LookAsync(IReadOnlyCollection<VolumeRun> volumes, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> snapshots;
        try
        {
            snapshots = await SetVolumeSnapshots.OfSetAsync(cloud, plan.Id, stop);
        }
        catch (ServiceException e) when (SnapshotWait.IsPassing(e))
        {
            return;
        }

        await Fanout.ForEachAsync(volumes.Where(v => !v.IsReady), (volume, token) => ObserveAsync(volume, snapshots, token), stop)
            ;
    }

    private async Task ObserveAsync(VolumeRun volume, IReadOnlyList<VolumeSnapshot> snapshots, CancellationToken stop)
    {
        try
        {
            await JudgeAsync(volume, snapshots, stop);
        }
        catch (ServiceException e) when (SnapshotWait.IsPassing(e))
        {
            // The next look tells.
        }
        catch (HotstackException e)
        {
            volume.Failure = e;
        }
    }

    private async Task JudgeAsync(VolumeRun volume, IReadOnlyList<VolumeSnapshot> snapshots, CancellationToken stop)
    {
        VolumeSnapshot? snapshot = volume.SnapshotId is { } id
            ? snapshots.FirstOrDefault(s => s.Id == id)
                // A list may lag behind: gone is only what cannot be read by itself.
                ?? await cloud.Volumes.FindSnapshotAsync(id, stop)
            : snapshots.FirstOrDefault(s => s.VolumeId == volume.Plan.Volume.Id && !plan.EarlierVolumeSnapshots.Contains(s.Id));
        if (snapshot is not null)
        {
            (volume.SnapshotId, volume.Status, volume.IsOutcomeUnknown) = (snapshot.Id, snapshot.Status, false);
            if (snapshot.Status is "error" or "deleting" or "error_deleting")
            {
                volume.Failure = await VolumeFailure.OfAsync(
                    cloud, snapshot.Id, $"snapshot {snapshot.Id} of volume {volume.Plan.Volume} is {snapshot.Status}", null, stop)
                    ;
            }
        }
        else if (volume.SnapshotId is not null)
        {
            volume.Failure = VolumeFailure.Of(
                $"snapshot {volume.SnapshotId} of volume {volume.Plan.Volume} is gone", volume.SnapshotId, "Make a new set. Another user may have deleted it.");
        }
        else if (cloud.Time.GetUtcNow() - volume.OrderedAt < PatienceForUnknown)
        {
            return;
        }
        else if (volume.Orders < MostOrders)
        {
            await PlaceAsync(volume, stop);
        }
        else
        {
            volume.Failure = VolumeFailure.Of(
                $"Cinder did not answer the order to make a snapshot of volume {volume.Plan.Volume}, and made none", volume.Plan.Volume.Id,
                "Check that Cinder works ('openstack volume service list', as its operator), and make the set again.");
        }
    }
}
