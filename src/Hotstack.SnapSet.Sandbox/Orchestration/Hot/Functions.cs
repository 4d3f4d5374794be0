using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>What the functions of a template look at.</summary>
internal interface IHotScope
{
    IReadOnlyDictionary<string, string> Files { get; }

    HotTemplate Template { get; }

    /// <summary>The value of a parameter, or of <c>OS::stack_name</c> and its like.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    JsonNode? Parameter(string name);

    /// <summary>What <c>get_resource</c> gives.</summary>
    JsonNode? Reference(string resource);

    /// <summary>What <c>get_attr</c> gives, without the rest of its path; all of them if there is no name.</summary>
    JsonNode? Attribute(string resource, string? name);
}

/// <summary>Works out the functions in a value of a template.</summary>
internal sealed class Functions(IHotScope scope)
{
    private static readonly HashSet<string> Known =
    [
        "get_resource", "get_attr", "get_param", "str_replace", "str_replace_strict", "str_replace_vstrict", "get_file", "list_join", "if",
            "str_split",
        "repeat", "map_merge", "list_concat", "list_concat_unique", "digest", "contains", "equals", "not", "and", "or",
    ];

    /// <summary>The function that an object is a call of; null if it is none.</summary>
    public static string? NameOf(JsonNode? node) => node is JsonObject { Count: 1 } o && o.First().Key is var name && Known.Contains(name)
        ? name : null;

