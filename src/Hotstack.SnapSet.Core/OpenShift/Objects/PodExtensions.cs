using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>What we ask of pods.</summary>
internal static class PodExtensions
{
    extension(V1Pod pod)
    {
        /// <summary>The node that it is bound to; null before that.</summary>
        public string? NodeName => pod.Spec?.NodeName;

        /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
        public string Phase => pod.Status?.Phase ?? "Unknown";

        /// <summary>A mirror of a static pod: its kubelet runs it whatever the API says.</summary>
        public bool IsMirror => pod.Annotations.ContainsKey("kubernetes.io/config.mirror");

        /// <summary>It has run to its end.</summary>
        public bool IsFinished => pod.Phase is "Succeeded" or "Failed";

        /// <summary>Its containers, and how each of them is.</summary>
        public IReadOnlyList<PodContainer> Containers
        {
            get
            {
                ILookup<string, V1ContainerStatus> statuses = (pod.Status?.ContainerStatuses ?? []).ToLookup(status => status.Name ?? "");
                return [.. (pod.Spec?.Containers ?? []).Select(container => PodContainer.From(container, statuses[container.Name ?? ""].FirstOrDefault()))];
            }
        }

        /// <summary>Its conditions.</summary>
        public IReadOnlyList<Condition> Conditions => [.. (pod.Status?.Conditions ?? []).Select(Condition.From)];
    }
}

/// <summary>A container of a pod.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">The image that it is to run.</param>
internal sealed record PodContainer(string Name, string Image)
{
    /// <summary>Why it does not run yet, in one word: <c>ContainerCreating</c>, <c>ErrImagePull</c>.</summary>
    public string? WaitingReason { get; init; }

    /// <summary>The same in words.</summary>
    public string? WaitingMessage { get; init; }

    /// <summary>Its exit code, once it has ended.</summary>
    public long? ExitCode { get; init; }

    internal static PodContainer From(V1Container container, V1ContainerStatus? status) => new(container.Name ?? "", container.Image ?? "")
    {
        WaitingReason = status?.State?.Waiting?.Reason,
        WaitingMessage = status?.State?.Waiting?.Message is { Length: > 0 } message ? HiddenCharacters.Unwrap(LikelySecrets.Hide(message)) : null,
        ExitCode = status?.State?.Terminated?.ExitCode,
    };
}
