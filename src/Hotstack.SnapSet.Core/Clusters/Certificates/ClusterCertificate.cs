namespace Hotstack.Clusters.Certificates;

/// <summary>A certificate in a secret or a config map of the cluster.</summary>
public sealed record ClusterCertificate
{
    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name there: <c>csr-signer</c>.</summary>
    public required string Name { get; init; }

    /// <summary>From when it is valid; null if that is not known.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when it is valid; null if that is not known.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>How long it is still valid, by the cluster's clock when it was read; negative if it has expired, null if that is not
    /// known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary><see cref="Remaining"/> for people: <c>15 d 18 h</c>, <c>expired</c>; null if that is not known.</summary>
    public string? RemainingText => Remaining is not { } time ? null : time <= TimeSpan.Zero ? TimeText.Expired : TimeText.Of(time);

    /// <summary>The common name of its issuer; null if that is not known.</summary>
    public string? Issuer { get; init; }

    /// <summary>Its serial number in hexadecimal; null where the certificate itself was not read.</summary>
    public string? Serial { get; init; }

    /// <summary>If it has expired, the cluster makes another when it starts.</summary>
    public bool RegeneratesOffline { get; init; }

    /// <summary>Why its dates are not known; null if they are.</summary>
    public string? Problem { get; init; }

    /// <summary>Its operator made it; the installer's certificates have other issuers.</summary>
    internal bool IsMadeByOperator => Issuer?.StartsWith($"{Namespace}_{Name}@", StringComparison.Ordinal) == true;

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>The certificates of a node's kubelet. Without them the node takes no part in the cluster.</summary>
public sealed record NodeCertificates
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Until when its client certificate, for calls to the API server, is valid; null if that is not known.</summary>
    public DateTimeOffset? ClientNotAfter { get; init; }

    /// <summary>Until when its serving certificate is valid; null if that is not known, or if it has none.</summary>
    public DateTimeOffset? ServingNotAfter { get; init; }

    /// <summary>The cluster signs its serving certificate, as is usual. Otherwise the end of that certificate does not matter.</summary>
    public bool UsesServing { get; init; } = true;

    /// <summary>Why a date is not known; null if all are.</summary>
    public string? Problem { get; init; }

    /// <summary>Its kubelet answers the API server; null if we have no permission to see that.</summary>
    internal bool? IsAnswering { get; init; } = true;

    /// <summary>Until when all certificates that it uses are valid; null if that is not known.</summary>
    internal DateTimeOffset? NotAfter => UsesServing
        ? ServingNotAfter is { } serving && ClientNotAfter is { } client ? (serving < client ? serving : client) : null
        : ClientNotAfter;

    /// <summary>The node.</summary>
    public override string ToString() => Node;
}