    public JsonNode? Resolve(JsonNode? node)
    {
        if (NameOf(node) is { } function)
        {
            return Call(function, ((JsonObject)node!).First().Value);
        }

        return node switch
        {
            JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Resolve(p.Value)))),
            JsonArray a => new JsonArray([.. a.Select(Resolve)]),
            _ => node?.DeepClone(),
        };
    }

    public bool IsTrue(JsonNode? condition)
    {
        if (PythonText.IsText(condition, out var name) && scope.Template.Conditions.TryGetPropertyValue(name, out var definition))
        {
            return IsTrue(definition);
        }

        if (PythonText.IsText(condition, out name) && name.ToLowerInvariant() is not ("true" or "false"))
        {
            throw HeatErrors.Validation($"Invalid condition \"{name}\"");
        }

        var value = NameOf(condition) is "equals" or "not" or "and" or "or" ? Boolean(condition!.AsObject().First()) : Resolve(condition);
        return value is JsonValue v && v.TryGetValue(out bool flag) ? flag : PythonText.Of(value)
            .Equals("true", StringComparison.OrdinalIgnoreCase);
    }

    private static ApiException Wrong(string message) => HeatErrors.Validation(message);

    private static JsonNode? Follow(JsonNode? value, IEnumerable<JsonNode?> path, Func<JsonNode?> missing)
    {
        foreach (var part in path)
        {
            if (value is JsonObject o && o.TryGetPropertyValue(PythonText.Of(part), out var member))
            {
                value = member;
            }
            else if (value is JsonArray list
                && int.TryParse(PythonText.Of(part), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
                && at < list.Count && at >= -list.Count)
            {
                value = list[at < 0 ? at + list.Count : at];
            }
            else
            {
                return missing();
            }
        }

        return value?.DeepClone();
    }

    private JsonNode Boolean(KeyValuePair<string, JsonNode?> call) => call switch
    {
        ("equals", JsonArray { Count: 2 } two) => JsonNode.DeepEquals(Resolve(two[0]), Resolve(two[1])),
        ("equals", _) => throw Wrong("Arguments to \"equals\" must be of the form: [value_1, value_2]"),
        ("not", var one) => !IsTrue(one),
        ("and", JsonArray { Count: > 1 } all) => all.All(IsTrue),
        ("or", JsonArray { Count: > 1 } any) => any.Any(IsTrue),
        _ => throw Wrong($"The minimum number of condition arguments to \"{call.Key}\" is 2."),
    };

    private JsonNode? Call(string function, JsonNode? argument)
    {
        switch (function)
        {
            case "get_resource":
                return scope.Reference(PythonText.Of(Resolve(argument)));
            case "get_attr":
                return Attribute(Resolve(argument));
            case "get_param":
                return Parameter(Resolve(argument));
            case "get_file":
                var path = PythonText.Of(Resolve(argument));
                return scope.Files.TryGetValue(path, out var content)
                    ? content
                    : throw Wrong($"No content found in the \"files\" section for get_file path: {path}");
            case "str_replace" or "str_replace_strict" or "str_replace_vstrict":
                return Replace(function, argument);
            case "list_join":
                return Join(Resolve(argument));
            case "str_split":
                return Split(Resolve(argument));
            case "if":
                return argument is JsonArray { Count: 2 or 3 } branches
                    ? IsTrue(branches[0]) ? Resolve(branches[1]) : branches.Count == 3 ? Resolve(branches[2]) : null
                    : throw Wrong("Arguments to \"if\" must be of the form: [condition_name, value_if_true, value_if_false]");
            case "repeat":
                return Repeat(argument as JsonObject);
            case "map_merge":
                var merged = new JsonObject();
                foreach (var (key, value) in (Resolve(argument) as JsonArray ?? []).OfType<JsonObject>().SelectMany(o => o))
                {
                    merged[key] = value?.DeepClone();
                }

                return merged;
            case "list_concat" or "list_concat_unique":
                var all = (Resolve(argument) as JsonArray ?? []).OfType<JsonArray>().SelectMany(a => a).Select(i => i?.DeepClone());
                return new JsonArray([.. function == "list_concat" ? all : all.DistinctBy(PythonText.Json)]);
            case "digest":
                return Digest(Resolve(argument));
            case "contains":
                return Resolve(argument) is JsonArray { Count: 2 } pair
                    ? pair[1] is JsonArray list
                        ? list.Any(i => JsonNode.DeepEquals(i, pair[0]))
                        : PythonText.Of(pair[1]).Contains(PythonText.Of(pair[0]), StringComparison.Ordinal)
                    : throw Wrong("Arguments to \"contains\" must be of the form: [value1, [value1, value2]]");
            default:
                return Boolean(KeyValuePair.Create(function, argument));
        }
    }

    private JsonNode? Attribute(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: > 0 } parts)
        {
            throw Wrong("Arguments to \"get_attr\" must be of the form [resource_name, attribute, (path), ...]");
        }

        var value = scope.Attribute(PythonText.Of(parts[0]), parts.Count > 1 ? PythonText.Of(parts[1]) : null);
        return Follow(value, parts.Skip(2), () => null);
    }

    private JsonNode? Parameter(JsonNode? argument) => argument switch
    {
        JsonArray { Count: > 0 } parts => Follow(scope.Parameter(PythonText.Of(parts[0])), parts.Skip(1), () => ""),
        JsonValue one => scope.Parameter(PythonText.Of(one))?.DeepClone(),
        _ => throw Wrong("Argument to \"get_param\" must be string or list"),
    };

    private string Replace(string function, JsonNode? argument)
    {
        if (argument is not JsonObject { Count: 2 } given || !given.ContainsKey("template") || !given.ContainsKey("params"))
        {
            throw Wrong($"\"{function}\" syntax should be {function}: template: This is var1 template var2, params: var1: a, var2: string");
        }

        var template = Resolve(given["template"]);
        if (template is not null && !PythonText.IsText(template, out _))
        {
            throw Wrong($"\"{function}\" template must be a string");
        }

        var values = Resolve(given["params"]) as JsonObject ?? throw Wrong($"\"{function}\" params must be a map");
        var text = PythonText.Of(template);
        if (function != "str_replace" && values.Select(p => p.Key)
            .FirstOrDefault(k => !text.Contains(k, StringComparison.Ordinal)) is { } unused)
        {
            throw Wrong($"The following params were not found in the template: {unused}");
        }

        return Replace(text, [.. values.Where(p => p.Key.Length > 0).OrderByDescending(p => p.Key.Length)]);
    }

    /// <summary>The longest key first; what was put in is not looked at again.</summary>
    private static string Replace(string text, ReadOnlySpan<KeyValuePair<string, JsonNode?>> values)
    {
        if (values.Length == 0)
        {
            return text;
        }

        var result = new StringBuilder();
        var value = PythonText.Of(values[0].Value);
        var pieces = text.Split(values[0].Key);
        for (var i = 0; i < pieces.Length; i++)
        {
            result.Append(i > 0 ? value : "").Append(Replace(pieces[i], values[1..]));
        }

        return result.ToString();
    }

    private static string Join(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: > 1 } parts || !PythonText.IsText(parts[0], out var delimiter))
        {
            throw Wrong("Incorrect arguments to \"list_join\" should be: \"list_join\" : [ <delimiter>, [ <string 1>, <string 2> ... ] ]");
        }

        var items = parts.Skip(1).SelectMany(p => p as JsonArray ?? (p is null ? [] : throw Wrong("\"list_join\" must operate on a list")));
        return string.Join(delimiter, items.Select(PythonText.Of));
    }

    private static JsonNode? Split(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 2 or 3 } parts || !PythonText.IsText(parts[0], out var delimiter))
        {
            throw Wrong("Incorrect arguments to \"str_split\" should be: \"str_split\" : [ <delim>, <string>, <index> ]");
        }

        var pieces = PythonText.Of(parts[1]).Split(delimiter);
        if (parts.Count == 2)
        {
            return new JsonArray([.. pieces.Select(p => (JsonNode?)p)]);
        }

        return int.TryParse(PythonText.Of(parts[2]), CultureInfo.InvariantCulture, out var at) && at >= 0 && at < pieces.Length
            ? pieces[at]
            : throw Wrong($"Incorrect index to \"str_split\" should be between 0 and {pieces.Length - 1}");
    }

    private static string Digest(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 2 } parts)
        {
            throw Wrong("Function \"digest\" usage: [\"<algorithm>\", \"<value>\"]");
        }

        var bytes = Encoding.UTF8.GetBytes(PythonText.Of(parts[1]));
