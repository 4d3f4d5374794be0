using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Checks whether a cluster can be shut down, and how. Changes nothing.</summary>
internal sealed class SuspensionPlanning(Cloud cloud, Cluster cluster)
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMinutes(2);

    /// <exception cref="HotstackException"><c>ShutdownDelayTooShort</c>, <c>NodesDoNotMatch</c>, <c>ClusterNotSafe</c>, <c>EtcdBackupTooEarly</c>,
    /// <c>RightsMissing</c>, <c>HelperImageNotFound</c>, <c>ServerNotFound</c>, <c>ServerBusy</c>, or the cluster or the cloud failed.</exception>
    public async Task<SuspensionPlan> PlanAsync(SuspendClusterRequest request, IActivity activity, CancellationToken stop)
    {
        if (request.ShutdownDelay < LeastDelay)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ShutdownDelayTooShort",
                $"The shutdown delay is {TimeText.Of(request.ShutdownDelay)}; arming all nodes, and cancelling that, needs {TimeText.Of(LeastDelay)} at least.");
        }

        IReadOnlyList<Instance> instances = await new DeploymentServers(cloud)
            .FindAsync(request.Source, activity, stop);
        if (await new BegunSuspension(cloud, cluster, request, activity).FindAsync(instances, stop) is { } begun)
        {
            return begun;
        }

        ClusterReport report = await TestAsync(request, " Nothing was changed.", activity, stop);
        if (request.EtcdBackup && !request.ForceRotation)
        {
            RefuseEarlyBackup(report);
        }

        IReadOnlyList<V1Node> clusterNodes = (await cluster.ListNodesAsync(stop)).Items;
        IReadOnlyList<NodeServer> pairs = await new MatchNodes(cloud, cluster, activity).RunAsync(clusterNodes, instances, stop);
        CheckServers(pairs);
        await new RequiredRights(cluster, activity).RequireAsync(request, stop);
        if (request.Method == ShutdownMethod.Nova)
        {
            await WarnOfPowerCutsAsync(pairs, activity, stop);
        }

        ClusterRecord record = new ClusterRecords(cloud, cluster).Of(instances, report, pairs);
        ClusterRecords.TellBroken(record, activity);
        return new SuspensionPlan
        {
            Record = record,
            Nodes = pairs,
            NodeServers = [.. pairs.Select(p => p.Instance)],
            Method = request.Method,
            HelperImage = await HelperImageAsync(request, pairs, activity, stop),
        };
    }

    /// <summary>Found before anything is changed, and kept: later changes in the cluster do not reach the pods that
    /// cancel.</summary>
    private async Task<HelperImage?> HelperImageAsync(
        SuspendClusterRequest request, IReadOnlyList<NodeServer> pairs, IActivity activity, CancellationToken stop)
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

    /// <summary>The gates, certificates included unless the user takes them on himself.</summary>
    /// <param name="request">What may be left out.</param>
    /// <param name="state">What became of the cluster, for the message of a refusal.</param>
    /// <param name="activity">Told of the steps.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="areRotated">The certificates that were asked for have been renewed already.</param>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>, <c>HostedControlPlane</c>.</exception>
    public async Task<ClusterReport> TestAsync(
        SuspendClusterRequest request, string state, IActivity activity, CancellationToken stop, bool areRotated = false)
    {
        ClusterReport report = await LookAsync(request, activity, stop);
        if (report.Verdict == ClusterVerdict.NotSupported)
        {
            throw ClusterKind.HostedRefusal(cluster.Context);
        }

        if (report.DatesDoubt is { } doubt)
        {
            activity.Warning($"The dates until which the cluster can be revived are upper bounds: {doubt}.");
        }

        bool certificatesMayFail = request.SkipCertificateCheck || (request.ForceRotation && !areRotated);
        Refuse(certificatesMayFail ? [] : report.CertificateChecks, report.RolloutChecks, state, request);
        return report;
    }

    /// <summary>The certificates once more: they may have been renewed, or come near their end, since the gates. What is cordoned
    /// or drained already would fail the other gates.</summary>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>.</exception>
    public async Task<ClusterReport> TestAgainAsync(SuspendClusterRequest request, IActivity activity, CancellationToken stop)
    {
        ClusterReport report = await LookAsync(request, activity, stop);
        Refuse(request.SkipCertificateCheck ? [] : report.CertificateChecks, [], "", request);
        return report;
    }

    private Task<ClusterReport> LookAsync(SuspendClusterRequest request, IActivity activity, CancellationToken stop) =>
        new TestCluster(cluster).RunAsync(
            new TestClusterRequest
            {
                MinimumValidity = request.MinimumValidity,
                IgnoreOperators = request.IgnoreOperators,
                IgnoreApiServices = request.IgnoreApiServices,
                CloudNow = cloud.IsTimeKnown ? cloud.Now : null,
            },
            activity, stop);

    /// <summary>Restored later, such a backup would bring certificates back that have expired since.</summary>
    private void RefuseEarlyBackup(ClusterReport report)
    {
        ClusterCertificate? young = report.Certificates.FirstOrDefault(
            c => (c.Namespace, c.Name) == KnownCertificates.CsrSignerSigner && c.NotAfter - c.NotBefore <= CertificateAssessment.Floor);
        if (young is not null)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "EtcdBackupTooEarly",
                $"A backup of etcd is of no use before the first renewal of the cluster's certificates: {young} is still the "
                + $"installer's, until {TimeText.Of(young.NotAfter!.Value)}. Nothing was changed.")
            {
                Target = cluster.Context,
                Hint = "Leave out -EtcdBackup; or wait by Wait-HotstackCluster -For CertificateRotation, or have them made anew by -ForceRotation.",
            };
        }
    }

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
                : (await cloud.Images.FindAsync(group.Key, stop))?.Properties.GetValueOrDefault("os_shutdown_timeout");
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

    private void Refuse(
        IReadOnlyList<ClusterCheck> certificates, IReadOnlyList<ClusterCheck> rollouts, string state, SuspendClusterRequest request)
    {
        ClusterJudgement judgement = ClusterJudgement.Of([.. certificates, .. rollouts]);
        if (judgement.Verdict == ClusterVerdict.Safe)
        {
            return;
        }

        string eta = judgement.Eta is { } time ? $"It should be safe by {time.UtcDateTime:u}." : "";
        string verdict = judgement.Verdict == ClusterVerdict.Unknown ? "may be unsafe to shut down" : "is not safe to shut down yet";
        throw new ViolationsException(
            "ClusterNotSafe", $"Cluster '{cluster.Context}' {verdict}", judgement.Reasons, ErrorCause.Conflict, $"{eta}{state}".Trim())
        {
            Target = cluster.Context,
            Hint = UnsafeHint.For(certificates, rollouts, mayRotate: !request.ForceRotation),
        };
    }
}
