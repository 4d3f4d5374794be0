using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>What tells, during a revival, which addresses are a node's own: the servers in OpenStack, the record, and what the cluster
/// shares.</summary>
internal sealed class AddressWitness(Cloud cloud, Cluster cluster, IReadOnlyList<Instance> instances, ClusterRecord? record, IActivity activity)
{
    private IReadOnlyList<Instance>? _servers;
    private SharedAddresses _shared = SharedAddresses.OfAnyCluster;

    /// <summary>Asks OpenStack and the cluster.</summary>
    /// <param name="nodes">The nodes that the cluster has.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Whether all is known.</returns>
    /// <exception cref="HotstackException">One of them was not reached, or does not accept us.</exception>
    public async Task<bool> AskAsync(IReadOnlyCollection<V1Node> nodes, CancellationToken stop)
    {
        _servers = await ServerAddresses
            .CompleteAsync(cloud, instances, nodes.SelectMany(node => node.Addresses), activity, stop);
        _shared = await SharedAddresses.ReadAsync(cluster, stop);
        if (_shared.Problem is { } problem)
        {
            activity.Verbose($"The names and addresses that the whole cluster shares are not known ({problem}); the usual names are used.");
        }

        return _shared.Problem is null;
    }

    /// <summary>The nodes that may ask for certificates, with the addresses that are their own.</summary>
    public IReadOnlyList<KnownNode> Known(IReadOnlyCollection<V1Node> nodes) => new KnownNodes(nodes, record, _servers ?? instances, _shared).All;
}
