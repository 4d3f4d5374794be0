using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>The cluster's version (config.openshift.io/v1, its one object <c>version</c>).</summary>
internal sealed record ClusterVersion
{
    /// <summary>The cluster's UUID from the installer.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The desired version: <c>4.18.6</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Its conditions: <c>Available</c>, <c>Progressing</c>, <c>Failing</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ClusterVersion From(JsonElement item) => new()
    {
        ClusterId = item.Field("spec")?.Text("clusterID"),
        Version = item.Field("status")?.Field("desired")?.Text("version"),
        Conditions = Condition.ListOf(item),
    };
}

/// <summary>The state of one of OpenShift's own services (config.openshift.io/v1).</summary>
internal sealed record ClusterOperator
{
    /// <summary>Its name: <c>authentication</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Unique for ever: a later operator of the same name has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Its conditions: <c>Available</c>, <c>Progressing</c>, <c>Degraded</c> and others.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ClusterOperator From(JsonElement item) =>
        new() { Name = ObjectMetadata.NameIn(item), Uid = item.Field("metadata")?.Text("uid"), Conditions = Condition.ListOf(item) };
}
