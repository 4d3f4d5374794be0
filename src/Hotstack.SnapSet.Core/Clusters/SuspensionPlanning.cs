using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using Hotstack.SnapSets;

namespace Hotstack.Clusters;

/// <summary>Checks whether a cluster can be shut down, and how. Changes nothing.</summary>
internal sealed class SuspensionPlanning(Cloud cloud, Cluster cluster)
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMinutes(2);
    private static readonly string[] NodeRoles = [Roles.Master, Roles.Worker];

    /// <exception cref="HotstackException"><c>ShutdownDelayTooShort</c>, <c>NodesDoNotMatch</c>, <c>ClusterNotSafe</c>, <c>ServerNotFound</c>,
    /// <c>ServerBusy</c>, or the cluster or the cloud failed.</exception>
    public async Task<SuspensionPlan> PlanAsync(SuspendClusterRequest request, IActivity activity, CancellationToken stop)
    {
        if (request.ShutdownDelay < LeastDelay)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ShutdownDelayTooShort",
                $"The shutdown delay is {TimeText.Of(request.ShutdownDelay)}; arming all nodes, and cancelling that, needs {TimeText.Of(LeastDelay)} at least.");
        }

        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud)
            .FindAsync(request.Source, activity, stop).ConfigureAwait(false);
        Instance[] nodes = [.. instances.Where(i => NodeRoles.Contains(i.Role))];
        if (nodes.Length > 0 && nodes.All(i => i.Status == ServerRules.ShutOff))
        {
            activity.Warning(
                $"All nodes of cluster '{cluster.Context}' are {ServerRules.ShutOff} already, so nothing of it can be recorded: "
                + "neither until when it can be revived, nor which nodes were cordoned before.");
            return new SuspensionPlan { Record = Record(instances, null, []), Nodes = [], IsDown = true };
        }

        ClusterReport report = await TestAsync(request, activity, stop).ConfigureAwait(false);
        IReadOnlyList<Node> clusterNodes = await cluster.Nodes.ListAsync(stop).ConfigureAwait(false);
        IReadOnlyList<NodeServer> pairs = NodeMatching.Match(cluster.Context, clusterNodes, instances);
        CheckServers(pairs);
        if (request.Method == ShutdownMethod.Nova)
        {
            await WarnOfPowerCutsAsync(pairs, activity, stop).ConfigureAwait(false);
        }

        return new SuspensionPlan { Record = Record(instances, report, pairs), Nodes = pairs };
    }

    /// <summary>The gates, certificates included unless the user takes them on himself.</summary>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>.</exception>
    public async Task<ClusterReport> TestAsync(SuspendClusterRequest request, IActivity activity, CancellationToken stop)
    {
        ClusterReport report = await new TestCluster(cluster).RunAsync(
            new TestClusterRequest
            {
                MinimumValidity = request.MinimumValidity,
                IgnoreOperators = request.IgnoreOperators,
                CloudNow = cloud.Now,
            },
            activity, stop).ConfigureAwait(false);
        bool certificatesMayFail = request.SkipCertificateCheck || request.ForceRotation;
        ClusterJudgement judgement = ClusterJudgement.Of(
            certificatesMayFail ? report.RolloutChecks : [.. report.CertificateChecks, .. report.RolloutChecks]);
        if (judgement.Verdict != ClusterVerdict.Safe)
        {
            throw NotSafe(judgement);
        }

        return report;
    }

    public static ClusterRecord WithReport(ClusterRecord record, ClusterReport report) => record with
    {
        RecordedAt = report.CheckedAt,
        UnattendedUntil = report.UnattendedUntil,
        AssistedUntil = report.AssistedUntil,
        Nodes = [.. record.Nodes.Select(node => WithCertificates(node, report))],
    };

    private static void CheckServers(IReadOnlyList<NodeServer> pairs)
    {
        string[] violations = [.. pairs
            .Where(p => p.Instance.Status != ServerRules.Active || p.Instance.TaskState is not null)
            .Select(p => $"node {p.Node.Name}: its server {p.Instance.Id} is {p.Instance.Status}"
                + (p.Instance.TaskState is { } task ? $" and busy ({task})" : ""))];
        if (violations.Length > 0)
        {
            throw new ViolationsException("ServerBusy", "The nodes' servers", violations)
            {
                Hint = "All nodes or none: start the others first, and wait until Nova is idle.",
            };
        }
    }

    /// <summary>Nova gives a guest 60 s, unless the property says otherwise at the time it was booted.</summary>
    private async Task WarnOfPowerCutsAsync(IReadOnlyList<NodeServer> pairs, IActivity activity, CancellationToken stop)
    {
        const int Enough = 240;
        var impatient = new List<string>();
        foreach (IGrouping<string?, NodeServer> group in pairs.GroupBy(p => p.Instance.Image))
        {
            string? value = group.Key is null
                ? null
                : (await cloud.Images.FindAsync(group.Key, stop).ConfigureAwait(false))?.Properties.GetValueOrDefault("os_shutdown_timeout");
            if (!int.TryParse(value, out int seconds) || seconds < Enough)
            {
                impatient.AddRange(group.Select(p => p.Node.Name));
            }
        }

        if (impatient.Count > 0)
        {
            activity.Warning(
                $"Nova may cut the power of {string.Join(", ", impatient)} after a minute (or what the cloud's operator set), while a master "
                + $"needs up to four: their images do not ask for more by os_shutdown_timeout. -Method Guest has no such limit.");
        }
    }

    private ClusterRecord Record(IReadOnlyList<Instance> instances, ClusterReport? report, IReadOnlyList<NodeServer> pairs)
    {
        var record = new ClusterRecord
        {
            RecordedAt = cluster.Now,
            ClusterId = report?.ClusterId,
            Version = report?.Version,
            OperatorCount = report?.Operators.Count,
            ApiGroups = report is null ? [] : [.. report.ApiGroups],
            Instances = [.. instances],
            StackName = instances.Select(i => i.StackName).FirstOrDefault(name => name is not null),
            Cloud = cloud.Name,
            Region = cloud.Region,
            Nodes = NodeRecord.InOrder(pairs.Select(p => new NodeRecord
            {
                Name = p.Node.Name,
                InstanceName = p.Instance.Name,
                Addresses = [.. p.Node.Addresses],
                BootId = p.Node.BootId,
                WasUnschedulable = Cordon.WasBefore(p.Node),
            })),
        };
        return report is null ? record : WithReport(record, report);
    }

    private static NodeRecord WithCertificates(NodeRecord node, ClusterReport report)
    {
        NodeReport? found = report.Nodes.FirstOrDefault(n => n.Name == node.Name);
        return node with
        {
            ClientCertificateUntil = found?.ClientCertificateUntil,
            ServingCertificateUntil = found?.ServingCertificateUntil,
        };
    }

    private HotstackException NotSafe(ClusterJudgement judgement)
    {
        string eta = judgement.Eta is { } time ? $" It should be safe by {time.UtcDateTime:u}." : "";
        string verdict = judgement.Verdict == ClusterVerdict.Unknown ? "may be unsafe to shut down" : "is not safe to shut down yet";
        return new HotstackException(
            ErrorCause.Conflict, "ClusterNotSafe",
            $"Cluster '{cluster.Context}' {verdict}: {string.Join("; ", judgement.Reasons)}.{eta} Nothing was changed.")
        {
            Target = cluster.Context,
            Hint = "Test-HotstackCluster shows all checks. Wait-HotstackCluster -For CertificateRotation or -For Stable waits; "
                + "-IgnoreOperator leaves out operators that do not matter to you; -SkipCertificateCheck takes the certificates' risk.",
        };
    }
}
