using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>A pool of nodes with one configuration (machineconfiguration.openshift.io/v1).</summary>
internal sealed record MachineConfigPool
{
    /// <summary>Its name: <c>master</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Selects its nodes; the actual members depend on other pools too.</summary>
    public V1LabelSelector NodeSelector { get; init; } = new();

    /// <summary>The desired configuration of its nodes: <c>rendered-worker-…</c>; null if unknown.</summary>
    public string? TargetConfiguration { get; init; }

    /// <summary>Its updates are paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The number of its nodes.</summary>
    public long MachineCount { get; init; }

    /// <summary>The number of ready nodes; cordoned ones are not ready.</summary>
    public long ReadyMachineCount { get; init; }

    /// <summary>The number of nodes with the newest configuration.</summary>
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
