using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Looks into a cluster before its running nodes are shut down for a SnapSet: whether it may be, and how it is.</summary>
/// <param name="cloud">The servers' cloud.</param>
/// <param name="connect">Connects to the cluster.</param>
public sealed class ClusterInspector(Cloud cloud, Func<Cluster> connect) : IClusterInspector
{
    /// <inheritdoc/>
    public async Task<ClusterInspection> InspectAsync(
        ClusterInspectionRequest request, IReadOnlyList<Instance> instances, IActivity activity, CancellationToken stop)
    {
        Cluster cluster;
        IReadOnlyList<NodeServer> pairs;
        try
        {
            cluster = connect();
            if (!request.IsClusterNamed && cluster.Configuration.LogsInByItself)
            {
                return new(null, $"the user of context '{cluster.Context}' logs in by a program or an issuer, which is done only for a cluster that "
                    + "-Kubeconfig or -Context names");
            }

            await cluster.LogInAsync(stop);
            IReadOnlyList<V1Node> nodes = (await cluster.ForPolling().ListNodesAsync(stop)).Items;
            pairs = await new MatchNodes(cloud, cluster, activity).RunAsync(nodes, instances, stop);
        }
        catch (HotstackException e) when (!request.IsClusterNamed || e.Cause is not (ErrorCause.ConfigurationInvalid or ErrorCause.InputInvalid or ErrorCause.NotFound))
        {
            return new(null, $"the cluster cannot be checked: {DisplayText.OfProse(e.Message)}");
        }

        ClusterReport report = await new SuspensionPlanning(cloud, cluster).TestAsync(
            new SuspendClusterRequest { Source = new() { Instances = instances }, IgnoreOperators = request.IgnoreOperators, IgnoreApiServices = request.IgnoreApiServices },
            " Nothing was changed.", activity, stop);
        ClusterRecord record = new ClusterRecords(cloud, cluster).Of(instances, report, pairs);
        ClusterRecords.TellBroken(record, activity);
        return new(record, null);
    }
}
