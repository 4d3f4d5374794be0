using System.Text.Json.Nodes;
using Hotstack.SnapSets.Blueprints;
using Hotstack.Templates;

namespace Hotstack.Suggestions;

/// <summary>The parameters of a template for tab completion, each as a hashtable to fill in: those that must be given first.</summary>
public static class StackParameterSuggestions
{
    private const int MaxValue = 60;

    /// <summary>Those of a template, with its defaults.</summary>
    public static IReadOnlyList<Suggestion> Of(HeatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Of(template, [], []);
    }

    /// <summary>Those of a blueprint, with its values.</summary>
    internal static IReadOnlyList<Suggestion> Of(Blueprint blueprint)
    {
        HeatTemplate template = TemplateBundle.OfJson(
            blueprint.Title, BlueprintErrors.DamagedId, blueprint.Template, blueprint.Files).Template;
        return Of(template, blueprint.ParametersFor(template), blueprint.Hidden);
    }

    /// <param name="template">The template.</param>
    /// <param name="values">Values that are known, over the template's defaults.</param>
    /// <param name="hidden">Parameters that were given, and whose values are not known.</param>
    private static IReadOnlyList<Suggestion> Of(HeatTemplate template, JsonObject values, IReadOnlyList<string> hidden) =>
    [
        .. template.Parameters.Values.Concat(hidden.Where(name => !template.Parameters.ContainsKey(name))
                .Select(name => new TemplateParameter(name, "string") { IsHidden = true }))
            .Select(parameter => (Parameter: parameter, IsNeeded: IsNeeded(parameter, values, hidden)))
            .OrderByDescending(one => one.IsNeeded).ThenBy(one => one.Parameter.Name, StringComparer.Ordinal)
            .Select(one => new Suggestion(Hashtable(one.Parameter, values), Describe(one.Parameter, one.IsNeeded))
            {
                IsExpression = true,
                Key = one.Parameter.Name,
            }),
    ];

    private static bool IsNeeded(TemplateParameter parameter, JsonObject values, IReadOnlyList<string> hidden) =>
        hidden.Contains(parameter.Name)
        || (!parameter.HasDefault && !values.ContainsKey(parameter.Name) && !PublicKeys.IsKey(parameter.Name));

    /// <summary>A secret is asked for, so that no command line has it.</summary>
    private static string Hashtable(TemplateParameter parameter, JsonObject values) =>
        $"@{{ {Quoted(parameter.Name)} = "
        + (IsSecret(parameter) ? $"Read-Host {Quoted(parameter.Name)} -AsSecureString }}" : $"{Quoted(ValueOf(parameter, values))} }}");

    private static bool IsSecret(TemplateParameter parameter) => parameter.IsHidden || LikelySecrets.IsNameOfOne(parameter.Name);

    private static string Quoted(string text) => $"'{CommandArgument.EscapeSingleQuoted(text)}'";

    private static string ValueOf(TemplateParameter parameter, JsonObject values) =>
        (values[parameter.Name] ?? parameter.Default) is JsonValue scalar && scalar.ToString() is { Length: <= MaxValue } text
        && CommandArgument.IsVisible(text) && !LikelySecrets.Shows(text) ? text : "";

    private static string Describe(TemplateParameter parameter, bool isNeeded) =>
        $"{parameter.Name}: {(isNeeded ? "required, " : "")}{(parameter.IsHidden ? "hidden, " : "")}{parameter.Type}"
        + (parameter.Description is { Length: > 0 } text ? $". {DisplayText.OfProse(text)}" : "");
}
