using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Recognizes a cluster whose control plane runs on another cluster (HyperShift, "hosted control planes"): its servers are workers
/// alone. etcd and the signers are elsewhere, so images of these servers hold no cluster.</summary>
internal static class HostedControlPlane
{
    /// <summary>The value of <c>status.controlPlaneTopology</c> (openshift/api, config/v1, TopologyMode).</summary>
    private const string External = "External";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Asks the cluster. Where that may not be read it is not known, and the cluster is taken for an ordinary one.</summary>
    /// <exception cref="HotstackException">The API server does not accept us, or is not reached.</exception>
    public static async Task<bool> IsAtAsync(Cluster cluster, BoundedReads reads)
    {
        Reading<Infrastructure?> infrastructure = await reads.TryAsync(
            $"get {OpenShiftKinds.Infrastructures}", token => cluster.FindAsync(OpenShiftKinds.Infrastructures, "cluster", token));
        return infrastructure.Value?.ControlPlaneTopology == External;
    }

    /// <exception cref="HotstackException">It is one (<c>HostedControlPlane</c>), or the API server does not accept us, or is not reached.</exception>
    public static async Task RefuseAsync(Cluster cluster, CancellationToken stop)
    {
        using var reads = new BoundedReads(Patience, stop);
        if (await IsAtAsync(cluster, reads))
        {
            throw Refusal(cluster.Context);
        }
    }

    /// <summary>Why, in a sentence without its full stop.</summary>
    public static string Reason(string context) =>
        $"the control plane of cluster '{context}' is hosted: it runs on another cluster (controlPlaneTopology {External}), so its servers are "
        + "workers alone, and their images hold no cluster";

    public static HotstackException Refusal(string context)
    {
        string reason = Reason(context);
        return new(ErrorCause.InputInvalid, "HostedControlPlane", $"{char.ToUpperInvariant(reason[0])}{reason[1..]}. Nothing of the cluster was changed.")
        {
            Target = context,
            Hint = "Back up the hosted cluster on its management cluster, or freeze the management cluster. For the hosted cluster, create new workers.",
        };
    }

    /// <summary>What is said of such a cluster: nothing else of it is judged, as the rules are of clusters that have a control plane.</summary>
    public static ClusterReport Report(string context, ClusterVersion? version, DateTimeOffset now)
    {
        var check = new ClusterCheck("ControlPlane", ClusterCheckResult.Failed, Reason(context));
        return new ClusterReport
        {
            Context = context,
            ClusterId = version?.ClusterId,
            Version = version?.Version,
            Verdict = ClusterVerdict.NotSupported,
            Reasons = [check.Message],
            Checks = [check],
            Health = new(ClusterVerdict.Unknown, null, [check.Message]),
            RolloutChecks = [check],
            CertificateChecks = [check],
            CheckedAt = now,
        };
    }
}
