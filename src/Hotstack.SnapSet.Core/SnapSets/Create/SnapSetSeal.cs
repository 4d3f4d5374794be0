using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;

namespace Hotstack.SnapSets.Create;

/// <summary>Makes a set of images that are all whole into a set that can be found: the servers did not move, the tags stick.</summary>
internal sealed class SnapSetSeal(Cloud cloud, CreationPlan plan, TimeSpan interval, Deadline deadline, IActivity activity)
{
    private const int MostRounds = 4;

    /// <exception cref="HotstackException"><c>SnapSetInconsistent</c>, <c>SnapshotTimeout</c>, <c>TagsLost</c>.</exception>
    public async Task<SnapSet> RunAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        await CheckServersAsync(members, stop);
        if (plan.IsResumed)
        {
            await AdoptAsync(members, stop);
        }

        VolumeLook volumes = await CheckVolumesAsync(members, stop);
        IReadOnlyCollection<MemberRun> untagged = members;
        for (int round = 1; ; round++)
        {
            // The controllers last: upstream's search for the latest set starts from them.
            await TagAsync(untagged.Where(m => !m.Instance.IsController), stop);
            await TagAsync(untagged.Where(m => m.Instance.IsController), stop);

            IReadOnlyList<Image> images =
                [.. (await SetImageList.OfSetAsync(cloud, plan.Id, stop)).Select(found => found.Image)];
            if (round == 1)
            {
                images = await DropDuplicatesAsync(members, images, stop);
            }

            images = [.. images, .. await UnlistedAsync(members.Where(m => images.All(i => i.Id != m.ImageId)), stop)];

            // Glance may write old tags back when it ends its work on an image.
            untagged = [.. members.Where(m => images.FirstOrDefault(i => i.Id == m.ImageId) is not { } image || !IsSealed(m, image))];
            if (untagged.Count == 0)
            {
                return SnapSetAssembly.Assemble(
                    [.. images.Select(SnapSetImage.From).OfType<SnapSetImage>()], volumes, cloud.Now, cloud.Name, cloud.Region);
            }

            if (round == MostRounds)
            {
                throw new HotstackException(
                    ErrorCause.OperationFailed, "TagsLost",
                    $"Glance does not keep the tags of {string.Join(", ", untagged.Select(m => $"{m.Instance.Name} ({m.ImageId})"))}.");
            }

            activity.Verbose($"Tags were lost on {string.Join(", ", untagged.Select(m => m.Instance.Name))}; writing them again.");
            await Poll.PauseAsync(interval, cloud.Time, stop);
        }
    }

    /// <summary>An image is safe only when Nova is done with its server too, and of one moment with the others only if
    /// that is still shut off.</summary>
    private async Task CheckServersAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        IReadOnlyCollection<MemberRun> busy = members;
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                Server[] servers = await Fanout.SelectAsync(
                    busy, (m, t) => cloud.Compute.GetServerAsync(m.Instance.Id, t), token);
                Server[] moved = [.. servers.Where(s => s.Status != ServerRules.ShutOff)];
                if (moved.Length > 0)
                {
                    throw new HotstackException(
                        ErrorCause.Conflict, "SnapSetInconsistent",
                        $"while the images were made, someone changed {string.Join(", ", moved.Select(s => $"{s.Name} ({s.Id}: {s.Status})"))}, "
                        + "so they are not of one moment.");
                }

                busy = [.. busy.Where((_, i) => servers[i].TaskState is not null)];
                return busy.Count == 0;
            },
            interval, deadline.Left, cloud.Time, stop);
        if (!isDone)
        {
            throw new HotstackException(
                ErrorCause.TimedOut, "SnapshotTimeout",
                $"after {deadline.Timeout} Nova still works on {string.Join(", ", busy.Select(m => m.Instance.Name))}.");
        }
    }

    /// <summary>That they were whole once is not enough: somebody may have deleted one since.</summary>
    private async Task<VolumeLook> CheckVolumesAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        SnapSetImage[] images = [.. members.Select(m => m.Image).OfType<Image>().Select(SnapSetImage.From).OfType<SnapSetImage>()];
        if (plan.Volumes.Count == 0 && !images.Any(image => image.Volumes.Count > 0))
        {
            return VolumeLook.None;
        }

        string[] named = [.. images.SelectMany(image => image.Volumes).Select(volume => volume.SnapshotId)];
        IReadOnlyList<VolumeSnapshot> listed = await cloud.Volumes.ListSnapshotsAsync(stop);
        VolumeSnapshot?[] unlisted = await Fanout.SelectAsync(
            named.Except(listed.Select(s => s.Id)), cloud.Volumes.FindSnapshotAsync, stop);
        listed = [.. listed, .. unlisted.OfType<VolumeSnapshot>()];
        var look = VolumeLook.Of(listed, await cloud.GetProjectIdAsync(stop));
        SnapSet set = SnapSetAssembly.Assemble(images, look, cloud.Now, cloud.Name, cloud.Region);
        string[] problems = [.. set.Members.SelectMany(m => m.Volumes.Where(v => !v.IsAvailable).Select(v => SnapSetAssembly.VolumeProblem(m, v)))];
        if (problems.Length > 0)
        {
            throw new HotstackException(ErrorCause.OperationFailed, "SnapshotFailed", string.Join("; ", problems) + ".")
            {
                Hint = "Somebody may have deleted it, or Cinder have failed.",
            };
        }

        // Left by an order that was given twice, or by an earlier run.
        VolumeSnapshot[] extra = [.. SetVolumeSnapshots.OfSet(listed, plan.Id).Where(s => !named.Contains(s.Id))];
        IReadOnlyList<Leftover> left = await new VolumeSnapshotRemoval(cloud).RunAsync(extra.Select(s => s.Id), stop);
        if (left.Count > 0)
        {
            activity.Warning($"Volume snapshots of SnapSet {plan.Id} that no image names could not be deleted: {string.Join("; ", left)}.");
        }

        return look;
    }

    private Task TagAsync(IEnumerable<MemberRun> members, CancellationToken stop) => Fanout.ForEachAsync(
        members.Where(m => !IsSealed(m, m.Image!)),
        async (member, token) => member.Image = await cloud.Images.ReplaceTagsAsync(
            member.ImageId!, plan.TagsOf(member.Plan).ToList(),
            HasRecord(member.Image!) ? new Dictionary<string, string>() : ClusterProperties.Of(plan.Cluster, member.Instance.Name).ToDictionary(), token),
        stop);

    private bool IsSealed(MemberRun member, Image image) => plan.TagsOf(member.Plan).AreIn(image.Tags) && HasRecord(image);

    /// <summary>An image that an earlier run made may lack the record that this run found.</summary>
    private bool HasRecord(Image image) =>
        plan.Cluster is null || image.Properties.GetValueOrDefault(ClusterProperties.RecordedAtKey) is { Length: > 0 };

    /// <summary>Another run may complete the set too. Of two whole images of a server the older one serves, which is how either
    /// run sees it, so that neither takes away what the other told of.</summary>
    private async Task AdoptAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        ILookup<string, Image> listed = (await SetImageList.OfSetAsync(cloud, plan.Id, stop))
            .Where(found => found.Image.IsReady).ToLookup(found => found.Properties.Name, found => found.Image);
        foreach (MemberRun member in members)
        {
            Image? oldest = listed[member.Instance.Name].OrderBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal).FirstOrDefault();
            if (oldest is null || oldest.Id == member.ImageId)
            {
                continue;
            }

            activity.Verbose($"{member.Instance.Name}: another run has made image {oldest.Id} of it before; keeping that one.");
            if (member is { WasOrdered: true, Image: { } ours })
            {
                await DropAsync(ours, stop);
            }

            (member.ImageId, member.Image, member.WasOrdered) = (oldest.Id, oldest, false);
        }
    }

    /// <summary>A list may lag behind: gone is only what cannot be read by itself.</summary>
    private Task<Image[]> UnlistedAsync(IEnumerable<MemberRun> unlisted, CancellationToken stop) => Fanout.SelectAsync(
        unlisted,
        async (member, token) => await cloud.Images.FindAsync(member.ImageId!, token)
            ?? throw new HotstackException(
                ErrorCause.Conflict, "SnapshotFailed",
                $"{member.Instance.Name}: image {member.ImageId} was complete, and is gone: it was deleted before the set was complete.")
            {
                Target = member.ImageId,
                Hint = "Make a new set. Another user may have removed this one.",
            },
        stop);

    /// <summary>An order whose answer was lost, and that was given again, may have been taken twice.</summary>
    private async Task<IReadOnlyList<Image>> DropDuplicatesAsync(
        IReadOnlyCollection<MemberRun> members, IReadOnlyList<Image> images, CancellationToken stop)
    {
        Image[] extra = [.. images.Where(image => members.All(m => m.ImageId != image.Id))];
        foreach (Image image in extra)
        {
            await DropAsync(image, stop);
        }

        return [.. images.Except(extra)];
    }

    private async Task DropAsync(Image image, CancellationToken stop)
    {
        activity.Verbose($"Deleting image {image.Id}, a second one of {image.Name}.");
        IReadOnlyList<Leftover> left = await new ImageRemoval(cloud)
            .RunAsync(image.Id, SnapSetImage.VolumeSnapshotsOf(image), image.IsProtected, activity, stop);
        if (left.Count > 0)
        {
            activity.Warning($"A second image of {image.Name} could not be deleted: {string.Join("; ", left)}.");
        }
    }
}
