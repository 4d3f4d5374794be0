namespace Hotstack.Clusters.Certificates;

/// <summary>A certificate that a secret or a config map of the cluster holds.</summary>
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

    /// <summary>The common name of who signed it; null if that is not known.</summary>
    public string? Issuer { get; init; }

    /// <summary>Its serial number in hexadecimal; null where the certificate itself was not read.</summary>
    public string? Serial { get; init; }

    /// <summary>The cluster makes a new one by itself when it starts with this one expired.</summary>
    public bool RegeneratesOffline { get; init; }

    /// <summary>Why its dates are not known; null if they are.</summary>
    public string? Problem { get; init; }

    /// <summary>The operator that renews it made it: the installer's have other issuers.</summary>
    internal bool IsMadeByOperator => Issuer?.StartsWith($"{Namespace}_{Name}@", StringComparison.Ordinal) == true;

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
