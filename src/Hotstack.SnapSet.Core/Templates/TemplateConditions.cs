using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>
/// Evaluates the conditions of a template as Heat does (heat: engine/conditions.py, engine/hot/functions.py), as far as they depend
/// on parameters. Functions that only Heat can evaluate, such as <c>yaql</c>, and those that Heat refuses, have no known value.
/// </summary>
/// <param name="root">The template.</param>
/// <param name="declared">The parameters that it declares.</param>
/// <param name="given">Their values; if one is missing or null, its default counts.</param>
/// <param name="stackName">The value of <c>OS::stack_name</c>.</param>
internal sealed class TemplateConditions(
    DocMap root, IReadOnlyDictionary<string, TemplateParameter> declared, JsonObject given, string stackName)
{
    private static readonly string[] OtherFunctions =
    [
        "get_attr", "get_file", "get_resource", "list_join", "repeat", "resource_facade", "str_replace", "str_replace_strict",
        "str_replace_vstrict", "digest", "str_split", "map_merge", "map_replace", "yaql", "if", "filter", "make_url", "list_concat",
        "list_concat_unique",
    ];

    private readonly ParameterValues _parameters = new(declared, given, stackName);
    private readonly Dictionary<string, bool?> _named = new(StringComparer.Ordinal);

    /// <summary>Whether a condition is met.</summary>
    /// <param name="condition">Its name, a truth value or a function; null for none, which is met.</param>
    /// <returns>Null if it is not known.</returns>
    public bool? IsTrue(DocNode? condition) => condition switch
    {
        null => true,
        DocScalar { Type: YamlType.Text } name => IsNamedTrue(name.Value),
        _ => Value(condition) is { } known ? Truth(known.Value) : null,
    };

    /// <summary>The value of a node; null if it is not known, or null.</summary>
    public JsonNode? ValueOf(DocNode node) => Value(node)?.Value;

    private bool? Truth(JsonNode? value) => value is not JsonValue scalar ? null
        : scalar.TryGetValue(out bool truth) ? truth
        : scalar.TryGetValue(out string? name) ? IsNamedTrue(name)
        : null;

    private bool? IsNamedTrue(string name)
    {
        if (_named.TryGetValue(name, out bool? result))
        {
            return result;
        }

        // Heat refuses a circle.
        _named[name] = null;
        DocNode? definition = root.MapOrNull("conditions")?[name];
        return _named[name] = definition is null ? null : IsTrue(definition);
    }

    private Known? Value(DocNode node)
    {
        switch (node)
        {
            case DocMap { Count: 1 } map when map.Entries.First() is var call && IsFunction(call.Key.Value):
                return Call(call.Key.Value, call.Value);
            case DocMap map:
                return AllOf(map.Entries.Select(entry => entry.Value)) is { } values
                    ? new Known(new JsonObject(map.Entries.Zip(values, (entry, value) => KeyValuePair.Create(entry.Key.Value, value))))
                    : null;
            case DocList list:
                return AllOf(list.Items) is { } items ? new Known(new JsonArray(items)) : null;
            default:
                return new Known(DocJson.Of(node));
        }
    }

    private JsonNode?[]? AllOf(IEnumerable<DocNode> nodes)
    {
        Known?[] known = [.. nodes.Select(Value)];
        return known.All(value => value is not null) ? [.. known.Select(value => value!.Value)] : null;
    }

    private static bool IsFunction(string name) =>
        name is "get_param" or "equals" or "not" or "and" or "or" or "contains" || OtherFunctions.Contains(name);

    private Known? Call(string function, DocNode argument) => (function, argument) switch
    {
        ("get_param", _) => AllOf([argument]) is [var path] ? _parameters.Find(path) : null,
        ("equals", DocList { Items.Count: 2 } two) => AllOf(two.Items) is [var one, var other] ? new Known(IsEqual(one, other)) : null,
        ("contains", DocList { Items.Count: 2 } two) => AllOf(two.Items) is [var one, var many] ? Known.Of(IsIn(one, many)) : null,
        ("not", _) => Known.Of(!IsTrue(argument)),
        ("and", DocList { Items.Count: > 1 } all) => Known.Of(All(all.Items, true)),
        ("or", DocList { Items.Count: > 1 } any) => Known.Of(!All(any.Items, false)),
        _ => null,
    };

    /// <summary>Whether all conditions have the wanted value; one that has another decides, whatever is not known.</summary>
    private bool? All(IEnumerable<DocNode> conditions, bool wanted)
    {
        bool?[] results = [.. conditions.Select(IsTrue)];
        return results.Contains(!wanted) ? false : results.Contains(null) ? null : true;
    }

    private static bool? IsIn(JsonNode? one, JsonNode? many) => many switch
    {
        JsonArray list => list.Any(item => IsEqual(item, one)),
        JsonValue text when text.TryGetValue(out string? whole) && one is JsonValue part && part.TryGetValue(out string? wanted) =>
            whole.Contains(wanted, StringComparison.Ordinal),
        _ => null,
    };

    /// <summary>As in Python, where true is 1 and 1 is 1.0.</summary>
    private static bool IsEqual(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (null, null) => true,
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => IsEqual(pair.First, pair.Second)),
        (JsonObject a, JsonObject b) => a.Count == b.Count
            && a.All(entry => b.TryGetPropertyValue(entry.Key, out JsonNode? value) && IsEqual(entry.Value, value)),
        (JsonValue a, JsonValue b) when Number(a) is { } x && Number(b) is { } y => x.Equals(y),
        (JsonValue a, JsonValue b) => a.TryGetValue(out string? x) && b.TryGetValue(out string? y) && x == y,
        _ => false,
    };

    private static double? Number(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A known value, which may be null.</summary>
    private sealed record Known(JsonNode? Value)
    {
        public static Known? Of(bool? truth) => truth is { } known ? new Known(known) : null;
    }

    /// <summary>The values of <c>get_param</c>, typed as by Heat (heat: engine/parameters.py).</summary>
    /// <param name="declared">The parameters that the template declares.</param>
    /// <param name="given">Their values; if one is missing or null, its default counts.</param>
    /// <param name="stackName">The value of <c>OS::stack_name</c>.</param>
    private sealed class ParameterValues(IReadOnlyDictionary<string, TemplateParameter> declared, JsonObject given, string stackName)
    {
        private static readonly string[] Trues = ["TRUE", "T", "1", "YES", "Y", "ON"];
        private static readonly string[] Falses = ["FALSE", "F", "0", "NO", "N", "OFF"];

        /// <param name="path">The argument of <c>get_param</c>: a name, or a list of a name and the keys and indexes below it.</param>
        /// <returns>The value, an empty text if the path leads nowhere; null if it is not known.</returns>
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

            if (value is not JsonArray list
                || !int.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index)
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
            : double.TryParse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? new Known(number)
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

        /// <summary>As Python's <c>str</c>; null for a list or a mapping.</summary>
        private static string? Text(JsonNode value) => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            JsonValueKind.Number => value.ToJsonString(),
            _ => null,
        };
    }
}

