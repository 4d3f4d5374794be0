using System.Text;
using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>What Core asks of the models of KubernetesClient.</summary>
internal static class ModelExtensions
{
    private const string RoleLabel = "node-role.kubernetes.io/";

    private static readonly string[] BadConditions = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

    extension(V1Node node)
    {
        /// <summary>Cordoned: no new pods are placed on it.</summary>
        public bool IsUnschedulable => node.Spec?.Unschedulable == true;

        /// <summary>Its addresses, as reported by its kubelet.</summary>
        public IReadOnlyList<NodeAddress> Addresses =>
            [.. (node.Status?.Addresses ?? []).Select(address => new NodeAddress(address.Type ?? "", address.Address ?? ""))];

        /// <summary>Its conditions; <c>Ready</c> among them.</summary>
        public IReadOnlyList<Condition> Conditions => Condition.ListOf(node.Status?.Conditions, Condition.From);

        /// <summary>Changes with every boot; null if unknown.</summary>
        public string? BootId => node.Status?.NodeInfo?.BootID;

        /// <summary>The version of its kubelet: <c>v1.31.7</c>; null if unknown.</summary>
        public string? KubeletVersion => node.Status?.NodeInfo?.KubeletVersion is { Length: > 0 } version ? version : null;

        /// <summary>Its conditions that are true and should not be: <c>MemoryPressure</c>, <c>DiskPressure</c> …</summary>
        public IReadOnlyList<Condition> Pressures =>
            [.. node.Conditions.Where(condition => condition.IsTrue && BadConditions.Contains(condition.Type))];

        /// <summary>Its roles from its labels: <c>master</c>, <c>control-plane</c>, <c>worker</c>.</summary>
        public IReadOnlyList<string> Roles =>
        [
            .. node.Labels.Keys.Where(key => key.StartsWith(RoleLabel, StringComparison.Ordinal)).Select(key => key[RoleLabel.Length..])
                .Order(StringComparer.Ordinal),
        ];

        /// <summary>It runs the control plane.</summary>
        public bool IsMaster => node.Roles.Contains("master") || node.Roles.Contains("control-plane");
    }

    extension(V1Pod pod)
    {
        /// <summary>Its node; null before it is scheduled.</summary>
        public string? NodeName => pod.Spec?.NodeName;

        /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
        public string Phase => pod.Status?.Phase ?? "Unknown";

        /// <summary>A mirror of a static pod, which its kubelet runs independently of the API.</summary>
        public bool IsMirror => pod.Annotations.ContainsKey("kubernetes.io/config.mirror");

        /// <summary>It has ended.</summary>
        public bool IsFinished => pod.Phase is "Succeeded" or "Failed";

        /// <summary>Its containers with their states.</summary>
        public IReadOnlyList<PodContainer> Containers
        {
            get
            {
                ILookup<string, V1ContainerStatus> statuses = (pod.Status?.ContainerStatuses ?? []).ToLookup(status => status.Name ?? "");
                return [.. (pod.Spec?.Containers ?? []).Select(
                    container => PodContainer.From(container, statuses[container.Name ?? ""].FirstOrDefault()))];
            }
        }

        /// <summary>Its conditions.</summary>
        public IReadOnlyList<Condition> Conditions => Condition.ListOf(pod.Status?.Conditions, Condition.From);
    }

    extension(V1APIService api)
    {
        /// <summary>The group; empty for the core's.</summary>
        public string Group => api.Spec?.Group ?? "";

        /// <summary>The version.</summary>
        public string Version => api.Spec?.Version ?? "";

        /// <summary>A service in the cluster serves it, not the API server itself.</summary>
        public bool IsAggregated => api.Spec?.Service is not null;

        /// <summary>Its service by namespace and name: <c>openshift-apiserver/api</c>; null for the API server itself.</summary>
        public string? ServiceName => api.Spec?.Service is { } service ? $"{service.NamespaceProperty}/{service.Name}" : null;

        /// <summary>It belongs to OpenShift itself, not to software that was installed later.</summary>
        public bool IsOfOpenShift =>
            api.Group.EndsWith(".openshift.io", StringComparison.Ordinal)
                || api.ServiceName?.StartsWith("openshift-", StringComparison.Ordinal) == true;

        /// <summary>Its conditions: <c>Available</c>.</summary>
        public IReadOnlyList<Condition> Conditions => Condition.ListOf(api.Status?.Conditions, Condition.From);

        /// <summary>The API server reports that it can forward requests to it.</summary>
        public bool IsAvailable => api.Conditions.Find("Available")?.IsTrue == true;
    }

    extension(V1CertificateSigningRequest csr)
    {
        /// <summary>The signer: <c>kubernetes.io/kubelet-serving</c>.</summary>
        public string SignerName => csr.Spec?.SignerName ?? "";

        /// <summary>The requesting user, authenticated by the API server.</summary>
        public string Username => csr.Spec?.Username ?? "";

