using Hotstack.Configuration;

namespace Hotstack.Http;

/// <summary>
/// How TLS connections are made. Certificates come as the path of a PEM file or as PEM text, of which the text wins.
/// Paths are absolute; whether the files exist is not checked here.
/// </summary>
public sealed record TlsConfiguration
{
    /// <summary>Whether the server's certificate is checked.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file of the authorities to trust instead of the system's; null for those. Not used when not verifying.</summary>
    public string? CaCertificatePath { get; init; }

    /// <summary>PEM file of the certificate that we show, and those above it; null for none.</summary>
    public string? ClientCertificatePath { get; init; }

    /// <summary>PEM file of its private key; null if it is in the same file as the certificate.</summary>
    public string? ClientKeyPath { get; init; }

    /// <summary>PEM text of the authorities to trust instead of the system's. Not used when not verifying.</summary>
    public string? CaCertificates { get; init; }

    /// <summary>PEM text of the certificate that we show, first, and of those above it.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>PEM text of its private key; null if it is in the same text as the certificate. A secret.</summary>
    public string? ClientKey { get; init; }

    /// <summary>
    /// The name that the server's certificate has to be for; null for the host of the address. The transport takes it
    /// from the <c>Host</c> header of a request, so whoever sends one has to set that.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>Header fields may be joined, see <see cref="RepeatedFields"/>; only for servers that are sent nothing but JSON.</summary>
    internal bool WritesRepeatedFields { get; init; }

    /// <summary>Where PEM texts come from, for messages: <c>context lab (/home/anna/.kube/config)</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>What to advise where a certificate cannot be used.</summary>
    public ConnectionHints Hints { get; init; } = ConnectionHints.CloudsYaml;

    /// <summary>What is checked and where it comes from; never a key.</summary>
    public override string ToString() =>
        $"{(Verify ? "verified" : "not verified")}, authorities {Of(CaCertificates, CaCertificatePath) ?? "of the system"}"
        + $", client certificate {Of(ClientCertificate, ClientCertificatePath) ?? "none"}";

    private string? Of(string? text, string? path) =>
        text is not null ? $"of {Origin ?? "memory"}" : path is null ? null : PathValue.Shown(path);
}
