namespace Hotstack.Clusters.Certificates;

/// <summary>What is known of a cluster's certificates at one moment.</summary>
internal sealed record CertificateFacts
{
    /// <summary>The moment, by the cluster's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Signs <see cref="CsrSigner"/>. The installer's one lives for a day.</summary>
    public required ClusterCertificate CsrSignerSigner { get; init; }

    /// <summary>Signs the kubelets' certificates, which end when it does. This is the one that its operator made.</summary>
    public required ClusterCertificate CsrSigner { get; init; }

    /// <summary>The copy of <see cref="CsrSigner"/> by which the kube-controller-manager signs.</summary>
    public required ClusterCertificate CsrSignerCopy { get; init; }

    /// <summary>Signs <see cref="AggregatorClient"/>. The installer's one lives for a day.</summary>
    public required ClusterCertificate AggregatorClientSigner { get; init; }

    /// <summary>The client certificate of the kube-apiserver for the aggregated API servers: OpenShift's own APIs.</summary>
    public required ClusterCertificate AggregatorClient { get; init; }

    /// <summary>All others. The copies of static pods' revisions are left out.</summary>
    public IReadOnlyList<ClusterCertificate> Managed { get; init; } = [];

    /// <summary>Why <see cref="Managed"/> is not complete; null if it is.</summary>
    public string? ManagedProblem { get; init; }

    /// <summary>Why a user-provided serving certificate may end earlier than all that are known; empty if none may.</summary>
    public IReadOnlyList<string> ServingProblems { get; init; } = [];

    public IReadOnlyList<NodeCertificates> Nodes { get; init; } = [];

    /// <summary>Why <see cref="Nodes"/> is empty; null if it is not.</summary>
    public string? NodesProblem { get; init; }

    /// <summary>Undecided signing requests of kubelets that need the certificate.</summary>
    public IReadOnlyList<string> PendingRequests { get; init; } = [];

    /// <summary>Other undecided requests to the kubelets' signers: left over, or a stranger's.</summary>
    public IReadOnlyList<string> IdleRequests { get; init; } = [];

    /// <summary>Approved signing requests of kubelets that have no certificate yet.</summary>
    public IReadOnlyList<string> UnissuedRequests { get; init; } = [];

    /// <summary>Why the signing requests are not known; null if they are.</summary>
    public string? RequestsProblem { get; init; }

    /// <summary>Until when the kubeconfig's client certificate is valid; null if it has none.</summary>
    public DateTimeOffset? KubeconfigNotAfter { get; init; }

    /// <summary>How far the cluster's clock is ahead of this machine's; null if that is not known.</summary>
    public TimeSpan? LocalSkew { get; init; }

    /// <summary>How far the cluster's clock is ahead of the cloud's; null if the cloud was not asked.</summary>
    public TimeSpan? CloudSkew { get; init; }

    public IReadOnlyList<ClusterCertificate> All =>
    [
        .. new[] { CsrSignerSigner, CsrSigner, CsrSignerCopy, AggregatorClientSigner, AggregatorClient }
            .Concat(Managed).DistinctBy(certificate => certificate.ToString())
            .Select(certificate => certificate with { Remaining = certificate.NotAfter - Now }),
    ];
}
