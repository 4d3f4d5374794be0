using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;

namespace Hotstack.SnapSets.Create;

/// <summary>Makes a set of ready images one that is found as complete: checks servers and volumes, and tags the images.</summary>
internal sealed class TagSnapSet(
    Cloud cloud, NewSnapSetPlan plan, BlueprintOrder blueprint, TimeSpan interval, Deadline deadline, IActivity activity)
{
    private const int MaxRounds = 4;

    /// <exception cref="HotstackException"><c>SnapSetInconsistent</c>, <c>SnapshotFailed</c>, <c>SnapshotTimeout</c>,
    /// <c>TagsLost</c>.</exception>
    public async Task<SnapSet> RunAsync(IReadOnlyCollection<ImageOrder> members, CancellationToken stop)
    {
        await CheckServersAsync(members, stop);
        if (plan.IsResumed)
        {
            await AdoptAsync(members, stop);
        }

        KnownVolumeSnapshots volumes = await CheckVolumesAsync(members, stop);
        await blueprint.TagAsync(stop);
        IReadOnlyList<Image> images = await TagAsync(members, stop);
        return SnapSetBuilder.Build(
            [.. images.Select(SnapSetImage.From).OfType<SnapSetImage>()], volumes, cloud.Now, cloud.Name, cloud.Region,
            blueprint.Image is { } kept ? [kept] : []);
    }

    /// <summary>An image is safe only when Nova is done with its server too, and of one moment with the others only if the server is still
    /// shut off.</summary>
    private async Task CheckServersAsync(IReadOnlyCollection<ImageOrder> members, CancellationToken stop)
    {
        IReadOnlyCollection<ImageOrder> busy = members;
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                Server[] servers = await Fanout.SelectAsync(
                    busy, (m, t) => cloud.Compute.GetServerAsync(m.Instance.Id, t), token);
                string[] moved = [.. busy.Zip(servers).Where(m => m.Second.Status != ServerRules.ShutOff)
                    .Select(m => $"{m.First.Member} ({m.Second.Id}: {m.Second.Status})")];
                if (moved.Length > 0)
                {
                    throw new HotstackException(
                        ErrorCause.Conflict, "SnapSetInconsistent",
                        $"while the images were made, someone changed {string.Join(", ", moved)}, so they are not of one moment.");
                }

                busy = [.. busy.Where((_, i) => servers[i].TaskState is not null)];
                activity.AtMost(deadline.Left, cloud.Time)
                    .Progress(new Tally(members.Count - busy.Count, members.Count, "servers released by Nova").Of(plan.Work));
                return busy.Count == 0;
            },
            interval, deadline.Left, cloud.Time, stop);
        if (!isDone)
        {
            throw new HotstackException(
                ErrorCause.TimedOut, "SnapshotTimeout",
                $"after {deadline.Timeout} Nova still works on {string.Join(", ", busy.Select(m => m.Member))}.");
        }
    }

    /// <summary>Another run may complete the set too. Of two ready images of a server both runs choose the older, so that neither deletes
    /// what the other reported.</summary>
    private async Task AdoptAsync(IReadOnlyCollection<ImageOrder> members, CancellationToken stop)
    {
        ILookup<string, Image> listed = (await OwnImages.OfSetAsync(cloud, plan.Id, stop))
            .Where(found => found.Image.IsReady).ToLookup(found => found.Properties.Name, found => found.Image);
        foreach (ImageOrder member in members)
        {
            Image? oldest = listed[member.Member].OrderBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal).FirstOrDefault();
            if (oldest is null || oldest.Id == member.Id)
            {
                continue;
            }

            activity.Verbose($"{member.Member}: another run made image {oldest.Id} earlier; keeping that one.");
            if (member is { WasOrdered: true, Snapshot: { } ours })
            {
                await DropAsync(ours, stop);
            }

            (member.Id, member.Snapshot, member.WasOrdered) = (oldest.Id, oldest, false);
        }
    }

    /// <summary>A volume snapshot that was available may be deleted since.</summary>
    private async Task<KnownVolumeSnapshots> CheckVolumesAsync(IReadOnlyCollection<ImageOrder> members, CancellationToken stop)
    {
        SnapSetImage[] images = [.. members.Select(m => m.Snapshot).OfType<Image>().Select(SnapSetImage.From).OfType<SnapSetImage>()];
        if (plan.Volumes.Count == 0 && !images.Any(image => image.Volumes.Count > 0))
        {
            return KnownVolumeSnapshots.None;
        }

        string[] named = [.. images.SelectMany(image => image.Volumes).Select(volume => volume.SnapshotId)];
        IReadOnlyList<VolumeSnapshot> listed = await cloud.Volumes.ListSnapshotsAsync(stop);
        VolumeSnapshot?[] unlisted = await Fanout.SelectAsync(
            named.Except(listed.Select(s => s.Id)), cloud.Volumes.FindSnapshotAsync, stop);
        var volumes = KnownVolumeSnapshots.Of([.. listed, .. unlisted.OfType<VolumeSnapshot>()], await cloud.GetProjectIdAsync(stop));
        RequireAvailable(SnapSetBuilder.Build(images, volumes, cloud.Now, cloud.Name, cloud.Region, []));
        await DeleteUnnamedAsync(VolumeSnapshotMarks.OfSet(listed, plan.Id).Select(s => s.Id).Except(named), stop);
        return volumes;
    }

    private static void RequireAvailable(SnapSet set)
    {
        string[] problems = [.. set.Members.SelectMany(
            m => m.Volumes.Where(v => !v.IsAvailable).Select(v => SnapSetBuilder.VolumeProblem(m, v)))];
        if (problems.Length > 0)
        {
            throw new HotstackException(ErrorCause.OperationFailed, "SnapshotFailed", string.Join("; ", problems) + ".")
            {
                Hint = "Make a new set. Another user may have deleted the volume snapshot, or Cinder may have failed.",
            };
        }
    }

    /// <summary>Those of a request that was accepted twice, or of an earlier run.</summary>
    private async Task DeleteUnnamedAsync(IEnumerable<string> ids, CancellationToken stop)
    {
        IReadOnlyList<Leftover> left = await new VolumeSnapshotRemoval(cloud).RunAsync(ids, stop);
        if (left.Count > 0)
        {
            activity.Warning($"Volume snapshots of SnapSet {plan.Id} that no image names could not be deleted: {string.Join("; ", left)}.");
        }
    }

    /// <summary>Tags all images until the tags stay: Glance may write old tags back when it ends its work on an image.</summary>
    private async Task<IReadOnlyList<Image>> TagAsync(IReadOnlyCollection<ImageOrder> members, CancellationToken stop)
    {
        IReadOnlyCollection<ImageOrder> untagged = members;
        for (int round = 1; ; round++)
        {
            // The controllers last: upstream finds the latest set by them.
            await WriteTagsAsync(untagged.Where(m => !m.Instance.IsController), stop);
            await WriteTagsAsync(untagged.Where(m => m.Instance.IsController), stop);
            IReadOnlyList<Image> images = await ReadImagesAsync(members, dropDuplicates: round == 1, stop);
            foreach (ImageOrder member in members)
            {
                member.Snapshot = images.First(i => i.Id == member.Id);
            }

            untagged = [.. members.Where(m => !IsTagged(m))];
            if (untagged.Count == 0)
            {
                return images;
            }

            if (round == MaxRounds)
            {
                throw new HotstackException(
                    ErrorCause.OperationFailed, "TagsLost",
                    $"Glance does not keep the tags of {string.Join(", ", untagged.Select(m => $"{m.Member} ({m.Id})"))}.");
            }

            activity.Verbose($"Glance lost tags of {string.Join(", ", untagged.Select(m => m.Member))}; writing them again.");
            await Poll.PauseAsync(interval, cloud.Time, stop);
        }
    }

    private Task WriteTagsAsync(IEnumerable<ImageOrder> members, CancellationToken stop) => Fanout.ForEachAsync(
        members.Where(m => !IsTagged(m)),
        async (member, token) => member.Snapshot = await cloud.Images.ReplaceTagsAsync(
            member.Id!, plan.TagsOf(member.Plan).ToList(),
            MissingProperties(member.Snapshot!, member.Member),
            token),
        stop);

    private bool IsTagged(ImageOrder member) => plan.TagsOf(member.Plan).AreIn(member.Snapshot!.Tags)
        && MissingProperties(member.Snapshot, member.Member).Count == 0;

    /// <summary>What this run found or was told, and the image of an earlier run lacks.</summary>
    private Dictionary<string, string> MissingProperties(Image image, string member) => (HasRecord(image) ? [] : ClusterProperties.Of(plan.Cluster, member))
        .Concat(!plan.IsResumed || SnapSetFacts.From(image.Properties) == plan.Facts ? [] : plan.Facts.ToMetadata())
        .Concat(HasMark(image) ? [] : [new(BlueprintImage.MarkKey, plan.Blueprint is null ? "" : BlueprintImage.Mark)])
        .ToDictionary();

    /// <summary>The image says whether the set has a blueprint; that of an earlier run may say otherwise.</summary>
    private bool HasMark(Image image) => BlueprintImage.IsAnnounced(image.Properties) == (plan.Blueprint is not null);

    /// <summary>The image of an earlier run may lack the record that this run found.</summary>
    private bool HasRecord(Image image) =>
        plan.Cluster is null || image.Properties.GetValueOrDefault(ClusterProperties.RecordedAtKey) is { Length: > 0 };

    private async Task<IReadOnlyList<Image>> ReadImagesAsync(
        IReadOnlyCollection<ImageOrder> members, bool dropDuplicates, CancellationToken stop)
    {
        IReadOnlyList<Image> images = [.. (await OwnImages.OfSetAsync(cloud, plan.Id, stop)).Select(found => found.Image)];
        if (dropDuplicates)
        {
            // A request without an answer that was repeated may have been accepted twice.
            Image[] extra = [.. images.Where(image => members.All(m => m.Id != image.Id))];
            foreach (Image image in extra)
            {
                await DropAsync(image, stop);
            }

            images = [.. images.Except(extra)];
        }

        return [.. images, .. await Fanout.SelectAsync(members.Where(m => images.All(i => i.Id != m.Id)), ReadUnlistedAsync, stop)];
    }

    /// <summary>A list may lag: only an image that cannot be read by its id is gone.</summary>
    private async Task<Image> ReadUnlistedAsync(ImageOrder member, CancellationToken stop) =>
        await cloud.Images.FindAsync(member.Id!, stop)
            ?? throw new HotstackException(
                ErrorCause.Conflict, "SnapshotFailed", $"{member.Member}: image {member.Id} was deleted before the set was complete.")
            {
                Target = member.Id,
                Hint = "Make a new set. Another user may have removed this one.",
            };

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
