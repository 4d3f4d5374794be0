using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;

namespace Hotstack.SnapSets.Create;

/// <summary>The snapshot of one data volume.</summary>
internal sealed class VolumeOrder(PlannedVolume plan) : SnapshotOrder<VolumeSnapshot>(plan.Member, plan.Volume.Id, plan.ExistingId)
{
    public PlannedVolume Plan => plan;

    public override string Source => $"volume {plan.Volume}";

    protected override string? SnapshotStatus => Snapshot?.Status;

    public override string ToString() => $"{Source} ({Status})";
}

/// <summary>The snapshots of the data volumes of a set, which Cinder makes.</summary>
/// <remarks>They are complete before any image is requested: so the images' properties name them from the first moment, and an exhausted
/// quota costs no image.</remarks>
internal sealed class VolumeOrders(Cloud cloud, NewSnapSetPlan plan, IActivity activity)
    : SnapshotOrders<VolumeOrder, VolumeSnapshot>(cloud, plan, [.. plan.Volumes.Select(volume => new VolumeOrder(volume))], activity)
{
    protected override string Kind => "volume snapshot";

    protected override string Service => "Cinder";

    /// <remarks>For a request that ended on our side and may still arrive.</remarks>
    protected override TimeSpan UnknownPatience => TimeSpan.FromSeconds(10);

    public static bool IsLost(VolumeSnapshot? snapshot) => snapshot is { Status: "error" or "deleting" or "error_deleting" };

    /// <summary>The error of a volume snapshot, with Cinder's message if there is one.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="snapshot">The volume snapshot.</param>
    /// <param name="reason">A sentence without its full stop.</param>
    /// <param name="target">The error's target.</param>
    /// <param name="stop">Cancels the request.</param>
    public static async Task<HotstackException> FailureOfAsync(
        Cloud cloud, VolumeSnapshot snapshot, string reason, string target, CancellationToken stop) =>
        await cloud.Volumes.FindMessageAsync(snapshot.Id, stop) is { } message
            ? Failed(
                $"{reason}; Cinder reports: {message.TrimEnd('.')}", target,
                "If you need more details, ask Cinder's operator for its log.")
            : Failed(reason, target, "Cinder gives no reason. Ask its operator for the log; the usual reason is that the storage is full.");

    /// <summary>The volumes that the image of a member names. Nova makes and names the snapshots of a volume-backed server.</summary>
    public IReadOnlyList<SnapSetVolume> RecordedFor(PlannedMember member) =>
    [
        .. member.Volumes.Select(volume => new SnapSetVolume
        {
            SnapshotId = member.Server.IsVolumeBacked ? "" : Orders.First(o => o.Key == volume.Id).Id!,
            VolumeId = volume.Id,
            Device = volume.Device,
            Size = volume.Size,
            ResourceName = volume.ResourceName,
        }),
    ];

    protected override void ShowProgress() => Limited.Progress(
        new Tally(Orders.Count(o => o.IsReady), Orders.Count, "volume snapshots available").Of(Plan.Work));

    protected override async Task<string> SendAsync(VolumeOrder order, CancellationToken stop) => (await Cloud.Volumes.CreateSnapshotAsync(
        order.Key,
        VolumeSnapshotMarks.NameOf(order.Member, order.Plan.Index, Plan.Id),
        VolumeSnapshotMarks.MetadataOf(
            Plan.Id, order.Member, order.Plan.Volume.Device, Plan.Members.Count, Plan.Facts),
        stop)).Id;

    protected override async Task<IReadOnlyList<Listed>> ListAsync(CancellationToken stop) =>
    [
        .. (await VolumeSnapshotMarks.OfSetAsync(Cloud, Plan.Id, stop))
            .Select(s => new Listed(s.VolumeId, s.Id, s) { IsEarlier = Plan.EarlierVolumeSnapshots.Contains(s.Id) }),
    ];

    protected override Task<VolumeSnapshot?> FindAsync(string id, CancellationToken stop) => Cloud.Volumes.FindSnapshotAsync(id, stop);

    protected override async Task JudgeAsync(VolumeOrder order, VolumeSnapshot snapshot, CancellationToken stop)
    {
        order.IsReady = snapshot.Status == "available";
        if (IsLost(snapshot))
        {
            order.Failure = await FailureOfAsync(
                Cloud, snapshot, $"snapshot {snapshot.Id} of {order.Source} is {snapshot.Status}", snapshot.Id, stop);
        }
    }

    /// <remarks>Cinder lists a snapshot before it answers the request.</remarks>
    protected override Task<bool> IsAbandonedAsync(VolumeOrder order, CancellationToken stop) => Task.FromResult(order.Snapshot is null);

    protected override HotstackException Failed(VolumeOrder order, string reason) => Failed(
        reason, order.Key, "Check that Cinder works ('openstack volume service list', as its operator), and make the set again.");

    protected override Task<HotstackException> VanishedAsync(VolumeOrder order, CancellationToken stop) => Task.FromResult(Failed(
        $"snapshot {order.Id} of {order.Source} is gone", order.Id!, "Make a new set. Another user may have deleted it."));

    protected override Task<bool> AreSettledAsync(IReadOnlyCollection<VolumeOrder> unknown, CancellationToken stop) =>
        Task.FromResult(false);

    protected override Task<IReadOnlyList<Leftover>> DeleteAsync(
        IReadOnlyDictionary<string, VolumeSnapshot?> snapshots, CancellationToken stop) =>
        new VolumeSnapshotRemoval(Cloud).RunAsync(snapshots.Keys, stop);

    private static HotstackException Failed(string reason, string target, string hint) =>
        new(ErrorCause.OperationFailed, "SnapshotFailed", $"{reason}.") { Target = target, Hint = hint };
}
