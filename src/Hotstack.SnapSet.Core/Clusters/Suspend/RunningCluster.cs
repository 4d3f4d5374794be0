using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Create;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Looks into a cluster before its running nodes are shut down for a SnapSet: whether it may be, and how it is.</summary>
/// <param name="cloud">The servers' cloud.</param>
/// <param name="connect">Connects to the cluster; null: there is no way to any.</param>
/// <param name="request">What is asked for.</param>
internal sealed class RunningCluster(Cloud cloud, Func<Cluster>? connect, CreateSnapSetRequest request)
{
    /// <exception cref="HotstackException">The cluster is not safe to shut down (<c>ClusterNotSafe</c>); or the user named a kubeconfig, and
    /// that cannot be read or is another cluster's (<c>NodesDoNotMatch</c> …).</exception>
    public async Task<ClusterLook> LookAsync(IReadOnlyList<Instance> instances, IActivity activity, CancellationToken stop)
    {
        if (Roles.NodesAmong(instances).All(node => node.Status == ServerRules.ShutOff))
        {
            return new(null, null);
        }

        if (request.SkipCertificateCheck)
        {
            return new(null, "-SkipCertificateCheck skips the check of the cluster");
        }

        Cluster cluster;
        IReadOnlyList<NodeServer> pairs;
        try
        {
            cluster = connect?.Invoke() ?? throw new HotstackException(ErrorCause.ConfigurationInvalid, "KubeconfigNotFound", "no cluster is known");
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
            new SuspendClusterRequest { Source = request.Source, IgnoreOperators = request.IgnoreOperators, IgnoreApiServices = request.IgnoreApiServices }, " Nothing was changed.", activity, stop)
            ;
        ClusterRecord record = new ClusterRecords(cloud, cluster).Of(instances, report, pairs);
        ClusterRecords.TellBroken(record, activity);
        return new(record, null);
    }
}

/// <summary>What is known of a cluster whose nodes are to be shut down. Neither: none of them runs.</summary>
/// <param name="Record">How it is; it may be shut down.</param>
/// <param name="Unknown">Why nothing is known of it.</param>
internal sealed record ClusterLook(ClusterRecord? Record, string? Unknown);
