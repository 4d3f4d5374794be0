using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

/// <summary>
/// Judges which names and addresses are a node's own by sources that its kubelet cannot write: its server in OpenStack, and the record.
/// A kubelet writes its node's status itself, so the status proves nothing (for this reason OpenShift's approver compares with the
/// Machine: cluster-machine-approver, pkg/controller/csr_check.go).
/// </summary>
/// <param name="node">The node's name.</param>
/// <param name="others">The names of the other nodes.</param>
/// <param name="server">Its server; null if unknown.</param>
/// <param name="shared">The names and addresses that are no node's own.</param>
internal sealed class OwnAddresses(string node, IReadOnlyCollection<string> others, Instance? server, SharedAddresses shared)
{
    /// <summary>The nodes whose kubelets may request certificates: those of the record; without one, the cluster's nodes that run on a
    /// server of the deployment, since otherwise anybody who may create a node object could request a certificate.</summary>
    public static IReadOnlyList<KnownNode> OfNodes(
        IReadOnlyCollection<V1Node> nodes, ClusterRecord? record, IReadOnlyCollection<Instance> servers, SharedAddresses shared)
    {
        return record is { Nodes.Count: > 0 }
            ? [.. record.Nodes.Select(recorded => Of(recorded.Name, recorded))]
            : [.. nodes.Where(node => NodeMatching.ServersOf(node, servers, shared).Length > 0).Select(node => Of(node.Name, null))];

        KnownNode Of(string name, NodeRecord? recorded)
        {
            V1Node? node = nodes.FirstOrDefault(found => found.Name == name);
            IEnumerable<string> names = nodes.Select(other => other.Name).Concat((record?.Nodes ?? []).Select(other => other.Name));
            return new OwnAddresses(name, [.. names.Where(other => other != name).Distinct()], ServerOf(node, recorded), shared)
                .Judge([.. node?.Addresses ?? []], [.. recorded?.Addresses ?? []]);
        }

        // Found by the record, which is of a time when the node was trusted; otherwise by the address, unless another node claims the
        // server.
        Instance? ServerOf(V1Node? node, NodeRecord? recorded)
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

    /// <summary>The addresses that the node's certificate may contain, and why the status's other addresses are excluded.</summary>
    /// <param name="reported">The addresses of the node's status.</param>
    /// <param name="recorded">The recorded addresses; empty without a record.</param>
    public KnownNode Judge(IReadOnlyCollection<NodeAddress> reported, IReadOnlyCollection<NodeAddress> recorded)
    {
        NodeAddress[] own =
        [
            .. OwnNames().Select(name => new NodeAddress("Hostname", name)),
            .. (server?.IpAddresses ?? []).Select(address => new NodeAddress("InternalIP", address)),
            .. recorded.Where(address =>
                NodeAddresses.Parse(address.Address) is { } ip ? shared.WhatIs(ip) is null : MayBeRecorded(address.Address)),
        ];
        var known = new NodeAddresses(own);
        return new KnownNode(node, [.. own.DistinctBy(address => address.Address)])
        {
            Doubts = [.. reported.Concat(recorded).Where(address => !IsIn(known, address)).Select(Doubt).Distinct()],
        };
    }

    private static bool IsIn(NodeAddresses known, NodeAddress address) =>
        address.Address.Length == 0 || known.Include(new SubjectAltName(SubjectAltName.Dns, address.Address));

    private AddressDoubt Doubt(NodeAddress address) => new(address, NodeAddresses.Parse(address.Address) is { } ip
        ? shared.WhatIs(ip) ?? (server is null ? "the node's server is unknown" : $"not an address of its server {server.Name}")
        : shared.WhatIs(address.Address) ?? (IsAnothers(address.Address) ? "another node's name" : "not the node's name"));

    /// <summary>The node's name, also in the cluster's domain and without a domain, unless another node has that name too.</summary>
    private IEnumerable<string> OwnNames()
    {
        if (NodeAddresses.Parse(node) is not null || shared.WhatIs(node) is not null)
        {
            return []; // A name that is an address counts only as an address of the server.
        }

        string label = node.Split('.', 2)[0];
        string[] names = [node, label, .. shared.Domain is { } domain ? [$"{label}.{domain}"] : Array.Empty<string>()];
        return names.Where(name => name.Length > 0 && shared.WhatIs(name) is null && (name == node || !IsAnothers(name)))
            .Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private bool MayBeRecorded(string name) => shared.WhatIs(name) is null && !IsAnothers(name);

    private bool IsAnothers(string name) => others.Any(other =>
        !other.Equals(node, StringComparison.OrdinalIgnoreCase)
        && (other.Equals(name, StringComparison.OrdinalIgnoreCase)
            || other.Split('.', 2)[0].Equals(name, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>A node that belongs to the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Its own names and addresses.</param>
internal sealed record KnownNode(string Name, IReadOnlyList<NodeAddress> Addresses)
{
    /// <summary>Addresses of its status or record that are not known to be its own.</summary>
    public IReadOnlyList<AddressDoubt> Doubts { get; init; } = [];

    /// <summary>The addresses of a status that are the node's own, for the record.</summary>
    public IReadOnlyList<NodeAddress> OwnOf(IEnumerable<NodeAddress> reported) =>
        [.. reported.Where(address => Doubts.All(doubt => doubt.Address != address))];
}

/// <summary>An address that a node reports, and why it does not count as its own.</summary>
/// <param name="Address">The address.</param>
/// <param name="Why">What it is instead: <c>a virtual address of the cluster</c>.</param>
internal sealed record AddressDoubt(NodeAddress Address, string Why)
{
    public override string ToString() => $"{AsciiText.Of(Address.Address)} ({Why})";
}
