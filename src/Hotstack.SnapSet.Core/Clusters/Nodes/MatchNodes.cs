using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>Finds the server of each node, and by it which of the node's addresses are its own.</summary>
internal sealed class MatchNodes(Cloud cloud, Cluster cluster, IActivity activity)
{
    /// <param name="nodes">The nodes.</param>
    /// <param name="instances">The servers of the deployment.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">As <see cref="NodeMatching.Match"/> (<c>NodesDoNotMatch</c>), or the cluster was not reached.</exception>
    public async Task<IReadOnlyList<NodeServer>> RunAsync(
        IReadOnlyCollection<V1Node> nodes, IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        SharedAddresses shared = await SharedAddresses.ReadAsync(cluster, stop);
        IReadOnlyList<Instance> servers = await ServerAddresses
            .CompleteAsync(cloud, instances, nodes.SelectMany(node => node.Addresses), activity, stop);
        IReadOnlyList<NodeServer> pairs = NodeMatching.Match(cluster.Context, nodes, servers, shared);
        foreach (NodeServer pair in pairs.Where(pair => pair.Known.Doubts.Count > 0))
        {
            activity.Warning(
                $"Node {pair} reports addresses that are not known to be its own; these addresses are not recorded: {NameList.ShortAscii([.. pair.Known.Doubts.Select(doubt => $"{doubt}")])}. "
                + "A revival approves no certificate for them.");
        }

        return pairs;
    }
}
