using System.Text.Json.Nodes;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>What made the stack of a set, as Heat keeps it.</summary>
internal sealed record Blueprint
{
    /// <summary>The set.</summary>
    public required string SnapSetId { get; init; }

    /// <summary>The stack.</summary>
    public required string StackName { get; init; }

    /// <summary>When it was read from Heat, in UTC.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>The version of the module that wrote it.</summary>
    public required string Module { get; init; }

    /// <summary>The template as JSON.</summary>
    public required string Template { get; init; }

    /// <summary>The template's files, by its own keys.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment without hidden values.</summary>
    public StackEnvironment Environment { get; init; } = new();

    /// <summary>The names of the hidden parameters that were given: their values are not known.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>The stack's outputs, without those that a hidden parameter is part of.</summary>
    public JsonObject Outputs { get; init; } = [];

    /// <summary>The names of the outputs that are left out.</summary>
    public IReadOnlyList<string> OmittedOutputs { get; init; } = [];

    /// <summary>Its name in messages.</summary>
    public string Title => $"The blueprint of SnapSet {SnapSetId}";

    /// <summary>The parameters that only nested templates declare.</summary>
    public IReadOnlySet<string> Undeclared(HeatTemplate template) => Environment.Defaults.Select(p => p.Key).Concat(Hidden)
        .Where(name => !template.Parameters.ContainsKey(name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The parameters: the given ones over the environment's defaults that the template declares. A text of a parameter of type
    /// json is read.</summary>
    public JsonObject ParametersFor(HeatTemplate template)
    {
        var values = new JsonObject();
        foreach ((string name, JsonNode? value) in Environment.Defaults.Where(p => template.Parameters.ContainsKey(p.Key))
            .Concat(Environment.Parameters))
        {
            values[name] = template.Parameters.GetValueOrDefault(name)?.Type == "json" ? Read(value) : value?.DeepClone();
        }

        return values;
    }

    private static JsonNode? Read(JsonNode? value)
    {
        if (value is not JsonValue scalar || !scalar.TryGetValue(out string? text))
        {
            return value?.DeepClone();
        }

        try
        {
            return JsonNode.Parse(text) ?? value.DeepClone();
        }
        catch (System.Text.Json.JsonException)
        {
            // Heat reports it.
            return value.DeepClone();
        }
    }
}
