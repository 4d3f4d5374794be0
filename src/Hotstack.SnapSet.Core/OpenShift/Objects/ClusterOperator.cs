using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>The state of one of OpenShift's own services (config.openshift.io/v1).</summary>
internal sealed record ClusterOperator
{
    /// <summary>Its name: <c>authentication</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Unique for ever: an operator of the same name made later has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Its conditions: <c>Available</c>, <c>Progressing</c>, <c>Degraded</c> and others.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ClusterOperator From(JsonElement item) =>
        new() { Name = ObjectMetadata.NameIn(item), Uid = item.Field("metadata")?.Text("uid"), Conditions = Condition.ListOf(item) };
}