        /// <summary>The user's groups, from the API server.</summary>
        public IReadOnlyList<string> Groups => [.. csr.Spec?.Groups ?? []];

        /// <summary>The requested usages: <c>client auth</c>.</summary>
        public IReadOnlyList<string> Usages => [.. csr.Spec?.Usages ?? []];

        /// <summary>The PKCS#10 request in PEM form.</summary>
        public string Request => Encoding.UTF8.GetString(csr.Spec?.Request ?? []);

        /// <summary><c>Approved</c>, <c>Denied</c>, <c>Failed</c>; none before a decision.</summary>
        public IReadOnlyList<Condition> Conditions => Condition.ListOf(csr.Status?.Conditions, Condition.From);

        /// <summary>The certificate is issued.</summary>
        public bool IsIssued => csr.Status?.Certificate is { Length: > 0 };

        /// <summary>It is undecided.</summary>
        public bool IsPending => csr.Status?.Conditions is not { Count: > 0 } && !csr.IsIssued;
    }

    private static readonly string[] Operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    /// <summary>A selector in an object without a model; null gives an empty one.</summary>
    public static V1LabelSelector SelectorFrom(JsonElement? selector) => new()
    {
        MatchLabels = (selector ?? default).Texts("matchLabels").ToDictionary(),
        MatchExpressions =
        [
            .. (selector ?? default).Items("matchExpressions").Select(e => new V1LabelSelectorRequirement
            {
                Key = e.Text("key") ?? "", OperatorProperty = e.Text("operator") ?? "", Values = [.. e.TextItems("values")],
            }),
        ],
    };

    extension(V1LabelSelector selector)
    {
        /// <summary>It has no requirement. To Kubernetes such a selector matches everything, to the machine-config operator
        /// nothing.</summary>
        public bool IsEmpty => selector.MatchLabels is not { Count: > 0 } && selector.MatchExpressions is not { Count: > 0 };

        /// <summary>The first unknown operator; null for none.</summary>
        public string? UnknownOperator =>
            (selector.MatchExpressions ?? []).Select(requirement => requirement.OperatorProperty ?? "")
                .FirstOrDefault(name => !Operators.Contains(name));

        /// <summary>Whether labels meet every requirement.</summary>
        public bool Matches(IReadOnlyDictionary<string, string> labels) =>
            (selector.MatchLabels ?? new Dictionary<string, string>()).All(label => labels.TryGetValue(label.Key, out string? value)
                && value == label.Value)
            && (selector.MatchExpressions ?? []).All(requirement => IsMet(requirement, labels));
    }

    private static bool IsMet(V1LabelSelectorRequirement requirement, IReadOnlyDictionary<string, string> labels)
    {
        string? value = labels.TryGetValue(requirement.Key ?? "", out string? found) ? found : null;
        bool isNamed = value is not null && requirement.Values?.Contains(value) == true;
        return requirement.OperatorProperty switch
        {
            "In" => isNamed,
            "NotIn" => !isNamed,
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }

    /// <summary>The condition of a type; null if the object does not have it.</summary>
    public static Condition? Find(this IEnumerable<Condition> conditions, string type) =>
        conditions.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The reason and message of a condition, on one line.</summary>
    /// <param name="condition">The condition; null if the object does not have it.</param>
    public static string Why(this Condition? condition) => condition switch
    {
        null => "it does not report that condition",
        { Reason: { } reason, Message: { } message } => DisplayText.OfProse($"{reason}: {message}"),
        { Reason: { } reason } => reason,
        { Message: { } message } => DisplayText.OfProse(message),
        _ => $"its condition {condition.Type} is {condition.Status}",
    };
}

/// <summary>One address of a node.</summary>
/// <param name="Type"><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c>, <c>InternalDNS</c> or <c>ExternalDNS</c>.</param>
/// <param name="Address">An IP address or a name.</param>
public sealed record NodeAddress(string Type, string Address)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}={Address}";
}

/// <summary>A container of a pod.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">Its image.</param>
internal sealed record PodContainer(string Name, string Image)
{
    /// <summary>Why it waits, in one word: <c>ContainerCreating</c>, <c>ErrImagePull</c>.</summary>
    public string? WaitingReason { get; init; }

    /// <summary>The same in words.</summary>
    public string? WaitingMessage { get; init; }

    /// <summary>Its exit code, once it has ended.</summary>
    public long? ExitCode { get; init; }

    internal static PodContainer From(V1Container container, V1ContainerStatus? status) => new(container.Name ?? "", container.Image ?? "")
    {
        WaitingReason = status?.State?.Waiting?.Reason,
        WaitingMessage = status?.State?.Waiting?.Message is { Length: > 0 } message ? DisplayText.Unwrap(LikelySecrets.Hide(message))
            : null,
        ExitCode = status?.State?.Terminated?.ExitCode,
    };
}
