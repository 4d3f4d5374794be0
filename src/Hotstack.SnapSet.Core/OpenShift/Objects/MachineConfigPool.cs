using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>Nodes that share a configuration (machineconfiguration.openshift.io/v1).</summary>
internal sealed record MachineConfigPool
{
    /// <summary>Its name: <c>master</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which nodes it is for; which of them belong to it depends on the other pools too.</summary>
    public V1LabelSelector NodeSelector { get; init; } = new();

    /// <summary>The configuration that its nodes are to have: <c>rendered-worker-…</c>; null if it does not tell.</summary>
    public string? TargetConfiguration { get; init; }

    /// <summary>Somebody has stopped its updates.</summary>
    public bool IsPaused { get; init; }

    /// <summary>How many nodes belong to it.</summary>
    public long MachineCount { get; init; }

    /// <summary>How many of them are ready, which cordoned ones are not.</summary>
    public long ReadyMachineCount { get; init; }

    /// <summary>How many have the newest configuration.</summary>
    public long UpdatedMachineCount { get; init; }

    /// <summary>Its conditions: <c>Updated</c>, <c>Updating</c>, <c>Degraded</c>.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    internal static MachineConfigPool From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        JsonElement status = item.Field("status") ?? default;
        return new MachineConfigPool
        {
            Name = ObjectMetadata.NameIn(item),
            NodeSelector = ModelExtensions.SelectorFrom(spec.Field("nodeSelector")),
            TargetConfiguration = spec.Field("configuration")?.Text("name"),
            IsPaused = spec.Flag("paused"),
            MachineCount = status.Number("machineCount"),
            ReadyMachineCount = status.Number("readyMachineCount"),
            UpdatedMachineCount = status.Number("updatedMachineCount"),
            Conditions = Condition.ListOf(item),
        };
    }
}
