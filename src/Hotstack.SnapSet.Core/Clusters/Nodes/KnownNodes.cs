using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>The nodes whose kubelets may ask for certificates, with the addresses that are their own.</summary>
internal sealed class KnownNodes(IReadOnlyCollection<V1Node> nodes, ClusterRecord? record, IReadOnlyCollection<Instance> servers, SharedAddresses shared)
{
    /// <summary>Those of the record; without one, those that the cluster has and that run on a server of the deployment: anybody who may
    /// make a node object could ask for a certificate otherwise.</summary>
    public IReadOnlyList<KnownNode> All => record is { Nodes.Count: > 0 }
        ? [.. record.Nodes.Select(recorded => Of(recorded.Name, recorded))]
        : [.. nodes.Where(node => NodeMatching.ServersOf(node, servers, shared).Length > 0).Select(node => Of(node.Name, null))];

    private KnownNode Of(string name, NodeRecord? recorded)
    {
        V1Node? node = nodes.FirstOrDefault(found => found.Name == name);
        string[] others = [.. nodes.Select(other => other.Name).Concat((record?.Nodes ?? []).Select(other => other.Name)).Where(other => other != name).Distinct()];
        return new OwnAddresses(name, others, ServerOf(node, recorded), shared).Judge([.. node?.Addresses ?? []], [.. recorded?.Addresses ?? []]);
    }

    /// <summary>By the record, which was made when the node was trusted. Otherwise by the address, as long as no other node claims the same
    /// server: which of them it is cannot be told then.</summary>
    private Instance? ServerOf(V1Node? node, NodeRecord? recorded)
    {
        Instance[] named = recorded?.InstanceName is { } instance ? [.. servers.Where(server => server.Name == instance)] : [];
        if (named.Length == 1 || node is null)
        {
            return named.Length == 1 ? named[0] : null;
        }

        return NodeMatching.ServersOf(node, servers, shared) is [var one]
            && nodes.All(other => other == node || NodeMatching.ServersOf(other, servers, shared).All(server => server.Id != one.Id))
            ? one
            : null;
    }
}