/// <summary>The resources and outputs of a template that Heat does not create, as their <c>condition</c> is false.</summary>
internal sealed record TemplatePresence
{
    /// <summary>Heat creates all of them.</summary>
    public static readonly TemplatePresence Whole = new();

    /// <summary>The names of resources that Heat does not create.</summary>
    public IReadOnlySet<string> Absent { get; private init; } = new HashSet<string>();

    /// <summary>The names of resources whose condition cannot be evaluated here; they count as created.</summary>
    public IReadOnlySet<string> Unknown { get; private init; } = new HashSet<string>();

    /// <summary>The names of outputs that the stack does not have.</summary>
    public IReadOnlySet<string> AbsentOutputs { get; private init; } = new HashSet<string>();

    /// <summary>The types of the resources that have a condition, by name.</summary>
    private Dictionary<string, string> Conditional { get; init; } = [];

    /// <param name="root">The template.</param>
    /// <param name="conditions">Evaluates its conditions.</param>
    public static TemplatePresence Of(DocMap root, TemplateConditions conditions)
    {
        (string Name, DocMap Body)[] conditional = [.. WithCondition(root, "resources")];
        ILookup<bool?, string> byResult = conditional.ToLookup(entry => conditions.IsTrue(entry.Body["condition"]), entry => entry.Name);
        return new TemplatePresence
        {
            Absent = byResult[false].ToHashSet(StringComparer.Ordinal),
            Unknown = byResult[null].ToHashSet(StringComparer.Ordinal),
            AbsentOutputs = WithCondition(root, "outputs")
                .Where(entry => conditions.IsTrue(entry.Body["condition"]) == false)
                .Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal),
            Conditional = conditional
                .Where(entry => !TemplateResources.IsNested(entry.Body.TextOrNull("type")))
                .ToDictionary(entry => entry.Name, entry => entry.Body.TextOrNull("type") ?? "", StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// Heat's answer counts: it creates a resource with a condition if it lists it. Nested stacks keep their result, as
    /// Heat lists their resources instead.
    /// </summary>
    /// <param name="listed">The resources of a preview or a stack.</param>
    public TemplatePresence CorrectedBy(IReadOnlySet<(string Name, string Type)> listed)
    {
        ILookup<bool, string> isListed = Conditional.ToLookup(entry => listed.Contains((entry.Key, entry.Value)), entry => entry.Key);
        return this with
        {
            Absent = Absent.Except(isListed[true]).Concat(isListed[false]).ToHashSet(StringComparer.Ordinal),
            Unknown = Unknown.Where(name => !Conditional.ContainsKey(name)).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Whether Heat creates the same resources.</summary>
    public bool IsSameAs(TemplatePresence other) => Absent.SetEquals(other.Absent);

    private static IEnumerable<(string Name, DocMap Body)> WithCondition(DocMap root, string section) =>
        from entry in root.MapOrNull(section)?.Entries ?? []
        where entry.Value is DocMap body && body.Has("condition")
        select (entry.Key.Value, (DocMap)entry.Value);
}
