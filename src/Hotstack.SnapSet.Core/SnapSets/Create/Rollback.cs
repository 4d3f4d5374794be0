using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;

namespace Hotstack.SnapSets.Create;

/// <summary>Deletes what a run made of a set, also what it only may have made, and nothing else.</summary>
internal sealed class Rollback(Cloud cloud, CreationPlan plan, IActivity activity)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PatienceForUnknown = TimeSpan.FromSeconds(60);

    /// <returns>How many images and volume snapshots were deleted, and what could not be.</returns>
    public async Task<(int Images, int VolumeSnapshots, IReadOnlyList<Leftover> Leftovers)> RunAsync(
        IReadOnlyCollection<MemberRun> members, IReadOnlyCollection<VolumeRun> volumes, CancellationToken stop)
    {
        (int images, IReadOnlyList<Leftover> left) = await DeleteImagesAsync(members, stop);
        (int snapshots, IReadOnlyList<Leftover> leftVolumes) = await new VolumeRollback(cloud, plan, activity)
            .RunAsync(volumes, stop);
        return (images, snapshots, [.. left, .. leftVolumes]);
    }

    private async Task<(int Deleted, IReadOnlyList<Leftover> Leftovers)> DeleteImagesAsync(
        IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        MemberRun[] ours = [.. members.Where(m => m.WasOrdered)];
        if (ours.Length == 0)
        {
            return (0, []);
        }

        activity.Verbose($"Taking back SnapSet {plan.Id}.");
        var deleted = new HashSet<string>();
        var leftovers = new Dictionary<string, Leftover>();
        try
        {
            await DeleteImagesAsync(members, ours, deleted, leftovers, stop);
            await WaitForUnknownAsync(members, ours, deleted, leftovers, stop);
            await DeleteLeakedVolumeSnapshotsAsync(ours, leftovers, stop);
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            foreach (MemberRun member in ours.Where(m => m.ImageId is null ? m.IsOutcomeUnknown : !deleted.Contains(m.ImageId)))
            {
                string id = member.ImageId ?? $"of {member.Instance.Name}, whose id is not known";
                leftovers.TryAdd(id, new Leftover("image", id, e is HotstackException ? e.Message : "the cloud did not answer in time"));
            }
        }

        return (deleted.Count, [.. leftovers.Values]);
    }

    private async Task DeleteImagesAsync(
        IReadOnlyCollection<MemberRun> members, MemberRun[] ours, HashSet<string> deleted,
        Dictionary<string, Leftover> leftovers, CancellationToken stop)
    {
        string?[] existing = [.. members.Where(m => !m.WasOrdered).Select(m => m.ImageId)];
        // By property also those whose id never reached us. In a resumed set, another run's images stay.
        HotstackException? noList = null;
        IReadOnlyList<(Image Image, SnapSetProperties Properties)> listed = [];
        try
        {
            listed = await SetImageList.OfSetAsync(cloud, plan.Id, stop);
        }
        catch (HotstackException e)
        {
            // No reason to leave those that we know by their ids.
            noList = e;
        }

        (string Id, IReadOnlyList<string> VolumeSnapshots)[] images =
        [
            .. listed
                .Where(found => !existing.Contains(found.Image.Id)
                    && ours.Any(m => m.Instance.Name == found.Properties.Name && MayBeOurs(m, found.Image)))
                .Select(found => (found.Image.Id, SnapSetImage.VolumeSnapshotsOf(found.Image))),
        ];
        string[] known = [.. ours.Select(m => m.ImageId).OfType<string>().Where(id => images.All(i => i.Id != id) && !deleted.Contains(id))];
        // A list may lag behind, and only the image names its volume snapshots.
        (string, IReadOnlyList<string>)[] unlisted = await Fanout.SelectAsync(known, AloneAsync, stop);
        (string Id, IReadOnlyList<Leftover> Left)[] results = await Fanout.SelectAsync(
            images.Concat(unlisted),
            async (image, token) => (image.Item1, await new ImageRemoval(cloud)
                .RunAsync(image.Item1, image.Item2, isProtected: false, activity, token)),
            stop);
        foreach ((string id, IReadOnlyList<Leftover> left) in results)
        {
            if (left.Count == 0)
            {
                deleted.Add(id);
            }

            foreach (Leftover leftover in left)
            {
                leftovers[leftover.Id] = leftover;
            }
        }

        if (noList is not null && ours.Any(m => m.IsOutcomeUnknown))
        {
            throw noList;
        }
    }

    /// <summary>A set that we began is all ours. One that was resumed another run may complete meanwhile: then ours is what we know by
    /// its id, or, where an order got no answer, what no run has sealed.</summary>
    private bool MayBeOurs(MemberRun member, Image image) =>
        !plan.IsResumed || image.Id == member.ImageId
        || ((member.IsOutcomeUnknown || member.Orders > 1) && !plan.TagsOf(member.Plan).AreIn(image.Tags));

    /// <summary>An image with the volume snapshots that only it remembers.</summary>
    private async Task<(string Id, IReadOnlyList<string> VolumeSnapshots)> AloneAsync(string id, CancellationToken stop) =>
        (id, await cloud.Images.FindAsync(id, stop) is { } image ? SnapSetImage.VolumeSnapshotsOf(image) : []);

    /// <summary>An order without an answer may still bring an image, as long as Nova works on the server.</summary>
    private async Task WaitForUnknownAsync(
        IReadOnlyCollection<MemberRun> members, MemberRun[] ours, HashSet<string> deleted,
        Dictionary<string, Leftover> leftovers, CancellationToken stop)
    {
        MemberRun[] unknown = [.. ours.Where(m => m.IsOutcomeUnknown)];
        if (unknown.Length == 0)
        {
            return;
        }

        bool wereIdle = false;
        await Poll.UntilAsync(
            async token =>
            {
                Server[] servers = await Fanout.SelectAsync(
                    unknown, (m, t) => cloud.Compute.GetServerAsync(m.Instance.Id, t), token);
                bool areIdle = servers.All(s => s.TaskState is null);
                await DeleteImagesAsync(members, ours, deleted, leftovers, token);
                bool isQuiet = areIdle && wereIdle;
                wereIdle = areIdle;
                return isQuiet;
            },
            Interval, PatienceForUnknown, cloud.Time, stop);
    }

    /// <summary>If Nova fails between two volumes of a server, the first one's snapshot stays, and no image names it.</summary>
    private async Task DeleteLeakedVolumeSnapshotsAsync(
        MemberRun[] ours, Dictionary<string, Leftover> leftovers, CancellationToken stop)
    {
        HashSet<string> names = [.. ours
            .Where(m => m.Plan.Server.IsVolumeBacked)
            .Select(m => $"snapshot for {SnapSetImageName.Of(m.Instance.Name, plan.Id)}")];
        if (names.Count == 0)
        {
            return;
        }

        IReadOnlyList<VolumeSnapshot> snapshots = await cloud.Volumes.ListSnapshotsAsync(stop);
        foreach (Leftover leftover in await new VolumeSnapshotRemoval(cloud)
            .RunAsync(snapshots.Where(s => names.Contains(s.Name)).Select(s => s.Id), stop))
        {
            leftovers[leftover.Id] = leftover;
        }
    }
}
