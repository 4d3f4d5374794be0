using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>A pod (core/v1).</summary>
public sealed record Pod
{
    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>The node that it is bound to; null before that.</summary>
    public string? NodeName { get; init; }

    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string Phase { get; init; } = "Unknown";

    /// <summary>Why it is in that phase, in one word: <c>Evicted</c>, <c>NodeAffinity</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<PodContainer> Containers { get; init; } = [];

    /// <summary>Its conditions.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>A mirror of a static pod: its kubelet runs it whatever the API says.</summary>
    public bool IsMirror => Meta.Annotations.ContainsKey("kubernetes.io/config.mirror");

    /// <summary>It has run to its end.</summary>
    public bool IsFinished => Phase is "Succeeded" or "Failed";

    internal static Pod From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        JsonElement status = item.Field("status") ?? default;
        Dictionary<string, JsonElement> states = status.Items("containerStatuses")
            .GroupBy(s => s.Text("name") ?? "").ToDictionary(g => g.Key, g => g.First());
        return new Pod
        {
            Meta = ObjectMeta.From(item),
            NodeName = spec.Text("nodeName"),
            Phase = status.Text("phase") ?? "Unknown",
            Reason = status.Text("reason"),
            Containers = [.. spec.Items("containers").Select(c => PodContainer.From(c, states))],
            Conditions = Condition.ListOf(item),
        };
    }
}

/// <summary>A container of a pod.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">The image that it is to run.</param>
public sealed record PodContainer(string Name, string Image)
{
    /// <summary>Why it does not run yet, in one word: <c>ContainerCreating</c>, <c>ErrImagePull</c>.</summary>
    public string? WaitingReason { get; init; }

    /// <summary>The same in words.</summary>
    public string? WaitingMessage { get; init; }

    /// <summary>Its exit code, once it has ended.</summary>
    public long? ExitCode { get; init; }

    /// <summary>How often it was started again.</summary>
    public long Restarts { get; init; }

    internal static PodContainer From(JsonElement container, Dictionary<string, JsonElement> states)
    {
        string name = container.Text("name") ?? "";
        JsonElement status = states.GetValueOrDefault(name);
        JsonElement state = status.Field("state") ?? default;
        return new PodContainer(name, container.Text("image") ?? "")
        {
            WaitingReason = state.Field("waiting")?.Text("reason"),
            WaitingMessage = state.Field("waiting")?.ToldOnOneLine("message"),
            ExitCode = state.Field("terminated")?.Number("exitCode"),
            Restarts = status.Number("restartCount"),
        };
    }
}
