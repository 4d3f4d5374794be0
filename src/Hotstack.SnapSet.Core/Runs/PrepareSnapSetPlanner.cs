using Hotstack.Clusters;
using Hotstack.Clusters.Stability;
using Hotstack.Clusters.Suspend;
using Hotstack.Clusters.Wait;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;

namespace Hotstack.Runs;

/// <summary>What is left to do, and that it can be done.</summary>
internal sealed record PrepareSnapSetPlan
{
    /// <summary>A set that an earlier run completed; null if there is work.</summary>
    public SnapSet? Done { get; init; }

    /// <summary>The cluster; null if none of its nodes runs, or there is none.</summary>
    public Cluster? Cluster { get; init; }

    /// <summary>An earlier run began the shutdown, so that there is nothing to wait for.</summary>
    public bool IsBegun { get; init; }

    /// <summary>When the certificates will allow a shutdown; null if they do, or if nobody knows.</summary>
    public TimeSpan? RotatesIn { get; init; }

    /// <summary>Servers run, and are shut down.</summary>
    public bool StopsServers { get; init; }

    /// <summary>The set to make.</summary>
    public required NewSnapSetRequest Freeze { get; init; }

    /// <summary>What the question is about.</summary>
    public string Target { get; init; } = "";

    /// <summary>What the question asks for.</summary>
    public string Action { get; init; } = "";
}

/// <summary>Reads what is done already, and checks all that can be checked before the long wait. Changes nothing.</summary>
internal sealed class PrepareSnapSetPlanner(Cloud cloud, Func<Task<Cluster>> connect, PrepareSnapSetRequest request, IActivity activity)
{
    /// <exception cref="HotstackException"><c>SnapSetDataInvalid</c>, <c>NodesDoNotMatch</c>, <c>RightsMissing</c>,
    /// <c>ClusterNotSafe</c>, <c>ServerNotFound</c> …, or the cluster or the cloud failed.</exception>
    public async Task<PrepareSnapSetPlan> PlanAsync(CancellationToken stop)
    {
        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud).FindAsync(request.Freeze.Source, activity, stop);
        NewSnapSetRequest freeze = request.Freeze with { StopServers = true };
        if (instances.All(IsOff))
        {
            SnapSet? earlier = await FindEarlierAsync(instances, stop);
            if (earlier is { State: SnapSetState.Complete })
            {
                return new() { Done = earlier, Freeze = freeze };
            }

            freeze = earlier is null ? freeze : freeze with { ResumeId = SnapSetReference.To(earlier), StopServers = false };
        }

        IReadOnlyList<Instance> nodes = Roles.NodesAmong(instances);
        if (nodes.Count == 0)
        {
            activity.Verbose("The deployment has no node of a cluster: there is nothing to wait for.");
        }
        else if (nodes.All(IsOff))
        {
            await TellOfUnknownAsync(nodes, stop);
        }

