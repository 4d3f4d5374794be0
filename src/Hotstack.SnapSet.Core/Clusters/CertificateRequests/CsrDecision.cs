namespace Hotstack.Clusters.CertificateRequests;

/// <summary>What became of one certificate signing request, and why.</summary>
public sealed record CsrDecision
{
    /// <summary>The request's name: <c>csr-8xq2v</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Who is to sign: <c>kubernetes.io/kubelet-serving</c>.</summary>
    public required string SignerName { get; init; }

    /// <summary>Who asked, as the API server authenticated him.</summary>
    public required string Requester { get; init; }

    /// <summary>The node that the certificate is to name; null if the request names none, or was not read.</summary>
    public string? Node { get; init; }

    /// <summary>The names and addresses that the certificate is to be good for: <c>DNS:master-0</c>, <c>IP:192.168.32.10</c>.</summary>
    public Listing<string> SubjectAltNames { get; init; } = [];

    /// <summary>The SHA-256 of the PKCS#10 request, in small hexadecimal digits, as <c>openssl req -outform DER | sha256sum</c>
    /// shows it; null if it is no PEM, or was not read.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>What is to become of it: a word of <see cref="CsrVerdict"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was decided, by the cluster's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>It names no node that is known here, or could not be read: anybody may have made it.</summary>
    internal bool IsStranger { get; init; }

    /// <summary>The request and what is to become of it.</summary>
    public override string ToString() => $"{Name}: {Verdict}";
}

/// <summary>What is to become of a certificate signing request.</summary>
/// <remarks>Words and no enum: so they are words in JSON too, and after Export-Clixml and in jobs.</remarks>
public static class CsrVerdict
{
    /// <summary>It asks for what its node has a right to.</summary>
    public const string Approve = nameof(Approve);

    /// <summary>It breaks a rule. It is left alone: who knows better can still approve it by hand.</summary>
    public const string Refuse = nameof(Refuse);

    /// <summary>It breaks no rule, but it is not its time: its node has what it needs, or a newer one goes first.</summary>
    public const string Wait = nameof(Wait);

    /// <summary>It is none of ours: no kubelet's, or somebody decided already.</summary>
    public const string Ignore = nameof(Ignore);
}
