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

    /// <summary>An earlier run has begun the shutdown: nodes are off or shut themselves down, and that cannot be rolled back.</summary>
    public bool IsResumed { get; init; }

    public IReadOnlyList<NodeServer> Masters => [.. Nodes.Where(n => n.Node.IsMaster)];

    public IReadOnlyList<NodeServer> Workers => [.. Nodes.Where(n => !n.Node.IsMaster)];

    /// <summary>The running servers in the groups in which they shut down: workers, masters, all others.</summary>
    public IReadOnlyList<Instance> RunningWorkers => [.. NodeServers.Where(i => IsRunning(i) && !IsMaster(i))];

    public IReadOnlyList<Instance> RunningMasters => [.. NodeServers.Where(i => IsRunning(i) && IsMaster(i))];

    /// <summary>Servers of the deployment that are not nodes, such as the controller.</summary>
    public IReadOnlyList<Instance> RunningOthers => [.. Record.Instances.Where(i => IsRunning(i) && !IsNode(i))];

    public bool IsNode(Instance instance) => NodeServers.Any(n => n.Id == instance.Id);

    private bool IsMaster(Instance instance) =>
        Nodes.FirstOrDefault(n => n.Instance.Id == instance.Id) is { } node ? node.Node.IsMaster : instance.Role == Roles.Master;

    private static bool IsRunning(Instance instance) => instance.Status != ServerRules.ShutOff;
}

/// <summary>Checks whether and how a cluster can be shut down. Changes nothing.</summary>
internal sealed class SuspendClusterPlanner(Cloud cloud, Cluster cluster, SuspendClusterRequest request, IActivity activity)
{
    private static readonly TimeSpan MinDelay = TimeSpan.FromMinutes(2);

    /// <exception cref="HotstackException"><c>ShutdownDelayTooShort</c>, <c>NodesDoNotMatch</c>, <c>ClusterNotSafe</c>, <c>EtcdBackupTooEarly</c>,
    /// <c>RightsMissing</c>, <c>HelperImageNotFound</c>, <c>ServerNotFound</c>, <c>ServerBusy</c>, or the cluster or the cloud failed.</exception>
    public async Task<SuspendClusterPlan> PlanAsync(CancellationToken stop)
    {
        if (request.ShutdownDelay < MinDelay)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ShutdownDelayTooShort",
                $"The shutdown delay is {TimeText.Of(request.ShutdownDelay)}, but arming all nodes, and cancelling that, needs at least {TimeText.Of(MinDelay)}.");
        }

        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud).FindAsync(request.Source, activity, stop);
        return await new ShutdownInProgress(cloud, cluster, request, activity).PlanAsync(instances, stop)
            ?? await PlanNewAsync(instances, stop);
    }

    private async Task<SuspendClusterPlan> PlanNewAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        ClusterReport report = await new ShutdownCheck(cloud, cluster, request, activity).RunAsync(" Nothing was changed.", stop);
        if (request.EtcdBackup && !request.ForceRotation)
        {
            RefuseEarlyBackup(report);
        }

        IReadOnlyList<V1Node> clusterNodes = (await cluster.ListNodesAsync(stop)).Items;
        IReadOnlyList<NodeServer> pairs = await new NodeMatching(cloud, cluster, activity).MatchForRecordAsync(clusterNodes, instances, stop);
        RefuseBusyServers(pairs);
        await new RequiredPermissions(cluster, activity).RequireAsync(request, stop);
        if (request.Method == ShutdownMethod.Nova)
        {
            await WarnOfPowerCutsAsync(pairs, stop);
        }

        ClusterRecord record = new ClusterRecords(cloud, cluster).Of(instances, report, pairs);
        ClusterRecords.WarnOfBroken(record, activity);
        return new SuspendClusterPlan
        {
            Record = record,
            Nodes = pairs,
            NodeServers = [.. pairs.Select(p => p.Instance)],
            Method = request.Method,
            HelperImage = await HelperImageAsync(pairs, stop),
        };
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
            c => (c.Namespace, c.Name) == KnownCertificates.CsrSignerSigner && c.NotAfter - c.NotBefore <= CertificateRules.Floor);
        if (young is not null)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "EtcdBackupTooEarly",
                $"A backup of etcd is of no use before the cluster has renewed its certificates for the first time: {young} is still the "
                + $"installer's, until {TimeText.Of(young.NotAfter!.Value)}. Nothing was changed.")
            {
                Target = cluster.Context,
                Hint = "Omit -EtcdBackup, wait with Wait-HotstackCluster -For CertificateRotation, or renew the certificates with -ForceRotation.",
            };
        }
    }

    private static void RefuseBusyServers(IReadOnlyList<NodeServer> pairs)
    {
        string[] violations = [.. pairs
            .Where(p => p.Instance.Status != ServerRules.Active || p.Instance.TaskState is not null)
            .Select(p => $"node {p.Node.Name}: its server {p.Instance.Id} is {p.Instance.Status}"
                + (p.Instance.TaskState is { } task ? $" and busy ({task})" : ""))];
        if (violations.Length > 0)
        {
            throw new ViolationsException("ServerBusy", "The nodes' servers", violations)
            {
                Hint = "Start the servers that are off, and wait until Nova has finished its tasks.",
            };
        }
    }

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
                $"Nova may cut the power of {string.Join(", ", impatient)} after a minute (or the timeout of the cloud's operator), but a master "
                + "needs up to four: their images do not ask for more by os_shutdown_timeout. -Method Guest has no such limit.");
        }
    }
}
