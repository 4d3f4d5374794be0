using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>The environment of a stack, as Heat shows it: what was given, without the template's own defaults.</summary>
/// <remarks>In <c>parameters</c> and <c>parameter_defaults</c> Heat writes <see cref="Mask"/> for each parameter that the template hides
/// (heat: engine/service.py, get_environment).</remarks>
public sealed record StackEnvironment
{
    /// <summary>Heat shows it in place of a hidden parameter's value.</summary>
    internal const string Mask = "******";

    private const string ParametersKey = "parameters";
    private const string DefaultsKey = "parameter_defaults";
    private const string RegistryKey = "resource_registry";

    /// <summary>The given parameters.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Values for parameters of that name, in nested templates too; unlike others, they need not be declared.</summary>
    public JsonObject Defaults { get; init; } = [];

    /// <summary>The types of resources that stand for others, and hooks.</summary>
    public JsonObject Registry { get; init; } = [];

    /// <summary>The names of the parameters whose values Heat hides.</summary>
    internal IReadOnlyList<string> Masked => [.. Parameters.Concat(Defaults).Where(IsMasked).Select(p => p.Key).Distinct()
        .Order(StringComparer.Ordinal)];

    /// <summary>Without the hidden values, and those of these parameters.</summary>
    internal StackEnvironment Without(IReadOnlySet<string> names) => this with
    {
        Parameters = Without(Parameters, names),
        Defaults = Without(Defaults, names),
    };

    /// <summary>Whether there is something that only an environment can give.</summary>
    internal bool IsNeeded => Defaults.Count > 0 || Registry.Any(entry => entry.Value is not JsonObject { Count: 0 });

    internal static StackEnvironment From(JsonElement environment) => new()
    {
        Parameters = Section(environment, ParametersKey),
        Defaults = Section(environment, DefaultsKey),
        Registry = Section(environment, RegistryKey),
    };

    internal JsonObject ToJson() => new()
    {
        [ParametersKey] = Parameters.DeepClone(), [DefaultsKey] = Defaults.DeepClone(), [RegistryKey] = Registry.DeepClone(),
    };

    private static JsonObject Without(JsonObject section, IReadOnlySet<string> names) => new(section
        .Where(p => !names.Contains(p.Key) && !IsMasked(p)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private static bool IsMasked(KeyValuePair<string, JsonNode?> parameter) =>
        parameter.Value is JsonValue value && value.TryGetValue(out string? text) && text == Mask;

    private static JsonObject Section(JsonElement environment, string name) =>
        environment.Field(name) is { ValueKind: JsonValueKind.Object } section ? (JsonObject)JsonText.ToNode(section)! : [];
}
