using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>
/// Verifies before the first change that a cluster is the one of the servers: by the recorded UUID; without one, or if it cannot be
/// read, by the addresses of the nodes and of the servers.
/// </summary>
internal sealed class ClusterIdentity(Cloud cloud, Cluster cluster, IActivity activity)
{
    /// <summary>A refusal or absence is final after so many polls in a row: the API has been ready before.</summary>
    private const int MaxRefusals = 6;

    private readonly Cluster _polled = cluster.ForPolling();

    /// <returns>How the cluster was identified, for people.</returns>
    /// <exception cref="HotstackException">It is another cluster (<c>OtherCluster</c>, <c>NodesDoNotMatch</c>), not OpenShift
    /// (<c>NotOpenShift</c>), or could not be asked (<c>ApiNotReady</c>).</exception>
    public async Task<string> CheckAsync(
        ReviveClusterPlan plan, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        Reading<ClusterVersion?> version = await ReadVersionAsync(interval, timeout, stop);
        if (version is { Value: null, Problem: null })
        {
            await ClusterKind.RequireOpenShiftAsync(cluster, stop);
        }

        string? id = version.Value?.ClusterId;
        if (id is not null && plan.Record is { ClusterId: { } recorded } record)
        {
            return id.Equals(recorded, StringComparison.OrdinalIgnoreCase)
                ? "it is the recorded cluster"
                : throw Other(id, record, recorded);
        }

        if (id is null)
        {
            activity.Warning(
                $"The identity of cluster '{cluster.Name}' cannot be read ({version.Problem ?? "it has no UUID"}), so only its nodes' "
                + "addresses prove that it is the cluster of these servers.");
        }

        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        await new NodeMatching(cloud, cluster, activity).MatchAsync(nodes, plan.Instances, stop);
        return "its nodes have the addresses of the servers";
    }

    /// <returns>No version if the cluster shows none, and a problem without the permission to read it.</returns>
    private async Task<Reading<ClusterVersion?>> ReadVersionAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var version = new Reading<ClusterVersion?>();
        var wait = new PatientWait(cluster, $"Reading the identity of cluster {cluster.Name}", activity);
        int refusals = 0;
        bool isKnown = await wait.UntilAsync(
            async token =>
            {
                version = await Reading.TryAsync(
                    $"get {OpenShiftKinds.ClusterVersions}", () => _polled.FindAsync(OpenShiftKinds.ClusterVersions, "version", token));
                refusals = version.IsForbidden || version is { Value: null, Problem: null } ? refusals + 1 : 0;
                return version.Value is not null || refusals >= MaxRefusals ? null : version.Problem ?? "it shows no version";
            },
            interval, timeout, stop);
        return isKnown
            ? version
            : throw new HotstackException(
                ErrorCause.TimedOut, "ApiNotReady",
                $"The identity of cluster '{cluster.Name}' could not be read within {TimeText.Of(timeout)}: "
                    + $"{wait.LastFailure?.Reason ?? wait.Missing}.",
                wait.LastFailure)
            {
                Target = cluster.Name,
                Hint = "Run 'oc get clusterversion' to see what the API answers.",
            };
    }

    private HotstackException Other(string id, ClusterRecord record, string recorded) =>
        new(ErrorCause.Conflict, "OtherCluster",
            $"The kubeconfig's context '{cluster.Context}' ({cluster.Configuration.Server}) leads to cluster {id}, but the record of "
            + $"{TimeText.Of(record.RecordedAt)} is of cluster {recorded}. Nothing of the cluster was changed.")
        {
            Target = cluster.Name,
            Hint = "Give the kubeconfig of this deployment (-Kubeconfig, -Context) or its controller (-Controller), or the set and the "
                + "stack of this cluster.",
        };
}