        NewSnapSetPlan made = await new NewSnapSetPlanner(cloud, new RecordToCome(cloud))
            .PlanAsync(freeze with { Inspection = new() }, activity, stop);
        PrepareSnapSetPlan plan = nodes.All(IsOff) ? new() { Freeze = freeze } : await PlanOfClusterAsync(instances, freeze, stop);
        return plan with
        {
            StopsServers = !instances.All(IsOff),
            Target = $"SnapSet{(made.IsResumed ? $" {made.Id}" : "")} of {CountText.Of(instances.Count, "server")}"
                + $"{(made.Facts.StackName is { } stack ? $" of stack {stack}" : "")} ({string.Join(", ", instances.Select(i => i.Name))})",
            Action = DescribeAction(plan, instances, nodes, made),
        };
    }

    private static bool IsOff(Instance instance) => instance.Status == ServerRules.ShutOff;

    private async Task<PrepareSnapSetPlan> PlanOfClusterAsync(
        IReadOnlyList<Instance> instances, NewSnapSetRequest freeze, CancellationToken stop)
    {
        Cluster cluster = await connect();
        var shutdown = new SuspendClusterPlanner(cloud, cluster, request.Suspend, activity);
        if (await shutdown.IsBegunAsync(instances, stop))
        {
            return new() { Cluster = cluster, IsBegun = true, Freeze = freeze };
        }

        await shutdown.CheckAsync(instances, stop);
        ClusterJudgement? certificates = !request.WaitsForRotation ? null
            : await new WaitCluster(cluster).JudgeCertificatesAsync(WaitForRotation(request), activity, stop);
        return new()
        {
            Cluster = cluster,
            RotatesIn = certificates is { Verdict: not ClusterVerdict.Safe, Eta: { } eta } && eta > cluster.Now ? eta - cluster.Now : null,
            Freeze = freeze,
        };
    }

    /// <summary>The wait for the certificates.</summary>
    public static WaitClusterRequest WaitForRotation(PrepareSnapSetRequest request) => new()
    {
        Goal = ClusterGoal.CertificateRotation,
        MinimumValidity = request.Suspend.MinimumValidity,
        Uncordon = request.Suspend.Uncordon,
        IgnoreOperators = request.Suspend.IgnoreOperators,
        IgnoreApiServices = request.Suspend.IgnoreApiServices,
        Timeout = request.RotationTimeout,
        PollInterval = request.RotationInterval,
    };

    private string DescribeAction(
        PrepareSnapSetPlan plan, IReadOnlyList<Instance> instances, IReadOnlyList<Instance> nodes, NewSnapSetPlan made)
    {
        int images = made.Members.Count(member => member.Existing is not { IsReady: true });
        int running = instances.Count(i => !IsOff(i));
        string[] steps =
        [
            .. If(plan is { Cluster: not null, IsBegun: false } && request.Suspend.Uncordon, "uncordon the nodes that were left cordoned"),
            .. If(plan.RotatesIn is not null, $"wait about {TimeText.Of(plan.RotatesIn ?? default)} until the cluster's certificates are renewed"),
            .. If(plan is { Cluster: not null, IsBegun: false }, $"wait until the cluster is stable for {StabilityRounds.TextOf(request.StableFor)}"),
            .. If(plan is { Cluster: not null, IsBegun: false }, $"cordon {CountText.Of(nodes.Count, "node")}"),
            .. If(running > 0, $"{(plan.IsBegun ? "resume its shutdown: " : "")}shut down {CountText.Of(running, "running server")}"),
            made.IsResumed ? $"complete the set: make {CountText.Of(images, "missing image")} and tag all"
                : $"make {CountText.Of(images, "image")} and tag {(images == 1 ? "it" : "them")}",
            .. If(plan.Freeze.StartServers, "start the servers"),
        ];
        string text = string.Join(", then ", steps);
        string risk = plan.Cluster is not null && request.Suspend.SkipCertificateCheck && !plan.IsBegun
            ? ", WITHOUT regard to the cluster's certificates: if they expire while it is off, it may never come back"
            : "";
        return char.ToUpperInvariant(text[0]) + text[1..] + risk;
    }

    private static string[] If(bool isSo, string step) => isSo ? [step] : [];

    /// <summary>Upstream's own stage shuts the nodes down and keeps no record; so does a user at the console.</summary>
    private async Task TellOfUnknownAsync(IReadOnlyList<Instance> nodes, CancellationToken stop)
    {
        if (request.Freeze.Cluster is null
            && await new KeptRecord(cloud).TryReadAsync([.. nodes], activity, stop) is not { Holds: true })
        {
            activity.Warning(
                $"All nodes are {ServerRules.ShutOff}, and Suspend-HotstackCluster did not shut them down: probably upstream's "
                + "hotstack_prepare_for_snapshot did. The set is made of the servers as they are. What only the running cluster tells is "
                + "not recorded: its version, its operators, and until when it can be revived. The certificates of its kubelets last 30 days at "
                + "most, often less; after that Invoke-HotstackRevive has to approve new ones.");
        }
    }

    /// <summary>The set that an earlier run made of exactly these servers, complete or not, if none of them ran since.</summary>
    private async Task<SnapSet?> FindEarlierAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        if (request.Freeze.ResumeId is not null)
        {
            return null;
        }

        var find = new GetSnapSets(cloud);
        IEnumerable<SnapSet> sets = await find.RunAsync(new(), stop);
        if (request.Freeze.IncludeVolumes)
        {
            sets = sets.Concat(await find.RunAsync(new() { Incomplete = true }, stop)).DistinctBy(set => (set.Id, set.ProjectId));
        }

        bool needsVolumes = request.Freeze.IncludeVolumes && instances.Any(i => i.Volumes.Count > 0);
        foreach (SnapSet set in sets.Where(set => IsOf(set, instances) && (set.VolumeCount > 0 || !needsVolumes))
            .OrderByDescending(set => set.State == SnapSetState.Complete).ThenByDescending(set => set.CreatedAt))
        {
            IReadOnlyList<string> ran = await new ServerHistory(cloud)
                .RanSinceAsync(instances.Select(i => (i, (Server?)new Server { Id = i.Id, Name = i.Name, Status = i.Status! })), set.CreatedAt, stop);
            if (ran.Count == 0)
            {
                return set;
            }
        }

        return null;
    }

    private static bool IsOf(SnapSet set, IReadOnlyList<Instance> instances) =>
        set.ExpectedMembers == instances.Count
        && (set.Members.Count > 0 ? set.Members.All(member => instances.Any(i => i.Id == member.SourceId && i.Name == member.Name && i.Role == member.Role))
            : set.StackName is { } stack && instances.All(i => i.StackName == stack));

    /// <summary>The shutdown will record the cluster, so that nothing is asked of it before.</summary>
    private sealed class RecordToCome(Cloud cloud) : IClusterInspector
    {
        public Task<ClusterInspection> InspectAsync(
            ClusterInspectionRequest request, IReadOnlyList<Instance> instances, IActivity activity, CancellationToken token) =>
            Task.FromResult(new ClusterInspection(new ClusterRecord { RecordedAt = cloud.Now }, null));
    }
}
