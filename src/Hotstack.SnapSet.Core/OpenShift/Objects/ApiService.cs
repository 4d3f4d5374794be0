using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>A version of an API group and who serves it (apiregistration.k8s.io/v1).</summary>
public sealed record ApiService
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Its name: <c>v1.route.openshift.io</c>.</summary>
    public string Name => Meta.Name;

    /// <summary>The group; empty for the core's.</summary>
    public string Group { get; init; } = "";

    /// <summary>The version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Served by a service in the cluster, not by the API server itself.</summary>
    public bool IsAggregated { get; init; }

    /// <summary>Its conditions: <c>Available</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ApiService From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        return new ApiService
        {
            Meta = ObjectMeta.From(item),
            Group = spec.Text("group") ?? "",
            Version = spec.Text("version") ?? "",
            IsAggregated = spec.Field("service") is not null,
            Conditions = Condition.ListOf(item),
        };
    }
}
