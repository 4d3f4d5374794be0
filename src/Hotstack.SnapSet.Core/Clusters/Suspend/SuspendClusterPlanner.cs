using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>A shutdown that passed all checks: it can begin, or an earlier run has begun it and it can be resumed.</summary>
internal sealed record SuspendClusterPlan
{
    public required ClusterRecord Record { get; init; }

    /// <summary>The nodes, as the cluster shows them; empty if the shutdown is resumed.</summary>
    public IReadOnlyList<NodeServer> Nodes { get; init; } = [];

    /// <summary>The nodes' servers.</summary>
    public required IReadOnlyList<Instance> NodeServers { get; init; }

    /// <summary>What shuts down the nodes that still run.</summary>
    public required ShutdownMethod Method { get; init; }

    /// <summary>The image of all helper pods, including those that cancel; null if there are none.</summary>
    public HelperImage? HelperImage { get; init; }

    /// <summary>False for a deployment of servers alone: only <see cref="RunningOthers"/> are stopped.</summary>
    public bool HasCluster { get; init; } = true;

    /// <summary>An earlier run has begun the shutdown: nodes are off or shut themselves down, and that cannot be rolled back.</summary>
    public bool IsResumed { get; init; }

    public IReadOnlyList<NodeServer> Masters => [.. Nodes.Where(n => n.Node.IsMaster)];

    public IReadOnlyList<NodeServer> Workers => [.. Nodes.Where(n => !n.Node.IsMaster)];

    /// <summary>The servers in the groups in which they shut down: workers, masters, all others. Those that were off before the shutdown are
    /// in none.</summary>
    public IReadOnlyList<Instance> WorkerServers => [.. NodeServers.Where(i => !WasOff(i) && !IsMaster(i))];

    public IReadOnlyList<Instance> MasterServers => [.. NodeServers.Where(i => !WasOff(i) && IsMaster(i))];

    /// <summary>Servers of the deployment that are not nodes, such as the controller.</summary>
    public IReadOnlyList<Instance> OtherServers => [.. Record.Instances.Where(i => !WasOff(i) && !IsNode(i))];

    /// <summary>Those of each group that run.</summary>
    public IReadOnlyList<Instance> RunningWorkers => [.. WorkerServers.Where(IsRunning)];

    public IReadOnlyList<Instance> RunningMasters => [.. MasterServers.Where(IsRunning)];

    public IReadOnlyList<Instance> RunningOthers => [.. OtherServers.Where(IsRunning)];

    public bool IsNode(Instance instance) => NodeServers.Any(n => n.Id == instance.Id);

    private bool IsMaster(Instance instance) =>
        Nodes.FirstOrDefault(n => n.Instance.Id == instance.Id) is { } node ? node.Node.IsMaster : instance.Role == Roles.Master;

    private bool WasOff(Instance instance) => !IsRunning(instance) && Record.OffInstances.Contains(instance.Name);

    private static bool IsRunning(Instance instance) => instance.Status != ServerRules.ShutOff;
}

/// <summary>Checks whether and how a cluster can be shut down. Changes nothing.</summary>
internal sealed class SuspendClusterPlanner(Cloud cloud, Cluster cluster, SuspendClusterRequest request, IActivity activity)
{
    private readonly ClusterRecords _records = new(cloud, cluster);

    /// <exception cref="HotstackException"><c>NodesDoNotMatch</c>, <c>ClusterNotSafe</c>,
    /// <c>EtcdBackupTooEarly</c>, <c>RightsMissing</c>, <c>HelperImageNotFound</c>, <c>ServerNotFound</c>, <c>ServerBusy</c>, or the
    /// cluster or the cloud failed.</exception>
    public async Task<SuspendClusterPlan> PlanAsync(CancellationToken stop)
    {
        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud).FindAsync(request.Source, activity, stop);
        if (Roles.NodesAmong(instances).Count == 0)
        {
            return await PlanOfServersAsync(
                instances, "No server of the deployment has the role of an OpenShift node (ocp_master, ocp_worker), so there is no cluster to check, "
                + "cordon, drain or record", stop);
        }

