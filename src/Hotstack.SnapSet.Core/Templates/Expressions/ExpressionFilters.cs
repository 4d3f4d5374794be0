using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotstack.Templates.Expressions;

/// <summary>
/// The filters of Jinja and Ansible that variable files use, with the results of
/// https://jinja.palletsprojects.com/en/stable/templates/#builtin-filters and
/// https://docs.ansible.com/ansible/latest/collections/ansible/builtin/#filter-plugins. None reads a file or takes a pattern.
/// </summary>
internal static class ExpressionFilters
{
    /// <summary>The only filter for values that are not defined.</summary>
    public const string Default = "default";

    /// <summary>A larger text is no value of a parameter.</summary>
    public const int MaxText = 1024 * 1024;

    /// <summary>The mark of an argument that can be left out, and is given by its name only.</summary>
    private const char ByNameOnly = '*';

    private static readonly string[] Truths = ["yes", "on", "1", "true"];

    /// <summary>Each filter, with the names of its arguments; those behind a <c>?</c> can be left out.</summary>
    private static readonly FrozenDictionary<string, (string[] Arguments, Func<JsonNode?, JsonNode?[], JsonNode?> Apply)> All =
        new Dictionary<string, (string[] Arguments, Func<JsonNode?, JsonNode?[], JsonNode?> Apply)>
        {
            ["lower"] = ([], (value, _) => Text(value).ToLowerInvariant()),
            ["upper"] = ([], (value, _) => Text(value).ToUpperInvariant()),
            ["trim"] = ([], (value, _) => Text(value).Trim()),
            ["string"] = ([], (value, _) => Text(value)),
            ["bool"] = ([], (value, _) => value is null ? null : Truths.Contains(Text(value).ToLowerInvariant())),
            ["int"] = (["?default"], (value, given) => Whole(value) ?? given[0]?.DeepClone() ?? JsonValue.Create(0L)),
            ["length"] = ([], (value, _) => value is JsonObject map ? (long)map.Count : Items(value).Count),
            ["first"] = ([], (value, _) => Items(value)[0]),
            ["last"] = ([], (value, _) => Items(value)[^1]),
            ["join"] = (["?d"], (value, given) => Limited(string.Join(Text(given[0]), Items(value).Select(Text)))),
            ["replace"] = (["old", "new"], (value, given) => Replaced(Text(value), Text(given[0]), Text(given[1]))),
            ["ternary"] = (["true_val", "false_val", "?none_val"], (value, given) =>
                (value is null && given[2] is not null ? given[2] : IsTrue(value) ? given[0] : given[1])?.DeepClone()),
            ["basename"] = ([], (value, _) => Text(value) is var path ? path[(path.LastIndexOf('/') + 1)..] : null),
            ["dirname"] = ([], (value, _) => Folder(Text(value))),
            ["path_join"] = ([], (value, _) => Limited(Items(value is JsonArray ? value : new JsonArray(value?.DeepClone())).Select(Text)
                .Aggregate("", (path, part) => part.StartsWith('/') || path.Length == 0 ? part : $"{path}{(path.EndsWith('/') ? "" : "/")}{part}"))),
            ["combine"] = (["with", "*recursive"], (value, given) => Combined(value, given[0], IsTrue(given[1]))),
        }.ToFrozenDictionary();

    private static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string> { ["d"] = Default, ["count"] = "length" };

    public static bool IsKnown(string name) => Aliases.GetValueOrDefault(name, name) is var plain && (plain == Default || All.ContainsKey(plain));

    public static bool IsDefault(string name) => Aliases.GetValueOrDefault(name, name) == Default;

    /// <summary>Whether a filter finds no value: the first of an empty list.</summary>
    public static bool FindsNothing(string name, JsonNode? value) => name is "first" or "last" && Items(value).Count == 0;

    /// <summary>The value that a filter makes.</summary>
    /// <exception cref="FormatException">The filter does not take these; the message is a clause without subject.</exception>
    public static JsonNode? Apply(string name, JsonNode? value, IReadOnlyList<(string? Name, JsonNode? Value)> arguments)
    {
        (string[] names, Func<JsonNode?, JsonNode?[], JsonNode?> apply) = All[Aliases.GetValueOrDefault(name, name)];
        return apply(value, Ordered(name, names, arguments));
    }

