using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>What a stack is made from.</summary>
internal sealed record StackPlan
{
    public static readonly StackPlan Nothing = new() { Template = HotTemplate.Empty() };

    public required HotTemplate Template { get; init; }

    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The parameters as they were given.</summary>
    public JsonObject Given { get; init; } = [];

    /// <summary>The environment's <c>parameter_defaults</c>.</summary>
    public JsonObject Defaults { get; init; } = [];

    /// <summary>The environment's <c>resource_registry</c>, which is kept and shown only.</summary>
    public JsonObject Registry { get; init; } = [];

    /// <summary>All parameters of the template with their values, in their types.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Values { get; init; } = new Dictionary<string, JsonNode?>();
}
