using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>Which labels an object must have (meta/v1 LabelSelector: <c>matchLabels</c> and <c>matchExpressions</c>).</summary>
/// <remarks>By https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/: all requirements must hold; <c>NotIn</c> holds also
/// where the label is missing.</remarks>
public sealed record LabelSelector
{
    private static readonly string[] Operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    private IReadOnlyList<Requirement> Requirements { get; init; } = [];

    /// <summary>It requires nothing. Kubernetes lets such a selector match everything; the machine-config operator lets it match nothing.</summary>
    public bool IsEmpty => Requirements.Count == 0;

    /// <summary>The first operator that Kubernetes does not have; null if there is none.</summary>
    public string? UnknownOperator => Requirements.FirstOrDefault(r => !Operators.Contains(r.Operator))?.Operator;

    /// <summary>Whether labels meet every requirement.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Requirements.All(requirement => requirement.IsMetBy(labels));

    /// <summary>Reads a selector; null gives an empty one.</summary>
    internal static LabelSelector From(JsonElement? selector)
    {
        JsonElement source = selector ?? default;
        return new LabelSelector
        {
            Requirements =
            [
                .. source.Texts("matchLabels").Select(label => new Requirement(label.Key, "In", [label.Value])),
                .. source.Items("matchExpressions")
                    .Select(e => new Requirement(e.Text("key") ?? "", e.Text("operator") ?? "", [.. e.TextItems("values")])),
            ],
        };
    }

    private sealed record Requirement(string Key, string Operator, IReadOnlyList<string> Values)
    {
        public bool IsMetBy(IReadOnlyDictionary<string, string> labels) => Operator switch
        {
            "In" => labels.TryGetValue(Key, out string? value) && Values.Contains(value),
            "NotIn" => !labels.TryGetValue(Key, out string? value) || !Values.Contains(value),
            "Exists" => labels.ContainsKey(Key),
            "DoesNotExist" => !labels.ContainsKey(Key),
            _ => false,
        };
    }
}