    /// <summary>The arguments of a filter in the order of its definition.</summary>
    /// <exception cref="FormatException">It has other ones.</exception>
    public static T?[] Ordered<T>(string filter, string[] names, IReadOnlyList<(string? Name, T? Value)> given)
    {
        var ordered = new T?[names.Length];
        var isGiven = new bool[names.Length];
        for (int i = 0; i < given.Count; i++)
        {
            int at = given[i].Name is { } name ? Array.FindIndex(names, n => n.TrimStart('?', ByNameOnly) == name) : i;
            if (at < 0 || at >= names.Length || isGiven[at] || (names[at][0] == ByNameOnly && given[i].Name is null))
            {
                throw new FormatException($"gives the filter {filter} arguments that it does not take here");
            }

            (ordered[at], isGiven[at]) = (given[i].Value, true);
        }

        int missing = Enumerable.Range(0, names.Length).FirstOrDefault(i => !isGiven[i] && names[i][0] is not ('?' or ByNameOnly), -1);
        return missing < 0 ? ordered : throw new FormatException($"gives the filter {filter} no {names[missing]}");
    }

    /// <summary>A value within a text, as by Ansible: True and False as in Python, nothing for null.</summary>
    /// <exception cref="FormatException">It is a list or a mapping.</exception>
    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single => single.GetValueKind() switch
        {
            JsonValueKind.String => single.GetValue<string>(),
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            _ => single.ToJsonString(),
        },
        _ => throw new FormatException("puts a list or a mapping into a text"),
    };

    /// <summary>What Python takes for true.</summary>
    public static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonObject map => map.Count > 0,
        JsonArray list => list.Count > 0,
        JsonValue scalar => scalar.GetValueKind() switch
        {
            JsonValueKind.False => false,
            JsonValueKind.String => scalar.GetValue<string>().Length > 0,
            JsonValueKind.Number => scalar.ToJsonString() is not ("0" or "0.0"),
            _ => true,
        },
        _ => true,
    };

    /// <summary>The values of a list, the signs of a text, or the keys of a mapping.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static IReadOnlyList<JsonNode?> Items(JsonNode? value) => value switch
    {
        JsonArray list => [.. list.Select(item => item?.DeepClone())],
        JsonObject map => [.. map.Select(entry => (JsonNode?)JsonValue.Create(entry.Key))],
        JsonValue text when text.TryGetValue(out string? signs) => [.. signs.EnumerateRunes().Select(sign =>
            (JsonNode?)JsonValue.Create(sign.ToString()))],
        _ => throw new FormatException("takes a part of a value that is no text, list or mapping"),
    };

    /// <exception cref="FormatException">It is too long.</exception>
    public static string Limited(string text) => text.Length <= MaxText ? text : throw new FormatException("makes too long a text");

    /// <summary>A whole number; null for anything else.</summary>
    public static long? Number(JsonNode? value) => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number
        && long.TryParse(number.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole : null;

    /// <summary>As Jinja's int: a fraction is cut off; null for what is no number.</summary>
    private static JsonNode? Whole(JsonNode? value)
    {
        string text = value is JsonValue flag && flag.TryGetValue(out bool isSet) ? isSet ? "1" : "0" : Text(value).Trim();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && Math.Abs(real) < long.MaxValue
                ? (long)real : null;
    }

    private static JsonNode Replaced(string text, string old, string with)
    {
        if (old.Length == 0)
        {
            throw new FormatException("replaces an empty text");
        }

        long length = text.Length + ((long)text.AsSpan().Count(old) * (with.Length - old.Length));
        return length <= MaxText ? text.Replace(old, with, StringComparison.Ordinal) : throw new FormatException("makes too long a text");
    }

    private static string Folder(string path)
    {
        string folder = path[..(path.LastIndexOf('/') + 1)];
        return folder.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : folder;
    }

    private static JsonObject Combined(JsonNode? below, JsonNode? above, bool isRecursive)
    {
        if (below is not JsonObject lower || above is not JsonObject upper)
        {
            throw new FormatException("combines values that are no mappings");
        }

        return isRecursive ? ParameterSet.Merge(lower, upper) : upper.Aggregate((JsonObject)lower.DeepClone(), (merged, entry) =>
        {
            merged[entry.Key] = entry.Value?.DeepClone();
            return merged;
        });
    }
}
