using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>How a node was before its cluster was shut down.</summary>
public sealed record NodeRecord
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its server in the deployment: <c>master0</c>.</summary>
    public string? InstanceName { get; init; }

    /// <summary>Its addresses: what a certificate may be for. What its status told and OpenStack did not know as its server's is not among them.</summary>
    public Listing<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Which boot it was; a revived node has another.</summary>
    public string? BootId { get; init; }

    /// <summary>It was cordoned already before us, and has to be so again.</summary>
    public bool WasUnschedulable { get; init; }

    /// <summary>When its kubelet's client certificate ends; null if unknown.</summary>
    public DateTimeOffset? ClientCertificateUntil { get; init; }

    /// <summary>When its kubelet's serving certificate ends; null if unknown, or if it has none.</summary>
    public DateTimeOffset? ServingCertificateUntil { get; init; }

    /// <summary>By their servers' names, which begin with their roles.</summary>
    internal static Listing<NodeRecord> InOrder(IEnumerable<NodeRecord> nodes) =>
        [.. nodes.OrderBy(node => node.InstanceName, StringComparer.Ordinal)];

    /// <summary>The name, so that a list of nodes reads well.</summary>
    public override string ToString() => Name;
}
