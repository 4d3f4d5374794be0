namespace Hotstack.Http;

/// <summary>How TLS connections to a cloud are made. Paths are absolute; whether the files exist is not checked here.</summary>
public sealed record TlsConfiguration
{
    /// <summary>Whether the server's certificate is checked.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file of the authorities to trust instead of the system's; null for those. Not used when not verifying.</summary>
    public string? CaCertificatePath { get; init; }

    /// <summary>PEM file of the certificate that we show; null for none.</summary>
    public string? ClientCertificatePath { get; init; }

    /// <summary>PEM file of its private key; null if it is in the same file as the certificate.</summary>
    public string? ClientKeyPath { get; init; }

    /// <summary>The name that the server's certificate has to bear instead of the address's.</summary>
    public string? ServerName { get; init; }
}
