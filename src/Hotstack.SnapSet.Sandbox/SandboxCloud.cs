using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Seeds;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox;

/// <summary>
/// All the cloud holds. It has no threads and no timers: what is to happen later is kept with its due
/// time, and every request first brings the cloud up to the clock. With a manual clock it is exact.
/// </summary>
public sealed partial class SandboxCloud
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Number)> _pending = new();
    private Random _random = new(0);
    private long _scheduled;
    private TimeSpan _ahead;

    internal SandboxCloud(SandboxOptions options, FaultPlan faults)
    {
        Options = options;
        Faults = faults;
        Clusters = new Cluster.ClusterCopies(this);
        Reset();
    }

    /// <summary>How this cloud was made.</summary>
    public SandboxOptions Options { get; }

    /// <summary>The template that the deployment was made from; null if there is no deployment.</summary>
    public string? DeploymentTemplate { get; internal set; }

    /// <summary>What the deployment's template names and was not there: <c>image hotstack-sonic</c>.</summary>
    public IReadOnlyList<string> MadeUp { get; internal set; } = [];

    internal FaultPlan Faults { get; }

    internal Gate Gate { get; } = new();

    /// <summary>The time up to which the cloud has come.</summary>
    internal DateTimeOffset Now { get; private set; }

    /// <summary>When it was started, or reset. What was before, its history, took the time that it really takes.</summary>
    internal DateTimeOffset StartedAt { get; private set; }

    /// <summary>Whether a read finds what was made at this time: else it comes to a replica that has not got it yet.</summary>
    internal bool Shows(DateTimeOffset madeAt, bool isList = false) => !Faults.Misses(madeAt, Now, isList);

    internal Accounts Accounts { get; private set; } = new();

    internal List<Flavor> FlavorList { get; } = [];

    internal List<Server> ServerList { get; } = [];

    internal List<Image> ImageList { get; } = [];

    internal List<Network> NetworkList { get; } = [];

    internal List<Port> PortList { get; } = [];

    internal List<FloatingIp> FloatingIpList { get; } = [];

    internal List<Router> RouterList { get; } = [];

    internal List<Trunk> TrunkList { get; } = [];

    internal List<SecurityGroup> SecurityGroupList { get; } = [];

    internal List<KeyPair> KeyPairList { get; } = [];

    /// <summary>What Heat keeps of configurations, by their ids.</summary>
    internal Dictionary<string, string> ConfigTexts { get; } = [];

    internal List<Stack> StackList { get; } = [];

    /// <summary>Stacks that are deleted: Heat still shows them to who knows their id.</summary>
    internal List<Stack> DeletedStackList { get; } = [];

    internal List<Volume> VolumeList { get; } = [];

    internal List<VolumeSnapshot> VolumeSnapshotList { get; } = [];

    internal List<VolumeMessage> VolumeMessageList { get; } = [];

    /// <summary>The OpenShift of the deployment; null if there is no deployment.</summary>
    internal Cluster.OpenShiftCluster? OpenShift => Clusters.First;

    /// <summary>It, and the clusters of the stacks that were made from its disks.</summary>
    internal Cluster.ClusterCopies Clusters { get; }

    /// <summary>What the disks of all servers carry.</summary>
    internal DiskLedger Disks { get; } = new();

    internal SnapshotQueue Snapshots { get; private set; } = new(1);

    /// <summary>Everything as at the start; tokens end too.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _pending.Clear();
            _ahead = TimeSpan.Zero;
            _random = new Random(Options.Seed);
            StartedAt = Now = Options.Clock.GetUtcNow();
            Accounts = new Accounts();
            Snapshots = new SnapshotQueue(Options.SnapshotsPerHost);
            FlavorList.Clear();
            ServerList.Clear();
            ImageList.Clear();
            NetworkList.Clear();
            PortList.Clear();
            FloatingIpList.Clear();
            RouterList.Clear();
            TrunkList.Clear();
            SecurityGroupList.Clear();
            KeyPairList.Clear();
            ConfigTexts.Clear();
            StackList.Clear();
            DeletedStackList.Clear();
            Disks.Clear();
            VolumeList.Clear();
            VolumeSnapshotList.Clear();
            VolumeMessageList.Clear();
            Clusters.Clear();
            DeploymentTemplate = null;
            MadeUp = [];
            new Seed(this).Plant();
        }
    }

    /// <summary>Runs <paramref name="work"/> on the cloud as it is now, with no request in between.</summary>
    internal T Do<T>(Func<T> work)
    {
        lock (_gate)
        {
            BringUpToDate();
            return work();
        }
    }

    /// <inheritdoc cref="Do{T}(Func{T})"/>
    internal void Do(Action work)
    {
        lock (_gate)
        {
            BringUpToDate();
            work();
        }
    }

    /// <summary>Has <paramref name="action"/> happen once <paramref name="duration"/> (at speed 1) is over.</summary>
    internal void After(TimeSpan duration, Action action) =>
        _pending.Enqueue(action, (Now + (duration / Options.Speed), ++_scheduled));

    /// <summary>Has <paramref name="action"/> happen at a time of the clock, whatever the speed.</summary>
    internal void At(DateTimeOffset due, Action action) => _pending.Enqueue(action, (due > Now ? due : Now, ++_scheduled));

    /// <summary>The data of an image of a disk that holds so many bytes; at least a few.</summary>
    internal ImageData DataOf(string imageId, long diskBytes) =>
        new GeneratedData(imageId, Math.Max(100, (long)(diskBytes / (double)(1L << 30) * Options.ImageBytesPerGiB)));

    internal string NewId()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString();
    }

    /// <summary>Lets time pass in the cloud alone: its clock is ahead of the others' from then on.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Do(() => _ahead += by);
        Do(() => { });
    }

    /// <summary>Has <paramref name="work"/> happen at an earlier time, and all that it leads to by now.</summary>
    internal void Earlier(DateTimeOffset start, Action work)
    {
        Now = start;
        work();
        BringUpToDate();
    }

    private void BringUpToDate()
    {
        var now = Options.Clock.GetUtcNow() + _ahead;
        while (_pending.TryPeek(out _, out var priority) && priority.Due <= now)
        {
            // What follows from this action is counted from when it was due, not from when somebody asked.
            Now = priority.Due > Now ? priority.Due : Now;
            _pending.Dequeue()();
        }

        Now = now > Now ? now : Now;
    }
}
