using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>The state of one of OpenShift's own services (config.openshift.io/v1).</summary>
public sealed record ClusterOperator
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Its name: <c>authentication</c>.</summary>
    public string Name => Meta.Name;

    /// <summary>Its conditions: <c>Available</c>, <c>Progressing</c>, <c>Degraded</c> and others.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static ClusterOperator From(JsonElement item) =>
        new() { Meta = ObjectMeta.From(item), Conditions = Condition.ListOf(item) };
}
