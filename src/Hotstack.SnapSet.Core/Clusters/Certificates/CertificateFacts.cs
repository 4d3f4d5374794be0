namespace Hotstack.Clusters.Certificates;

/// <summary>All that is known about the certificates of a cluster at one moment.</summary>
internal sealed record CertificateFacts
{
    /// <summary>The moment, by the cluster's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Signs <see cref="CsrSigner"/>. The installer's lives for a day only.</summary>
    public required ClusterCertificate CsrSignerSigner { get; init; }

    /// <summary>Signs the kubelets' certificates, which end when it does: as its operator made it.</summary>
    public required ClusterCertificate CsrSigner { get; init; }

    /// <summary>The copy of <see cref="CsrSigner"/> by which the kube-controller-manager signs.</summary>
    public required ClusterCertificate CsrSignerCopy { get; init; }

    /// <summary>Signs <see cref="AggregatorClient"/>. The installer's lives for a day only.</summary>
    public required ClusterCertificate AggregatorClientSigner { get; init; }

    /// <summary>By it the kube-apiserver calls the aggregated API servers: OpenShift's own APIs.</summary>
    public required ClusterCertificate AggregatorClient { get; init; }

    /// <summary>All others that were found; copies that belong to a revision of a static pod are left out.</summary>
    public IReadOnlyList<ClusterCertificate> Managed { get; init; } = [];

    /// <summary>Why <see cref="Managed"/> is not complete; null if it is.</summary>
    public string? ManagedProblem { get; init; }

    /// <summary>Why a certificate that somebody gave the cluster to serve with may end earlier than all that are known; empty if none may.</summary>
    public IReadOnlyList<string> ServingProblems { get; init; } = [];

    public IReadOnlyList<NodeCertificates> Nodes { get; init; } = [];

    /// <summary>Why <see cref="Nodes"/> is empty; null if it is not.</summary>
    public string? NodesProblem { get; init; }

    /// <summary>Signing requests about which nobody has decided, of kubelets that lack what they ask for.</summary>
    public IReadOnlyList<string> PendingRequests { get; init; } = [];

    /// <summary>Other requests to the kubelets' signers about which nobody has decided: left over, or a stranger's.</summary>
    public IReadOnlyList<string> IdleRequests { get; init; } = [];

    /// <summary>Kubelets' signing requests that were approved and have no certificate yet.</summary>
    public IReadOnlyList<string> UnissuedRequests { get; init; } = [];

    /// <summary>Why the signing requests are not known; null if they are.</summary>
    public string? RequestsProblem { get; init; }

    /// <summary>Until when our own client certificate is valid; null if we show none.</summary>
    public DateTimeOffset? KubeconfigNotAfter { get; init; }

    /// <summary>How far the cluster's clock is ahead of this machine's; null if that is not known.</summary>
    public TimeSpan? LocalSkew { get; init; }

    /// <summary>How far the cluster's clock is ahead of the cloud's; null if the cloud was not asked.</summary>
    public TimeSpan? CloudSkew { get; init; }

    public IReadOnlyList<ClusterCertificate> All =>
    [
        .. new[] { CsrSignerSigner, CsrSigner, CsrSignerCopy, AggregatorClientSigner, AggregatorClient }
            .Concat(Managed).DistinctBy(certificate => certificate.ToString()),
    ];
}
