using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>A set of routers (operator.openshift.io/v1).</summary>
public sealed record IngressController
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>How many routers it is to have; null for as many as its operator thinks right.</summary>
    public int? Replicas { get; init; }

    /// <summary>The secret in openshift-ingress with the certificate that somebody gave it; null for one that the operator makes.</summary>
    public string? DefaultCertificate { get; init; }

    /// <summary>It has routers, and is to keep them.</summary>
    public bool IsInUse => Meta.DeletedAt is null && Replicas != 0;

    internal static IngressController From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        return new IngressController
        {
            Meta = ObjectMeta.From(item),
            Replicas = spec.Field("replicas") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int replicas) ? replicas : null,
            DefaultCertificate = spec.Field("defaultCertificate")?.Text("name"),
        };
    }
}
