using Hotstack.Clusters.Nodes;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>What the rules compare a certificate signing request with.</summary>
internal sealed record CsrContext
{
    /// <summary>The nodes that may ask, and the addresses that they may ask for.</summary>
    public required IReadOnlyCollection<KnownNode> Nodes { get; init; }

    /// <summary>Whether <see cref="Nodes"/> was recorded with the snapshot. If not, it is the nodes that the cluster shows now, with the
    /// addresses of their servers in OpenStack.</summary>
    public bool IsRecorded { get; init; } = true;

    /// <summary>The names of the nodes that the cluster has now.</summary>
    public required IReadOnlySet<string> ExistingNodes { get; init; }

    /// <summary>The names of the nodes whose kubelets are known to work with a valid client certificate. They have no need of the
    /// bootstrapper.</summary>
    public IReadOnlySet<string> ServedNodes { get; init; } = new HashSet<string>();

    /// <summary>The cluster's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>When the revival began, by the cluster's clock.</summary>
    public required DateTimeOffset Since { get; init; }
}
