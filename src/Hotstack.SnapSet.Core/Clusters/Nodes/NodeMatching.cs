using System.Net;
using System.Text.Json;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>Finds the server of each node: by a common IP address, otherwise by a MAC address. Names prove nothing.</summary>
internal sealed class NodeMatching(Cloud cloud, Cluster cluster, IActivity activity)
{
    /// <summary>OVN-Kubernetes writes here the MAC address of a node's gateway, which is on the machine network.</summary>
    private const string GatewayAnnotation = "k8s.ovn.org/l3-gateway-config";

    /// <param name="nodes">The nodes.</param>
    /// <param name="instances">The servers of the deployment.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="HotstackException">As <see cref="Match"/> (<c>NodesDoNotMatch</c>), or the cluster or the cloud failed.</exception>
    public async Task<IReadOnlyList<NodeServer>> MatchAsync(
        IReadOnlyCollection<V1Node> nodes, IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        SharedAddresses shared = await SharedAddresses.ReadAsync(cluster, stop);
        IReadOnlyList<Instance> servers = await CompleteAddressesAsync(
            cloud, instances, nodes.SelectMany(node => node.Addresses), activity, stop);
        return Match(cluster.Name, nodes, servers, shared);
    }

    /// <summary>Matches for a record, and warns about addresses that are not recorded.</summary>
    /// <inheritdoc cref="MatchAsync"/>
    public async Task<IReadOnlyList<NodeServer>> MatchForRecordAsync(
        IReadOnlyCollection<V1Node> nodes, IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        IReadOnlyList<NodeServer> pairs = await MatchAsync(nodes, instances, stop);
        foreach (NodeServer pair in pairs.Where(pair => pair.Known.Doubts.Count > 0))
        {
            string doubts = AsciiText.Names([.. pair.Known.Doubts.Select(doubt => $"{doubt}")]);
            activity.Warning(
                $"Node {pair} reports addresses that are not known to be its own; these addresses are not recorded: {doubts}. "
                + "A revival approves no certificate for them.");
        }

        return pairs;
    }

    /// <param name="context">The kubeconfig's context, for messages.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="instances">The servers of the deployment.</param>
    /// <param name="shared">Addresses that identify no node: the holder of a virtual address may be a load balancer.</param>
    /// <exception cref="ViolationsException">A node has no server, two nodes have the same server, or a server that should be a node is
    /// not (<c>NodesDoNotMatch</c>).</exception>
    public static IReadOnlyList<NodeServer> Match(
        string context, IReadOnlyCollection<V1Node> nodes, IReadOnlyCollection<Instance> instances, SharedAddresses shared)
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
            .Select(g => $"instance {g.First().Instance.Name}: several nodes have its address: {string.Join(", ", g)}"));
        violations.AddRange(instances
            .Where(i => Roles.IsNode(i.Role) && pairs.All(p => p.Instance.Id != i.Id))
            .Select(i => $"instance {i.Name} ({string.Join(", ", i.IpAddresses)}): it is an {i.Role}, "
                + "but no node of the cluster has its address"));
        return violations.Count == 0
            ? pairs
            : throw new ViolationsException("NodesDoNotMatch", $"Cluster '{context}' and the deployment", violations)
            {
                Hint = "Check that the kubeconfig (-Kubeconfig, -Context) or the controller (-Controller) is of this deployment. "
                    + "Delete nodes that were removed from the cluster.",
            };
    }

    /// <summary>The servers with a node's address: one, unless something is wrong.</summary>
    public static Instance[] ServersOf(V1Node node, IReadOnlyCollection<Instance> instances, SharedAddresses shared)
    {
        HashSet<IPAddress> addresses =
            [.. node.Addresses.Select(a => Parse(a.Address)).OfType<IPAddress>().Where(a => shared.WhatIs(a) is null)];
        Instance[] byAddress = [.. instances.Where(i => i.IpAddresses.Select(Parse).OfType<IPAddress>().Any(addresses.Contains))];
        if (byAddress.Length > 0)
        {
            return byAddress;
        }

        string[] macs = MacAddresses(node);
        return [.. instances.Where(i => i.MacAddresses.Append(i.MacAddress).Any(macs.Contains))];
    }

    /// <summary>Adds the addresses of the servers' ports in Neutron, unless Nova lists all addresses that the nodes report: Nova's list is
    /// a cache, and lacks the subports of trunks.</summary>
    /// <remarks>A port's <c>allowed_address_pairs</c> do not count: any member of the port's project can write them, mostly ranges and
    /// virtual addresses, and they say what may pass, not which addresses the server has.</remarks>
    /// <param name="cloud">The cloud.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="reported">The addresses that the nodes report.</param>
    /// <param name="activity">Receives a line if Neutron does not answer.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="HotstackException">The cloud was not reached, or refused the login.</exception>
    public static async Task<IReadOnlyList<Instance>> CompleteAddressesAsync(
        Cloud cloud, IReadOnlyList<Instance> instances, IEnumerable<NodeAddress> reported, IActivity activity, CancellationToken stop)
    {
        HashSet<IPAddress> known = [.. instances.SelectMany(i => i.IpAddresses).Select(NodeAddresses.Parse).OfType<IPAddress>()];
        if (reported.Select(address => NodeAddresses.Parse(address.Address)).OfType<IPAddress>().All(known.Contains))
        {
            return instances;
        }

        ILookup<string, string>? found = await OptionalAnswer.AskAsync(
            () => cloud.Network.ListAddressesAsync(instances.Select(i => i.Id), stop),
            "The addresses of the servers' ports are unknown, so only the addresses in Nova count", activity);
        return found is null
            ? instances
            : [.. instances.Select(i => i with { IpAddresses = [.. i.IpAddresses.Concat(found[i.Id]).Distinct(StringComparer.Ordinal)] })];
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

/// <summary>A node and the server that it runs on.</summary>
/// <param name="Node">The node, as the cluster shows it.</param>
/// <param name="Instance">Its server.</param>
/// <param name="Known">Its own names and addresses, as its server proves them.</param>
internal sealed record NodeServer(V1Node Node, Instance Instance, KnownNode Known)
{
    public override string ToString() => Node.Name;
}
