using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>The values that <c>get_param</c> gives, typed as Heat types them (heat: engine/parameters.py).</summary>
/// <param name="declared">The parameters that the template declares.</param>
/// <param name="given">Their values; where one is missing or null, its default counts.</param>
/// <param name="stackName">The value of <c>OS::stack_name</c>.</param>
internal sealed class ParameterValues(IReadOnlyDictionary<string, TemplateParameter> declared, JsonObject given, string stackName)
{
    private static readonly string[] Trues = ["TRUE", "T", "1", "YES", "Y", "ON"];
    private static readonly string[] Falses = ["FALSE", "F", "0", "NO", "N", "OFF"];

    /// <param name="path">The argument of <c>get_param</c>: a name, or a list of a name and the keys and indexes below it.</param>
    /// <returns>The value, which is an empty text where the path leads nowhere; null if it is not known.</returns>
    public Known? Find(JsonNode? path)
    {
        JsonNode?[] steps = path is JsonArray list ? [.. list] : [path];
        if (steps is not [JsonValue first, ..] || !first.TryGetValue(out string? name) || Typed(name) is not { } parameter)
        {
            return null;
        }

        JsonNode? value = parameter.Value;
        foreach (JsonNode? step in steps.Skip(1))
        {
            if (!TryStep(value, step?.ToString() ?? "", out value))
            {
                return new Known("");
            }
        }

        return new Known(value?.DeepClone());
    }

    private static bool TryStep(JsonNode? value, string step, out JsonNode? found)
    {
        found = null;
        if (value is JsonObject map)
        {
            return map.TryGetPropertyValue(step, out found);
        }

        if (value is not JsonArray list || !int.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index)
            || index >= list.Count || index < -list.Count)
        {
            return false;
        }

        found = list[index < 0 ? index + list.Count : index];
        return true;
    }

    private Known? Typed(string name)
    {
        if (name == "OS::stack_name")
        {
            return new Known(stackName);
        }

        return declared.TryGetValue(name, out TemplateParameter? parameter) && (given[name] ?? parameter.Default) is { } value
            ? Typed(value, parameter.Type.ToUpperInvariant())
            : null;
    }

    private static Known? Typed(JsonNode value, string type) => type switch
    {
        "NUMBER" => Number(value),
        "BOOLEAN" => Trues.Contains(Text(value)?.ToUpperInvariant()) ? new Known(true)
            : Falses.Contains(Text(value)?.ToUpperInvariant()) ? new Known(false)
            : null,
        "COMMA_DELIMITED_LIST" => List(value),
        "JSON" => Json(value),
        _ => Text(value) is { } text ? new Known(text) : null,
    };

    private static Known? Number(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number ? new Known(value.DeepClone())
        : double.TryParse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? new Known(number)
        : null;

    private static Known? List(JsonNode value) => value switch
    {
        JsonArray list => new Known(new JsonArray([.. list.Select(item => (JsonNode?)(item is null ? "None" : Text(item)))])),
        _ => Text(value) is { } text
            ? new Known(new JsonArray([.. text.Length == 0 ? [] : text.Split(',').Select(item => (JsonNode?)item)]))
            : null,
    };

    private static Known? Json(JsonNode value)
    {
        if (value is not JsonValue text || !text.TryGetValue(out string? json) || json.Length == 0)
        {
            return new Known(value.DeepClone());
        }

        try
        {
            return new Known(JsonNode.Parse(json));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As Python's <c>str</c>; null for what is no single value.</summary>
    private static string? Text(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    };
}
