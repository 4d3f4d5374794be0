using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>
/// Makes sure that a cluster is the one that is meant, before anything of it is changed: by the UUID that was recorded; where
/// none was, or none can be read, by the addresses of its nodes and of the servers.
/// </summary>
internal sealed class ClusterIdentity(Cloud cloud, Cluster cluster, IActivity activity)
{
    /// <summary>What is refused, or not there, so many times in a row will stay so: the API has been ready before.</summary>
    private const int MostLooks = 6;

    private readonly Cluster _polled = cluster.ForPolling();

    /// <returns>Which cluster it was found to be, for people.</returns>
    /// <exception cref="HotstackException">It is another cluster (<c>OtherCluster</c>, <c>NodesDoNotMatch</c>), not OpenShift
    /// (<c>NotOpenShift</c>), or could not be asked (<c>ApiNotReady</c>).</exception>
    public async Task<string> CheckAsync(
        ClusterRecord? record, IReadOnlyList<Instance> instances, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        Reading<ClusterVersion?> version = await ReadVersionAsync(interval, timeout, stop);
        if (version is { Value: null, Problem: null })
        {
            await ClusterKind.RequireOpenShiftAsync(cluster, stop);
        }

        string? id = version.Value?.ClusterId;
        if (id is not null && record?.ClusterId is { } recorded)
        {
            return id.Equals(recorded, StringComparison.OrdinalIgnoreCase) ? "it is the recorded cluster" : throw Other(id, record, recorded);
        }

        if (id is null)
        {
            activity.Warning(
                $"Which cluster '{cluster.Context}' is cannot be read ({version.Problem ?? "it has no UUID"}): "
                + "whether it is the one of these servers is told by its nodes' addresses alone.");
        }

        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        SharedAddresses shared = await SharedAddresses.ReadAsync(cluster, stop);
        IReadOnlyList<Instance> servers = await ServerAddresses
            .CompleteAsync(cloud, instances, nodes.SelectMany(node => node.Addresses), activity, stop);
        NodeMatching.Match(cluster.Context, nodes, servers, shared);
        return "its nodes have the addresses of the servers";
    }

    /// <returns>No version if the cluster shows none, and a problem if we have no right to read it.</returns>
    private async Task<Reading<ClusterVersion?>> ReadVersionAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var version = new Reading<ClusterVersion?>();
        var wait = new PatientWait(cluster, $"Asking cluster {cluster.Context} which it is", activity);
        int looks = 0;
        bool isKnown = await wait.UntilAsync(
            async token =>
            {
                version = await Reading.TryAsync(
                    $"get {OpenShiftKinds.ClusterVersions}", () => _polled.FindAsync(OpenShiftKinds.ClusterVersions, "version", token));
                looks = version.IsForbidden || version is { Value: null, Problem: null } ? looks + 1 : 0;
                return version.Value is not null || looks >= MostLooks ? null : version.Problem ?? "it shows no version";
            },
            interval, timeout, stop);
        return isKnown
            ? version
            : throw new HotstackException(
                ErrorCause.TimedOut, "ApiNotReady",
                $"Which cluster '{cluster.Context}' is could not be read within {TimeText.Of(timeout)}: {wait.LastFailure?.Reason ?? wait.Missing}.",
                wait.LastFailure)
            {
                Target = cluster.Context,
                Hint = "'oc get clusterversion' shows what the API answers.",
            };
    }

    private HotstackException Other(string id, ClusterRecord record, string recorded) =>
        new(ErrorCause.Conflict, "OtherCluster",
            $"The kubeconfig's context '{cluster.Context}' ({cluster.Configuration.Server}) leads to cluster {id}, but what was recorded, "
            + $"{TimeText.Of(record.RecordedAt)}, is cluster {recorded}. Nothing of the cluster was changed.")
        {
            Target = cluster.Context,
            Hint = "Give the kubeconfig of this deployment (-Kubeconfig, -Context), or the set and the stack that belong to this cluster.",
        };
}
