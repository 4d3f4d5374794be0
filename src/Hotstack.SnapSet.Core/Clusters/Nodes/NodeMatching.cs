using System.Net;
using System.Text.Json;
using Hotstack.Deployments;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>Finds the server of each node: by an IP address that both have, else by a MAC address. Names prove nothing.</summary>
internal static class NodeMatching
{
    /// <summary>Where OVN-Kubernetes tells the MAC address of a node's gateway, which is its machine network's.</summary>
    private const string GatewayAnnotation = "k8s.ovn.org/l3-gateway-config";

    /// <param name="context">The kubeconfig's context, for messages.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="instances">The servers of the deployment.</param>
    /// <param name="shared">Addresses that tell nothing of a node: whoever holds a virtual one, a balancer perhaps, is not the node.</param>
    /// <exception cref="ViolationsException">A node has no server, two have the same, or a server that has to be a node is
    /// none (<c>NodesDoNotMatch</c>).</exception>
    public static IReadOnlyList<NodeServer> Match(string context, IReadOnlyCollection<V1Node> nodes, IReadOnlyCollection<Instance> instances, SharedAddresses shared)
    {
        var violations = new List<string>();
        var pairs = new List<NodeServer>();
        foreach (V1Node node in nodes)
        {
            Instance[] found = ServersOf(node, instances, shared);
            if (found.Length == 1)
            {
                string[] others = [.. nodes.Where(other => other != node).Select(other => other.Name)];
                pairs.Add(new NodeServer(node, found[0], new OwnAddresses(node.Name, others, found[0], shared).Judge(node.Addresses, [])));
            }
            else
            {
                violations.Add(found.Length == 0
                    ? $"node {node.Name} ({Describe(node)}): none of the instances has its address"
                    : $"node {node.Name}: several instances have its addresses: {string.Join(", ", found.Select(i => i.Name))}");
            }
        }

        violations.AddRange(pairs.GroupBy(p => p.Instance.Id).Where(g => g.Count() > 1)
            .Select(g => $"instance {g.First().Instance.Name}: it would be several nodes: {string.Join(", ", g)}"));
        violations.AddRange(instances
            .Where(i => Roles.IsNode(i.Role) && pairs.All(p => p.Instance.Id != i.Id))
            .Select(i => $"instance {i.Name} ({string.Join(", ", i.IpAddresses)}): it is an {i.Role}, but no node of the cluster has its address"));
        return violations.Count == 0
            ? pairs
            : throw new ViolationsException("NodesDoNotMatch", $"Cluster '{context}' and the deployment", violations)
            {
                Hint = "Is the kubeconfig (-Kubeconfig, -Context) the one of this deployment? A node that was removed should be deleted from the cluster.",
            };
    }

    /// <summary>The servers that may be a node's: one, unless something is wrong.</summary>
    public static Instance[] ServersOf(V1Node node, IReadOnlyCollection<Instance> instances, SharedAddresses shared)
    {
        HashSet<IPAddress> addresses = [.. node.Addresses.Select(a => Parse(a.Address)).OfType<IPAddress>().Where(a => shared.WhatIs(a) is null)];
        Instance[] byAddress = [.. instances.Where(i => i.IpAddresses.Select(Parse).OfType<IPAddress>().Any(addresses.Contains))];
        if (byAddress.Length > 0)
        {
            return byAddress;
        }

        string[] macs = MacAddresses(node);
        return [.. instances.Where(i => i.MacAddresses.Append(i.MacAddress).Any(macs.Contains))];
    }

    private static string[] MacAddresses(V1Node node)
    {
        if (!node.Annotations.TryGetValue(GatewayAnnotation, out string? json))
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonText.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? []
                : [.. document.RootElement.EnumerateObject()
                    .Select(network => MacAddress.TryParse(network.Value.Text("mac-address"), out string mac) ? mac : null)
                    .OfType<string>()];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IPAddress? Parse(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address : null;

    private static string Describe(V1Node node) => string.Join(", ", node.Addresses);
}
