using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>The public half of a secret of type kubernetes.io/tls. Its key is never kept.</summary>
public sealed record TlsSecret
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>The certificates in PEM form; null if the secret has none.</summary>
    public string? Certificates { get; init; }

    internal static TlsSecret From(JsonElement item) => new()
    {
        Meta = ObjectMeta.From(item),
        Certificates = item.Field("data")?.Base64Text("tls.crt"),
    };
}
