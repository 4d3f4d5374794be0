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

    /// <summary>The service that serves it, by namespace and name: <c>openshift-apiserver/api</c>; null for the API server itself.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Belongs to OpenShift itself, and not to what was installed later.</summary>
    public bool IsOfOpenShift =>
        Group.EndsWith(".openshift.io", StringComparison.Ordinal) || ServiceName?.StartsWith("openshift-", StringComparison.Ordinal) == true;

    /// <summary>The API server can pass requests on to it, and says so.</summary>
    public bool IsAvailable => Conditions.Find("Available")?.IsTrue == true;

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
            ServiceName = spec.Field("service") is { } service ? $"{service.Text("namespace")}/{service.Text("name")}" : null,
            Conditions = Condition.ListOf(item),
        };
    }
}
