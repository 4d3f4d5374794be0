using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether a cluster is OpenShift, and has its control plane on its own nodes.</summary>
/// <remarks>The servers of a hosted cluster (HyperShift, "hosted control planes") are workers only. etcd and the signers run on another
/// cluster, so images of these servers hold no cluster.</remarks>
internal static class ClusterKind
{
    /// <summary>The API group of OpenShift's own kinds.</summary>
    public const string Group = "config.openshift.io";

    /// <summary>The value of <c>status.controlPlaneTopology</c> (openshift/api, config/v1, TopologyMode).</summary>
    private const string External = "External";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <exception cref="HotstackException">This is not OpenShift (<c>NotOpenShift</c>), or the API server failed, or did not answer in
    /// time.</exception>
    public static async Task RequireOpenShiftAsync(Cluster cluster, BoundedReads reads)
    {
        if (!await IsOpenShiftAsync(cluster, reads))
        {
            throw NotOpenShift(cluster);
        }
    }

    /// <summary>Whether the cluster has OpenShift's own kinds.</summary>
    /// <exception cref="HotstackException">The API server refuses our login, is not reached, failed, or did not answer in
    /// time.</exception>
    public static async Task<bool> IsOpenShiftAsync(Cluster cluster, BoundedReads reads)
    {
        try
        {
            return await cluster.Api.IsServedAsync(Group, "v1", reads.Token);
        }
        catch (OperationCanceledException e) when (reads.AreOver)
        {
            ApiRequest request = cluster.Api.Request(HttpMethod.Get, KubernetesApi.GroupPath(Group, "v1")) with { Timeout = reads.Limit };
            throw TransportException.OfTimeout(request, e).AfterLastAttempt(request);
        }
    }

    /// <exception cref="HotstackException">This is not OpenShift (<c>NotOpenShift</c>), or the API server failed.</exception>
    public static async Task RequireOpenShiftAsync(Cluster cluster, CancellationToken stop)
    {
        if (!await cluster.Api.IsServedAsync(Group, "v1", stop))
        {
            throw NotOpenShift(cluster);
        }
    }

    /// <summary>Whether the control plane is hosted. If that may not be read, the cluster counts as an ordinary one.</summary>
    /// <exception cref="HotstackException">The API server refuses our login, or is not reached.</exception>
    public static async Task<bool> IsHostedAsync(Cluster cluster, BoundedReads reads)
    {
        Reading<Infrastructure?> infrastructure = await reads.TryAsync(
            $"get {OpenShiftKinds.Infrastructures}", token => cluster.FindAsync(OpenShiftKinds.Infrastructures, "cluster", token));
        return infrastructure.Value?.ControlPlaneTopology == External;
    }

    /// <exception cref="HotstackException">The control plane is hosted (<c>HostedControlPlane</c>), or the API server refuses our login,
    /// or is not reached.</exception>
    public static async Task RefuseHostedAsync(Cluster cluster, CancellationToken stop)
    {
        using var reads = new BoundedReads(Patience, stop);
        if (await IsHostedAsync(cluster, reads))
        {
            throw HostedRefusal(cluster.Name);
        }
    }

    public static HotstackException HostedRefusal(string name)
    {
        string reason = HostedReason(name);
        return new(
            ErrorCause.InputInvalid, "HostedControlPlane",
            $"{char.ToUpperInvariant(reason[0])}{reason[1..]}. Nothing of the cluster was changed.")
        {
            Target = name,
            Hint = "Back up the hosted cluster on its management cluster, or freeze the management cluster. "
                + "For the hosted cluster, create new workers.",
        };
    }

    /// <summary>The report of a hosted cluster. It has one check: the rules of the others are for clusters with a control
    /// plane.</summary>
    public static ClusterReport ReportHosted(Cluster cluster, ClusterVersion? version)
    {
        var check = new ClusterCheck(CheckName.ControlPlane, ClusterCheckResult.Failed, HostedReason(cluster.Name));
        return new ClusterReport
        {
            Name = cluster.Name,
            Context = cluster.Context,
            ClusterId = version?.ClusterId,
            Version = version?.Version,
            Verdict = ClusterVerdict.NotSupported,
            Reasons = [check.Message],
            Checks = [check],
            Health = new(ClusterVerdict.Unknown, null, [check.Message]),
            RolloutChecks = [check],
            CertificateChecks = [check],
            CheckedAt = cluster.Now,
        };
    }

    /// <summary>The report of a deployment of servers alone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="count">How many of its servers run.</param>
    /// <param name="now">The cloud's time.</param>
    /// <param name="facts">Its servers, to compare virtual BMCs with; null if unknown.</param>
    public static ClusterReport ReportServers(string name, int count, DateTimeOffset now, DeploymentFacts? facts)
    {
        ClusterCheck[] checks =
        [
            new(CheckName.ControlPlane, ClusterCheckResult.Skipped,
                $"{CountText.Of(count, "server")} {(count == 1 ? "runs" : "run")}; none has the role of an OpenShift node, and there is no "
                + "kubeconfig, so there is no cluster to check"),
            .. VirtualBmcChecks.OfServers(facts),
        ];
        return new ClusterReport
        {
            Name = name,
            Context = "",
            Verdict = ClusterVerdict.NotApplicable,
            Checks = ClusterCheck.WorstFirst(checks),
            HasCluster = false,
            CheckedAt = now,
        };
    }

    private static HotstackException NotOpenShift(Cluster cluster) => new(
        ErrorCause.InputInvalid, "NotOpenShift", $"Cluster '{cluster.Name}' is not OpenShift: it has no API group {Group}.")
    {
        Target = cluster.Name,
        Hint = "Choose another context of the kubeconfig.",
    };

    private static string HostedReason(string name) =>
        $"the control plane of cluster '{name}' is hosted: it runs on another cluster (controlPlaneTopology {External}), "
        + "so its servers are workers alone, and their images hold no cluster";
}
