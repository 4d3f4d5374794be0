using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>A set of routers (operator.openshift.io/v1).</summary>
internal sealed record IngressController
{
    /// <summary>Its name: <c>default</c>.</summary>
    public required string Name { get; init; }

    /// <summary>It is being deleted.</summary>
    public bool IsBeingDeleted { get; init; }

    /// <summary>The number of routers; null if the operator decides.</summary>
    public int? Replicas { get; init; }

    /// <summary>The secret in openshift-ingress with a custom certificate; null for the operator's own.</summary>
    public string? DefaultCertificate { get; init; }

    /// <summary>It has routers and keeps them.</summary>
    public bool IsInUse => !IsBeingDeleted && Replicas != 0;

    internal static IngressController From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        return new IngressController
        {
            Name = ObjectMetadata.NameIn(item),
            IsBeingDeleted = item.Field("metadata")?.Time("deletionTimestamp") is not null,
            Replicas = spec.Field("replicas") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int replicas) ? replicas : null,
            DefaultCertificate = spec.Field("defaultCertificate")?.Text("name"),
        };
    }
}
