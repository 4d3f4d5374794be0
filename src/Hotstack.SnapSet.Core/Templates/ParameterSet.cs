using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>What parameter files give.</summary>
public sealed record ParameterSet
{
    /// <summary>The parameters of all files, merged.</summary>
    public required JsonObject Parameters { get; init; }

    /// <summary>What of <see cref="Parameters"/> somebody wrote to have it so: the files' <c>stack_parameter_overrides</c>.</summary>
    public JsonObject Overrides { get; init; } = [];

    /// <summary>The <c>parameter_defaults</c> of Heat environment files: for those of them that a template declares.</summary>
    public JsonObject Defaults { get; init; } = [];

    /// <summary>The name of the stack by the files; null if they give none that can be resolved.</summary>
    public string? StackName { get; init; }

    /// <summary>Why the files' <c>stack_name</c> could not be resolved; null if it was, or there is none.</summary>
    public string? StackNameProblem { get; init; }

    /// <summary>The files' variables and those given, as far as they can be resolved.</summary>
    public required IReadOnlyDictionary<string, JsonNode?> Variables { get; init; }

    /// <summary>The files that they come from.</summary>
    internal IReadOnlyList<ParameterFile> Files { get; init; } = [];

    /// <summary>The parameters for a template: <see cref="Parameters"/> over those <see cref="Defaults"/> that it declares.</summary>
    public JsonObject For(HeatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var defaults = new JsonObject();
        foreach ((string name, JsonNode? value) in Defaults.Where(p => template.Parameters.ContainsKey(p.Key)))
        {
            defaults[name] = value?.DeepClone();
        }

        return ParameterMerge.Merge(defaults, Parameters);
    }
}
