using System.Text;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>The public half of a secret of type kubernetes.io/tls. The key is never stored.</summary>
internal sealed class TlsSecret : IMetadata<V1ObjectMeta>
{
    /// <summary>Its metadata.</summary>
    public required V1ObjectMeta Metadata { get; set; }

    /// <summary>The certificates in PEM form; null for none.</summary>
    public string? Certificates { get; init; }

    internal static TlsSecret From(V1Secret secret) => new()
    {
        Metadata = secret.Metadata,
        Certificates = secret.Data?.TryGetValue("tls.crt", out byte[]? pem) == true && pem is not null ? Encoding.UTF8.GetString(pem) : null,
    };
}
