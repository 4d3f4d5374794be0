using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Nodes;

/// <summary>
/// Which names and addresses are a node's own, by witnesses that its kubelet cannot write: its server in OpenStack, and the record.
/// A kubelet writes its node's status itself, so the status proves nothing (kubernetes-sigs and OpenShift's approver compare with the
/// Machine for this reason: cluster-machine-approver, pkg/controller/csr_check.go).
/// </summary>
/// <param name="node">The node's name.</param>
/// <param name="others">The names of the other nodes.</param>
/// <param name="server">Its server; null if it is not known which that is.</param>
/// <param name="shared">What is no node's.</param>
internal sealed class OwnAddresses(string node, IReadOnlyCollection<string> others, Instance? server, SharedAddresses shared)
{
    /// <summary>The addresses that the node may have in its certificate, and why not those that its status tells beside.</summary>
    /// <param name="told">What the node's status tells.</param>
    /// <param name="recorded">What was recorded; empty without a record.</param>
    public KnownNode Judge(IReadOnlyCollection<NodeAddress> told, IReadOnlyCollection<NodeAddress> recorded)
    {
        NodeAddress[] own =
        [
            .. OwnNames().Select(name => new NodeAddress("Hostname", name)),
            .. (server?.IpAddresses ?? []).Select(address => new NodeAddress("InternalIP", address)),
            .. recorded.Where(address => NodeAddresses.Parse(address.Address) is { } ip ? shared.WhatIs(ip) is null : MayBeRecorded(address.Address)),
        ];
        var known = new NodeAddresses(own);
        return new KnownNode(node, [.. own.DistinctBy(address => address.Address)])
        {
            Doubts = [.. told.Concat(recorded).Where(address => !IsIn(known, address)).Select(Doubt).Distinct()],
        };
    }

    private static bool IsIn(NodeAddresses known, NodeAddress address) =>
        address.Address.Length == 0 || known.IncludeName(address.Address);

    private AddressDoubt Doubt(NodeAddress address) => new(address, NodeAddresses.Parse(address.Address) is { } ip
        ? shared.WhatIs(ip) ?? (server is null ? "which server the node runs on is not known" : $"not an address of its server {server.Name}")
        : shared.WhatIs(address.Address) ?? (IsAnothers(address.Address) ? "another node's name" : "not the node's name"));

    /// <summary>The node's name, and the same in the cluster's domain or without a domain, unless that is another's too.</summary>
    private IEnumerable<string> OwnNames()
    {
        if (NodeAddresses.Parse(node) is not null || shared.WhatIs(node) is not null)
        {
            return []; // A node that is named by an address has it by its server, or not at all.
        }

        string label = node.Split('.', 2)[0];
        string[] names = [node, label, .. shared.Domain is { } domain ? [$"{label}.{domain}"] : Array.Empty<string>()];
        return names.Where(name => name.Length > 0 && shared.WhatIs(name) is null && (name == node || !IsAnothers(name)))
            .Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private bool MayBeRecorded(string name) => shared.WhatIs(name) is null && !IsAnothers(name);

    private bool IsAnothers(string name) => others.Any(other =>
        !other.Equals(node, StringComparison.OrdinalIgnoreCase)
        && (other.Equals(name, StringComparison.OrdinalIgnoreCase) || other.Split('.', 2)[0].Equals(name, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>A node that belongs to the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">The names and addresses that are its own.</param>
internal sealed record KnownNode(string Name, IReadOnlyList<NodeAddress> Addresses)
{
    /// <summary>What its status tells and is not known to be its own.</summary>
    public IReadOnlyList<AddressDoubt> Doubts { get; init; } = [];

    /// <summary>What of a status is the node's own: fit to be recorded.</summary>
    public IReadOnlyList<NodeAddress> OwnOf(IEnumerable<NodeAddress> told) => [.. told.Where(address => Doubts.All(doubt => doubt.Address != address))];
}

/// <summary>An address that a node tells, and why it is not taken for its own.</summary>
/// <param name="Address">The address.</param>
/// <param name="Why">What it is instead: <c>a virtual address of the cluster</c>.</param>
internal sealed record AddressDoubt(NodeAddress Address, string Why)
{
    public override string ToString() => $"{DisplayText.OfAscii(Address.Address)} ({Why})";
}