#pragma warning disable CA5350, CA5351 // The template chooses.
        return Convert.ToHexStringLower(PythonText.Of(parts[0]) switch
        {
            "md5" => System.Security.Cryptography.MD5.HashData(bytes),
            "sha1" => System.Security.Cryptography.SHA1.HashData(bytes),
            "sha256" => System.Security.Cryptography.SHA256.HashData(bytes),
            "sha512" => System.Security.Cryptography.SHA512.HashData(bytes),
            _ => throw Wrong("Algorithm must be one of ('md5', 'sha1', 'sha256', 'sha512')"),
        });
#pragma warning restore CA5350, CA5351
    }

    private JsonArray Repeat(JsonObject? argument)
    {
        if (argument?["for_each"] is not JsonObject lists)
        {
            throw Wrong("\"repeat\" syntax should be repeat: template: This is %var%, for_each: %var%: ['a', 'b', 'c']");
        }

        var results = new List<JsonNode?> { argument["template"] };
        foreach (var (name, list) in lists)
        {
            var items = Resolve(list) as JsonArray ?? [];
            results = [.. results.SelectMany(template => items.Select(item => Put(template, name, item)))];
        }

        return new JsonArray([.. results.Select(Resolve)]);
    }

    private static JsonNode? Put(JsonNode? template, string name, JsonNode? item) => template switch
    {
        JsonObject o => new JsonObject(o.Select(p =>
            KeyValuePair.Create(p.Key.Replace(name, PythonText.Of(item), StringComparison.Ordinal), Put(p.Value, name, item)))),
        JsonArray a => new JsonArray([.. a.Select(i => Put(i, name, item))]),
        JsonValue v when v.TryGetValue(out string? text) =>
            text == name ? item?.DeepClone() : text.Replace(name, PythonText.Of(item), StringComparison.Ordinal),
        _ => template?.DeepClone(),
    };
}
