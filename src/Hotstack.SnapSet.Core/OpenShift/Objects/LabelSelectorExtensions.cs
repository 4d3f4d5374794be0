using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>Which labels an object must have (meta/v1 LabelSelector: <c>matchLabels</c> and <c>matchExpressions</c>).</summary>
/// <remarks>By https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/: all requirements must hold; <c>NotIn</c> holds also
/// where the label is missing.</remarks>
internal static class LabelSelectorExtensions
{
    private static readonly string[] Operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    /// <summary>A selector in an object for which KubernetesClient has no model; null gives an empty one.</summary>
    public static V1LabelSelector From(JsonElement? selector) => new()
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
        /// <summary>It requires nothing. Kubernetes lets such a selector match everything; the machine-config operator lets it match nothing.</summary>
        public bool IsEmpty => selector.MatchLabels is not { Count: > 0 } && selector.MatchExpressions is not { Count: > 0 };

        /// <summary>The first operator that Kubernetes does not have; null if there is none.</summary>
        public string? UnknownOperator =>
            (selector.MatchExpressions ?? []).Select(requirement => requirement.OperatorProperty ?? "").FirstOrDefault(name => !Operators.Contains(name));

        /// <summary>Whether labels meet every requirement.</summary>
        public bool Matches(IReadOnlyDictionary<string, string> labels) =>
            (selector.MatchLabels ?? new Dictionary<string, string>()).All(label => labels.TryGetValue(label.Key, out string? value) && value == label.Value)
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
}
