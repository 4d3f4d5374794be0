namespace Hotstack.Http;

/// <summary>How far a connection trusts its server, and how it shows who it is.</summary>
public sealed record TlsSettings
{
    /// <summary>False accepts any certificate.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>A PEM file of certificates that are trusted instead of the system's; null for the system's.</summary>
    public string? CaCertificatePath { get; init; }

    /// <summary>A PEM file with the client's certificate, and its key if <see cref="ClientKeyPath"/> is null.</summary>
    public string? ClientCertificatePath { get; init; }

    /// <summary>A PEM file with the client's key.</summary>
    public string? ClientKeyPath { get; init; }
}
