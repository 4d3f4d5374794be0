using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>Who does something at present (coordination.k8s.io/v1).</summary>
public sealed record Lease
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Who holds it.</summary>
    public string? Holder { get; init; }

    /// <summary>When he last said so, by his clock.</summary>
    public DateTimeOffset? RenewedAt { get; init; }

    internal static Lease From(JsonElement item) => new()
    {
        Meta = ObjectMeta.From(item),
        Holder = item.Field("spec")?.Text("holderIdentity"),
        RenewedAt = item.Field("spec")?.Time("renewTime"),
    };
}
