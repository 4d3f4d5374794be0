namespace Hotstack.Clusters.Certificates;

/// <summary>What a cluster's certificates allow.</summary>
public sealed record CertificateAssessment
{
    /// <summary>Whether they let the cluster be shut down now.</summary>
    public required string Verdict { get; init; }

    /// <summary>When they should let it, at the latest; null where that is now, or cannot be told.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Why they do not; empty if they do.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>One finding for each check, passed or not.</summary>
    public IReadOnlyList<ClusterCheck> Checks { get; init; } = [];

    /// <summary>Until when a cluster that is shut down now comes back with no help; null if that cannot be told.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until when it comes back if somebody approves its nodes' signing requests; null if that cannot be told.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>The certificate that sets <see cref="AssistedUntil"/>, or is why that cannot be told.</summary>
    public string? AssistedLimit { get; init; }

    /// <summary>Why both dates are upper bounds: a certificate that could not be read may end earlier. Null if they are not.</summary>
    public string? DatesDoubt { get; init; }

    /// <summary>The cluster's certificates.</summary>
    public IReadOnlyList<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>Those of its nodes.</summary>
    public IReadOnlyList<NodeCertificates> Nodes { get; init; } = [];
}
