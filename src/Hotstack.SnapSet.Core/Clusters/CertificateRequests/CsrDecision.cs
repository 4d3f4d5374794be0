namespace Hotstack.Clusters.CertificateRequests;

/// <summary>The decision about one certificate signing request.</summary>
public sealed record CsrDecision
{
    /// <summary>The request's name: <c>csr-8xq2v</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The signer: <c>kubernetes.io/kubelet-serving</c>.</summary>
    public required string SignerName { get; init; }

    /// <summary>The requester, as the API server authenticated it.</summary>
    public required string Requester { get; init; }

    /// <summary>The node in the request's subject; null if it names none, or was not read.</summary>
    public string? Node { get; init; }

    /// <summary>The requested names and addresses: <c>DNS:master-0</c>, <c>IP:192.168.32.10</c>.</summary>
    public Listing<string> SubjectAltNames { get; init; } = [];

    /// <summary>The SHA-256 of the PKCS#10 request, in lower-case hexadecimal digits, as <c>openssl req -outform DER | sha256sum</c>
    /// shows it; null if it is no PEM, or was not read.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The verdict: a word of <see cref="CsrVerdict"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>The reason, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was decided, by the cluster's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>It names no known node, or could not be read: anybody may have made it.</summary>
    internal bool IsStranger { get; init; }

    /// <summary>The request and the verdict.</summary>
    public override string ToString() => $"{Name}: {Verdict}";
}

/// <summary>The verdicts about a certificate signing request.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class CsrVerdict
{
    /// <summary>Its node may have the certificate.</summary>
    public const string Approve = nameof(Approve);

    /// <summary>It breaks a rule. It stays undecided, so somebody can still approve it by hand.</summary>
    public const string Refuse = nameof(Refuse);

    /// <summary>It breaks no rule, but its node needs no certificate now, or has a newer request.</summary>
    public const string Wait = nameof(Wait);

    /// <summary>It is not a kubelet's, or it is decided already.</summary>
    public const string Ignore = nameof(Ignore);
}

/// <summary>What a revival does about the signing requests of kubelets.</summary>
public enum CsrPolicy
{
    /// <summary>Approves those that follow every rule.</summary>
    Strict,

    /// <summary>Judges and reports them, and approves none.</summary>
    Report,

    /// <summary>Only counts them.</summary>
    None,
}
