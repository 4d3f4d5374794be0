using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Checks and records a cluster before its running nodes are shut down for a SnapSet.</summary>
/// <param name="cloud">The cloud of the servers.</param>
/// <param name="connect">Gives the connection to the cluster of some servers.</param>
public sealed class ClusterInspector(Cloud cloud, Func<IReadOnlyList<Instance>, Cluster> connect) : IClusterInspector
{
    /// <inheritdoc/>
    public async Task<ClusterInspection> InspectAsync(
        ClusterInspectionRequest request, IReadOnlyList<Instance> instances, IActivity activity, CancellationToken token)
    {
        Cluster cluster;
        IReadOnlyList<NodeServer> pairs;
        try
        {
            cluster = connect(instances);
            await cluster.OpenAsync(token);
            if (!request.IsClusterNamed && cluster.Configuration.LogsInByItself)
            {
                return new(null, $"the user of context '{cluster.Context}' logs in by a program or an issuer, "
                    + "which needs -Kubeconfig or -Context");
            }

            await cluster.LogInAsync(token);
            IReadOnlyList<V1Node> nodes = (await cluster.ForPolling().ListNodesAsync(token)).Items;
            pairs = await new NodeMatching(cloud, cluster, activity).MatchForRecordAsync(nodes, instances, token);
        }
        catch (HotstackException e) when (e.Id != "HostKeyChanged" && (!request.IsClusterNamed || !IsOfConfiguration(e)))
        {
            return new(null, $"the cluster cannot be checked: {DisplayText.OfProse(e.Message)}");
        }

        var suspension = new SuspendClusterRequest
        {
            Source = new() { Instances = instances },
            IgnoreOperators = request.IgnoreOperators,
            IgnoreApiServices = request.IgnoreApiServices,
        };
        ClusterReport report = await new ShutdownCheck(cloud, cluster, suspension, activity).RunAsync(" Nothing was changed.", token);
        ClusterRecord record = new ClusterRecords(cloud, cluster).Of(instances, report, pairs);
        ClusterRecords.WarnOfBroken(record, activity);
        return new(record, null);
    }

    private static bool IsOfConfiguration(HotstackException failure) =>
        failure.Cause is ErrorCause.ConfigurationInvalid or ErrorCause.InputInvalid or ErrorCause.NotFound;
}