        return await PlanResumedAsync(instances, stop) ?? await PlanNewAsync(instances, stop);
    }

    /// <summary>A deployment without OpenShift: Nova stops its servers, the controller last.</summary>
    private async Task<SuspendClusterPlan> PlanOfServersAsync(IReadOnlyList<Instance> instances, string why, CancellationToken stop)
    {
        RefuseBusyServers([], instances);
        activity.Warning($"{why}: Nova stops the servers, the controller last.");
        BegunShutdown? begun = await new KeptRecord(cloud).TryReadAsync(KeptRecord.ServersOf(instances), activity, stop);
        return new SuspendClusterPlan
        {
            Record = _records.Of(instances, new ClusterRecord
            {
                RecordedAt = cloud.Now,
                OffInstances = [.. OffBefore(instances, begun)],
            }),
            NodeServers = [],
            Method = ShutdownMethod.Nova,
            HasCluster = false,
            IsResumed = true,
        };
    }

    /// <summary>The servers that were off before the shutdown. Of what is off now, an earlier run may have stopped some: while its record holds,
    /// only that counts. Without it, a deployment of which at most the controller runs tells nothing.</summary>
    private static IEnumerable<string> OffBefore(IReadOnlyList<Instance> instances, BegunShutdown? begun)
    {
        IEnumerable<string> off = Roles.OffAmong(instances).Select(i => i.Name);
        return begun is { Holds: true } ? off.Intersect(begun.Record.OffInstances)
            : instances.Any(i => i.Status == ServerRules.Active && !i.IsController) ? off
            : [];
    }

    /// <summary>Whether an earlier run has begun the shutdown, so that it can only be resumed.</summary>
    public async Task<bool> IsBegunAsync(IReadOnlyList<Instance> instances, CancellationToken stop) =>
        await PlanResumedAsync(instances, stop) is not null;

    /// <summary>Checks what a shutdown needs, long before it: all but the certificates and the services.</summary>
    /// <exception cref="HotstackException"><c>NodesDoNotMatch</c>, <c>ServerBusy</c>, <c>RightsMissing</c>, <c>HelperImageNotFound</c>, or
    /// the cluster failed.</exception>
    public async Task CheckAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        await cluster.OpenAndLogInAsync(stop);
        await HelperImageAsync(await MatchAsync(instances, new ShutdownCheck(cloud, cluster, request, activity), stop), stop);
    }

    private async Task<SuspendClusterPlan> PlanNewAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        await cluster.OpenAndLogInAsync(stop);
        var check = new ShutdownCheck(cloud, cluster, request, activity);
        ClusterReport report = await check.RunAsync(" Nothing was changed.", stop);
        if (report.Verdict == ClusterVerdict.NotApplicable)
        {
            return await PlanOfServersAsync(
                instances, $"Cluster '{cluster.Name}' is MicroShift {report.Version}, which renews its certificates when it starts, so nothing is "
                + "checked, cordoned, drained or recorded", stop);
        }

        if (request.EtcdBackup && !request.ForceRotation)
        {
            RefuseEarlyBackup(report);
        }

        IReadOnlyList<NodeServer> pairs = await MatchAsync(instances, check, stop);
        if (request.Method == ShutdownMethod.Nova)
        {
            await WarnOfPowerCutsAsync(pairs, stop);
        }

        ClusterRecord record = _records.Of(instances, report, pairs, request.Uncordon);
        ClusterRecords.WarnOfBroken(record, activity);
        WarnOfLeftCordons(pairs);
        return new SuspendClusterPlan
        {
            Record = record,
            Nodes = pairs,
            NodeServers = [.. pairs.Select(p => p.Instance)],
            Method = request.Method,
            HelperImage = await HelperImageAsync(pairs, stop),
        };
    }

    private async Task<IReadOnlyList<NodeServer>> MatchAsync(
        IReadOnlyList<Instance> instances, ShutdownCheck check, CancellationToken stop)
    {
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        IReadOnlyList<NodeServer> pairs = await new NodeMatching(cloud, cluster, activity).MatchForRecordAsync(nodes, instances, stop);
        RefuseBusyServers(pairs, instances);
        await check.RequirePermissionsAsync(stop);
        return pairs;
    }

    /// <summary>Found once, before any change: later changes in the cluster do not reach the pods that cancel.</summary>
    private async Task<HelperImage?> HelperImageAsync(IReadOnlyList<NodeServer> pairs, CancellationToken stop)
    {
        if (!request.NeedsHelperPods)
        {
            return null;
        }

        bool isForAll = request.Method == ShutdownMethod.Guest || request.ForceRotation;
        return request.HelperImage is { } given
            ? HelperImage.Given(given)
            : await HelperImage.FindAsync(
                cluster, [.. pairs.Where(p => isForAll || p.Node.IsMaster).Select(p => p.Node.Name)], activity, stop);
    }

    /// <summary>Restored later, such a backup would bring back certificates that have expired since.</summary>
    private void RefuseEarlyBackup(ClusterReport report)
    {
        ClusterCertificate? young = report.Certificates.FirstOrDefault(
            c => (c.Namespace, c.Name) == KnownCertificates.CsrSignerSigner && c.NotAfter - c.NotBefore <= CertificateAssessment.Floor);
        if (young is not null)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "EtcdBackupTooEarly",
                $"A backup of etcd is of no use before the cluster has renewed its certificates for the first time: {young} is still the "
                + $"installer's, until {TimeText.Of(young.NotAfter!.Value)}. Nothing was changed.")
            {
                Target = cluster.Name,
                Hint = "Omit -EtcdBackup, wait with Wait-HotstackCluster -For CertificateRotation, or renew the certificates with "
                    + "-ForceRotation.",
            };
        }
    }

    /// <summary>A server that is not a node may be off. Nova stops the others only if they are ACTIVE, and that is after the
    /// nodes.</summary>
    private static void RefuseBusyServers(IReadOnlyList<NodeServer> pairs, IReadOnlyList<Instance> instances)
    {
        string[] violations =
        [
            .. pairs.Where(p => p.Instance.Status != ServerRules.Active || p.Instance.TaskState is not null)
                .Select(p => $"node {p.Node.Name}: its server {p.Instance.Id} is {StateOf(p.Instance)}"),
            .. instances.Where(i => i.Status is not (ServerRules.Active or ServerRules.ShutOff) && pairs.All(p => p.Instance.Id != i.Id))
                .Select(i => $"instance {i}: server {i.Id} is {StateOf(i)}"),
        ];
        if (violations.Length > 0)
        {
            throw new ViolationsException("ServerBusy", "The servers", violations)
            {
                Hint = (pairs.Count > 0 ? "Start the nodes' servers that are off, wait" : "Wait") + " until Nova has finished its tasks, and bring the other servers to "
                    + $"{ServerRules.Active} or {ServerRules.ShutOff}.",
            };
        }
    }

    private void WarnOfLeftCordons(IReadOnlyList<NodeServer> pairs)
    {
        string[] left = [.. pairs.Where(p => LeftCordons.IsLeft(p.Node, request.Uncordon)).Select(p => p.Node.Name)];
        if (left.Length > 0)
        {
            activity.Warning($"Left cordoned, with no change of configuration in progress: {string.Join(", ", left)}. The record counts "
                + (left.Length == 1 ? "it" : "them") + " as schedulable, so the revival uncordons " + (left.Length == 1 ? "it." : "them."));
        }
    }

    private static string StateOf(Instance instance) => instance.Status
        + (instance.TaskState is { } task ? $" and busy ({task})" : "")
        + (instance.Status == ServerRules.Rescue ? $": {ServerRules.RescueFix(instance.Id)}" : "");

    /// <summary>Nova gives a guest 60 s unless the image's property asked for more when the server booted.</summary>
    private async Task WarnOfPowerCutsAsync(IReadOnlyList<NodeServer> pairs, CancellationToken stop)
    {
        const int Enough = 240;
        var impatient = new List<string>();
        foreach (IGrouping<string?, NodeServer> group in pairs.GroupBy(p => p.Instance.Image))
        {
            string? value = group.Key is null
                ? null
                : (await cloud.Images.FindAsync(group.Key, stop))?.Properties.GetValueOrDefault("os_shutdown_timeout");
            if (!int.TryParse(value, out int seconds) || seconds < Enough)
            {
                impatient.AddRange(group.Select(p => p.Node.Name));
            }
        }

        if (impatient.Count > 0)
        {
            activity.Warning(
                $"Nova may cut the power of {string.Join(", ", impatient)} after a minute (or the timeout of the cloud's operator), "
                + "but a master needs up to four: their images do not ask for more by os_shutdown_timeout. -Method Guest has no "
                + "such limit.");
        }
    }

    /// <summary>Plans to resume a shutdown that an earlier run began and did not finish.</summary>
    /// <returns>Null if no shutdown has begun: the cluster runs, or is down for another reason.</returns>
    private async Task<SuspendClusterPlan?> PlanResumedAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        IReadOnlyList<Instance> nodes = Roles.NodesAmong(instances);
        if (nodes.Count == 0)
        {
            return null;
        }

        BegunShutdown? found = await new KeptRecord(cloud).ReadAsync(nodes, stop);
        BegunShutdown? begun = found is { Holds: true } ? found : null;
        if (nodes.All(IsOff))
        {
            return PlanOfOff(instances, nodes, begun);
        }

        bool isBegun = nodes.Any(IsShuttingDown)
            ? begun is not null || (found is null && await AreCordonedByUsAsync(stop))
            : await IsDueAsync(begun, stop);
        if (!isBegun)
        {
            return null;
        }

        activity.Warning(
            $"A shutdown of cluster '{cluster.Name}' has begun and is resumed: checks, backup and drain are not repeated. "
            + $"Off: {Names(nodes.Where(IsOff))}; still running: {Names(nodes.Where(i => !IsOff(i)))}.");
        ClusterRecord record = begun is null
            ? await RecordNowAsync(instances, stop)
            : _records.Of(instances, begun.Record);
        return Resumed(record, nodes, begun);
    }

    private SuspendClusterPlan PlanOfOff(IReadOnlyList<Instance> instances, IReadOnlyList<Instance> nodes, BegunShutdown? begun)
    {
        if (begun is null)
        {
            activity.Warning(
                $"All nodes of cluster '{cluster.Name}' are {ServerRules.ShutOff} already, so the cluster cannot be recorded: "
                + "neither until when it can be revived, nor which nodes were cordoned before.");
        }

        return Resumed(begun is null ? _records.Of(instances, null, []) : _records.Of(instances, begun.Record), nodes, begun);
    }

    private static bool IsOff(Instance instance) => instance.Status == ServerRules.ShutOff;

    private static bool IsShuttingDown(Instance instance) => IsOff(instance) || instance.TaskState == "powering-off";

    private static string Names(IEnumerable<Instance> instances) => string.Join(", ", instances) is { Length: > 0 } names ? names : "none";

    /// <summary>All nodes run. Shortly after the scheduled time they may be about to shut down; later they are if the API does not answer.
    /// If it answers, somebody cancelled the shutdown.</summary>
    private async Task<bool> IsDueAsync(BegunShutdown? begun, CancellationToken stop) =>
        begun?.DueAt is { } due && (cloud.Now < due + BegunShutdown.Takes || await ListNodesAsync(stop) is null);

    /// <summary>Without a record, the nodes' own marks count as long as a majority of the masters runs.</summary>
    private async Task<bool> AreCordonedByUsAsync(CancellationToken stop) =>
        await ListNodesAsync(stop) is { Count: > 0 } nodes && nodes.All(n => n.IsUnschedulable) && nodes.Any(Cordon.IsOurs);

    /// <returns>Null if the API does not answer.</returns>
    private async Task<IReadOnlyList<V1Node>?> ListNodesAsync(CancellationToken stop)
    {
        // Not in the try: a controller that ssh does not reach says nothing about the API.
        await cluster.OpenAndLogInAsync(stop);
        try
        {
            return (await cluster.ForPolling().ListNodesAsync(stop)).Items;
        }
        catch (HotstackException e) when (e.Cause is ErrorCause.ServiceUnavailable or ErrorCause.TimedOut)
        {
            return null;
        }
    }

    /// <summary>Records a cluster that is partly down: what is broken now may be so because of the shutdown, so it is not
    /// recorded.</summary>
    private async Task<ClusterRecord> RecordNowAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        var test = new TestClusterRequest
        {
            IgnoreOperators = request.IgnoreOperators,
            IgnoreApiServices = request.IgnoreApiServices,
            CloudNow = cloud.IsTimeKnown ? cloud.Now : null,
        };
        await cluster.OpenAndLogInAsync(stop);
        ClusterReport report = await new TestCluster(cluster).RunAsync(test, activity, stop);
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        IReadOnlyList<NodeServer> pairs = await new NodeMatching(cloud, cluster, activity).MatchForRecordAsync(nodes, instances, stop);
        return _records.Of(instances, report, pairs, request.Uncordon) with { BrokenApiServices = [], BrokenOperators = [], BrokenInstalledOperators = [] };
    }

    private SuspendClusterPlan Resumed(ClusterRecord record, IReadOnlyList<Instance> nodes, BegunShutdown? begun) => new()
    {
        Record = record,
        NodeServers = nodes,
        // If Nova was to stop the nodes, none of them is armed.
        Method = begun is { DueAt: null } ? ShutdownMethod.Nova : request.Method,
        IsResumed = true,
    };
}
