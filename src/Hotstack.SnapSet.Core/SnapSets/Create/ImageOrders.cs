using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;

namespace Hotstack.SnapSets.Create;

/// <summary>The image of one server.</summary>
internal sealed class ImageOrder : SnapshotOrder<Image>
{
    public ImageOrder(PlannedMember plan)
        : base(plan.Instance.Name, plan.Instance.Name, plan.Existing?.Id)
    {
        Plan = plan;
        Snapshot = plan.Existing;
    }

    public PlannedMember Plan { get; }

    public Instance Instance => Plan.Instance;

    public override string Source => $"server {Instance.Id}";

    protected override string? SnapshotStatus => Snapshot?.Status;
}

/// <summary>The images of a set, which Nova makes.</summary>
internal sealed class ImageOrders(Cloud cloud, NewSnapSetPlan plan, VolumeOrders volumes, IActivity activity)
    : SnapshotOrders<ImageOrder, Image>(cloud, plan, [.. plan.Members.Select(member => new ImageOrder(member))], activity)
{
    private bool _wereIdle;

    protected override string Kind => "image";

    protected override string Service => "Nova";

    protected override TimeSpan UnknownPatience => TimeSpan.FromSeconds(60);

    /// <summary>Ends the progress of the members; that of the set continues until the servers run again.</summary>
    public void CompleteProgress()
    {
        foreach (ImageOrder order in Orders)
        {
            Activity.Progress(new(WorkOf(order), "") { PartOf = Plan.Work, Completed = true });
        }
    }

    protected override void ShowProgress()
    {
        int ready = Orders.Count(o => o.IsReady);
        Limited.Progress(new Tally(ready, Orders.Count, "images active").Of(Plan.Work));
        foreach (ImageOrder order in Orders)
        {
            Activity.Progress(new(WorkOf(order), order.Status) { PartOf = Plan.Work, Completed = order.IsReady });
        }
    }

    /// <remarks>Properties exist from the first moment, so an interrupted set is found by them.</remarks>
    protected override Task<string> SendAsync(ImageOrder order, CancellationToken stop) => Cloud.Compute.CreateImageAsync(
        order.Instance.Id, SnapSetImageName.Of(order.Member, Plan.Id),
        Plan.PropertiesOf(order.Plan, volumes.RecordedFor(order.Plan)).ToMetadata(), stop);

    protected override async Task<IReadOnlyList<Listed>> ListAsync(CancellationToken stop) =>
    [
        .. (await OwnImages.OfSetAsync(Cloud, Plan.Id, stop))
            .Select(found => new Listed(found.Properties.Name, found.Image.Id, found.Image)).OrderBy(one => one.Snapshot.CreatedAt),
    ];

    protected override Task<Image?> FindAsync(string id, CancellationToken stop) => Cloud.Images.FindAsync(id, stop);

    protected override async Task JudgeAsync(ImageOrder order, Image image, CancellationToken stop)
    {
        if (image.IsLost)
        {
            order.Failure = Failed(order, $"image {image.Id} is {image.Status}");
        }
        else if (image.IsReady)
        {
            order.IsReady = await AreVolumeSnapshotsReadyAsync(order, image, stop);
        }
    }

    /// <summary>The image of a volume-backed server is active before Cinder has made the snapshots that hold the data.</summary>
    private async Task<bool> AreVolumeSnapshotsReadyAsync(ImageOrder order, Image image, CancellationToken stop)
    {
        IReadOnlyList<string> ids = SnapSetImage.VolumeSnapshotsOf(image);
        foreach (string id in ids)
        {
            // Nova requested them just now.
            Cloud.NewObjects.Add(id);
        }

        VolumeSnapshot?[] snapshots = await Fanout.SelectAsync(ids, Cloud.Volumes.FindSnapshotAsync, stop);
        if (snapshots.FirstOrDefault(VolumeOrders.IsLost) is { } lost)
        {
            order.Failure = await VolumeOrders.FailureOfAsync(
                Cloud, lost, $"volume snapshot {lost.Id} of image {image.Id} is {lost.Status}", order.Instance.Id, stop);
        }
        else if (snapshots.Contains(null))
        {
            order.Failure = Failed(order, $"a volume snapshot of image {image.Id} is deleted");
        }

        return snapshots.All(s => s?.Status == "available");
    }

    protected override async Task<bool> IsAbandonedAsync(ImageOrder order, CancellationToken stop)
    {
        if (order.Snapshot is { IsReady: true })
        {
            return false;
        }

        Server server = await Cloud.Compute.GetServerAsync(order.Instance.Id, stop);
        bool isIdle = server.TaskState is null && order.Snapshot is not { IsBeingImported: true };
        return order.IsIdleAgain(isIdle, Cloud.Time.GetUtcNow());
    }

    protected override async Task DropIfAbandonedAsync(ImageOrder order, CancellationToken stop)
    {
        if (order.Snapshot is not { IsReady: false } image)
        {
            return;
        }

        Server server = await Cloud.Compute.GetServerAsync(order.Instance.Id, stop);
        if (server.TaskState is not null || image.IsBeingImported)
        {
            order.ScheduleCheck(Cloud.Time.GetUtcNow());
            return;
        }

        Activity.Verbose($"{order.Member}: image {image.Id} is {image.Status} and its server idle; making the image again.");
        await Cloud.Images.DeleteAsync(image.Id, stop);
        order.Id = null;
        order.Snapshot = null;
    }

    protected override HotstackException Failed(ImageOrder order, string reason) =>
        new(ErrorCause.OperationFailed, "SnapshotFailed", reason.TrimEnd('.') + ".")
        {
            Target = order.Instance.Id,
            Hint = "Usual causes are the image quota, a full disk of the compute host, or an expired token.",
        };

    protected override async Task<HotstackException> VanishedAsync(ImageOrder order, CancellationToken stop)
    {
        IReadOnlyList<InstanceAction> actions = await Cloud.Compute.ListActionsAsync(order.Instance.Id, stop);
        InstanceAction? action = actions.FirstOrDefault(a => a.Action == "createImage");
        string nova = action?.Message is { } message ? $" Nova reports: {message} (request {action.RequestId})." : "";
        return Failed(order, $"image {order.Id} is gone: the snapshot failed, or someone deleted it.{nova}");
    }

    protected override bool IsClaimed(ImageOrder order, Image image) => Plan.TagsOf(order.Plan).AreIn(image.Tags);

    /// <summary>As long as Nova works on a server, its image may still come.</summary>
    protected override async Task<bool> AreSettledAsync(IReadOnlyCollection<ImageOrder> unknown, CancellationToken stop)
    {
        Server[] servers = await Fanout.SelectAsync(
            unknown, (order, token) => Cloud.Compute.GetServerAsync(order.Instance.Id, token), stop);
        bool wereIdle = _wereIdle;
        _wereIdle = servers.All(s => s.TaskState is null);
        return wereIdle && _wereIdle;
    }

    protected override async Task<IReadOnlyList<Leftover>> DeleteAsync(IReadOnlyDictionary<string, Image?> images, CancellationToken stop)
    {
        IReadOnlyList<Leftover>[] left = await Fanout.SelectAsync(
            images,
            async (one, token) =>
            {
                try
                {
                    // Only the image names its volume snapshots.
                    Image? image = one.Value ?? await Cloud.Images.FindAsync(one.Key, token);
                    return await new ImageRemoval(Cloud).RunAsync(
                        one.Key, image is null ? [] : SnapSetImage.VolumeSnapshotsOf(image), isProtected: false, Activity, token);
                }
                catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
                {
                    return [new Leftover("image", one.Key, e.Message)];
                }
            },
            stop);
        return [.. left.SelectMany(leftovers => leftovers)];
    }

    /// <summary>If Nova fails between two volumes of a server, the first one's snapshot stays, and no image names it.</summary>
    protected override async Task<IReadOnlyList<Leftover>> DeleteOrphansAsync(IReadOnlyCollection<ImageOrder> ours, CancellationToken stop)
    {
        HashSet<string> names = [.. ours
            .Where(o => o.Plan.Server.IsVolumeBacked)
            .Select(o => $"snapshot for {SnapSetImageName.Of(o.Member, Plan.Id)}")];
        if (names.Count == 0)
        {
            return [];
        }

        IReadOnlyList<VolumeSnapshot> snapshots = await Cloud.Volumes.ListSnapshotsAsync(stop);
        return await new VolumeSnapshotRemoval(Cloud).RunAsync(snapshots.Where(s => names.Contains(s.Name)).Select(s => s.Id), stop);
    }

    private static string WorkOf(ImageOrder order) => $"{order.Member} ({order.Instance.Role})";
}
