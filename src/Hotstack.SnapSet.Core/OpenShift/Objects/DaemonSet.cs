using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>A DaemonSet (apps/v1): one pod on each node, made by its template.</summary>
public sealed record DaemonSet
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>The containers of its template; without any state.</summary>
    public IReadOnlyList<PodContainer> Containers { get; init; } = [];

    internal static DaemonSet From(JsonElement item) => new()
    {
        Meta = ObjectMeta.From(item),
        Containers = [.. (item.Field("spec")?.Field("template")?.Field("spec") ?? default).Items("containers").Select(c => PodContainer.From(c, []))],
    };
}
