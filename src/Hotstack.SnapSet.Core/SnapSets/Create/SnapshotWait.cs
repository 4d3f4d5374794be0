using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>Waits until all images of a set are whole, with one list a look however many they are.</summary>
internal sealed class SnapshotWait(
    Cloud cloud, CreationPlan plan, SnapshotOrders orders, TimeSpan interval, Deadline deadline, CreationProgress progress)
{
    private const int MostOrders = 2;

    /// <exception cref="HotstackException"><c>SnapshotFailed</c>, <c>SnapshotStuck</c>, <c>SnapshotTimeout</c>.</exception>
    public async Task RunAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        progress.Show(members);
        if (members.Any(m => m.WasOrdered))
        {
            // What was ordered just now cannot be there yet.
            await Task.Delay(deadline.Left < interval ? deadline.Left : interval, cloud.Time, stop);
        }

        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                await LookAsync(members, token);
                progress.Show(members);
                MemberFailures.ThrowIfAny(members);
                return members.All(m => m.IsReady);
            },
            interval, deadline.Left, cloud.Time, stop);
        if (!isDone)
        {
            throw Late(members);
        }
    }

    private async Task LookAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        ILookup<string, Image> byName;
        try
        {
            byName = (await SetImageList.OfSetAsync(cloud, plan.Id, stop))
                .ToLookup(found => found.Properties.Name, found => found.Image);
        }
        catch (ServiceException e) when (IsPassing(e))
        {
            return;
        }

        await Fanout.ForEachAsync(
            members.Where(m => !m.IsReady), (member, token) => ObserveAsync(member, byName[member.Instance.Name], token), stop)
            ;
    }

    private async Task ObserveAsync(MemberRun member, IEnumerable<Image> images, CancellationToken stop)
    {
        try
        {
            Image? image = member.ImageId is null
                ? images.OrderBy(i => i.CreatedAt).FirstOrDefault()
                : images.FirstOrDefault(i => i.Id == member.ImageId)
                    // A list may lag behind: gone is only what cannot be read by itself.
                    ?? await cloud.Images.FindAsync(member.ImageId, stop);
            await JudgeAsync(member, image, stop);
        }
        catch (ServiceException e) when (IsPassing(e))
        {
        }
        catch (HotstackException e)
        {
            member.Failure = e;
        }
    }

    /// <summary>A service restarting is no reason to give up images that Nova is still uploading: the next look will tell.</summary>
    public static bool IsPassing(ServiceException e) =>
        e.Cause is ErrorCause.ServiceUnavailable or ErrorCause.TimedOut or ErrorCause.RateLimited;

    private async Task JudgeAsync(MemberRun member, Image? image, CancellationToken stop)
    {
        if (image is not null)
        {
            member.ImageId = image.Id;
            member.Image = image;
            member.IsOutcomeUnknown = false;
        }

        if (image is null && member.ImageId is not null)
        {
            member.Failure = await VanishedAsync(member, stop);
        }
        else if (image is { IsLost: true })
        {
            member.Failure = Failed(member, $"image {image.Id} is {image.Status}");
        }
        else if (image is { IsReady: true })
        {
            member.IsReady = await VolumeSnapshotsAreReadyAsync(member, image, stop);
        }
        else if (member.Watch.IsDue(cloud.Time.GetUtcNow()))
        {
            await LookAtServerAsync(member, stop);
        }
    }

    private async Task LookAtServerAsync(MemberRun member, CancellationToken stop)
    {
        Server server = await cloud.Compute.GetServerAsync(member.Instance.Id, stop);
        bool isIdle = server.TaskState is null && member.Image is not { IsBeingImported: true };
        if (!member.Watch.Saw(isIdle, cloud.Time.GetUtcNow()))
        {
            return;
        }

        if (member.Image is not null)
        {
            member.Failure = new HotstackException(
                ErrorCause.OperationFailed, "SnapshotStuck",
                $"image {member.ImageId} stays {member.Image.Status}, but Nova does not work on it any more.")
            {
                Target = member.ImageId,
                Hint = "The compute service may have been restarted, or the token have run out during the upload.",
            };
        }
        else if (member.Orders < MostOrders)
        {
            // Half a minute on there is no image and the server is idle: the order was not taken, so asking again is safe.
            await orders.PlaceAsync(member, stop);
        }
        else
        {
            member.Failure = Failed(member, "Nova did not answer the order to make an image, and made none");
        }
    }

    /// <summary>The images of volume-backed servers are active before Cinder has made the snapshots that hold the data.</summary>
    private async Task<bool> VolumeSnapshotsAreReadyAsync(MemberRun member, Image image, CancellationToken stop)
    {
        IReadOnlyList<string> ids = SnapSetImage.VolumeSnapshotsOf(image);
        foreach (string id in ids)
        {
            // Nova has had them made just now.
            cloud.NewObjects.Add(id);
        }

        VolumeSnapshot?[] snapshots = await Fanout.SelectAsync(
            ids, cloud.Volumes.FindSnapshotAsync, stop);
        if (snapshots.FirstOrDefault(s => s is { Status: "error" or "deleting" or "error_deleting" }) is { } failed)
        {
            member.Failure = await VolumeFailure.OfAsync(
                cloud, failed.Id, $"volume snapshot {failed.Id} of image {image.Id} is {failed.Status}", member.Instance.Id, stop);
        }
        else if (snapshots.Contains(null))
        {
            member.Failure = Failed(member, $"a volume snapshot of image {image.Id} is gone");
        }

        return snapshots.All(s => s?.Status == "available");
    }

    private async Task<HotstackException> VanishedAsync(MemberRun member, CancellationToken stop)
    {
        IReadOnlyList<InstanceAction> actions = await cloud.Compute.ListActionsAsync(member.Instance.Id, stop);
        InstanceAction? action = actions.FirstOrDefault(a => a.Action == "createImage");
        string nova = action?.Message is { } message ? $" Nova reports: {message} (request {action.RequestId})." : "";
        return Failed(member, $"image {member.ImageId} is gone: the snapshot failed, or someone deleted it.{nova}");
    }

    private static HotstackException Failed(MemberRun member, string reason) =>
        new(ErrorCause.OperationFailed, "SnapshotFailed", reason.TrimEnd('.') + ".")
        {
            Target = member.Instance.Id,
            Hint = "The usual causes are the image quota, a full disk of the compute host, or a token that ran out.",
        };

    private HotstackException Late(IEnumerable<MemberRun> members)
    {
        string missing = string.Join(", ", members.Where(m => !m.IsReady).Select(m => $"{m.Instance.Name} ({m.Status})"));
        return new HotstackException(ErrorCause.TimedOut, "SnapshotTimeout", $"after {deadline.Timeout} there is still to come: {missing}.")
        {
            Hint = "Give -Timeout more; -KeepPartial keeps what there is, to be completed by -Resume.",
        };
    }
}
