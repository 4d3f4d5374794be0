using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>A parameter as the template defines it: what values it takes.</summary>
internal sealed class TemplateParameter
{
    private static readonly string[] Types = ["string", "number", "json", "comma_delimited_list", "boolean"];

    private static readonly string[] Keys = ["type", "default", "label", "description", "constraints", "hidden", "immutable", "tags"];

    private readonly JsonObject _body;

    public TemplateParameter(string name, JsonNode? body)
    {
        Name = name;
        _body = (JsonObject)body!;
        Type = PythonText.Of(_body["type"]).ToLowerInvariant();
        if (!Types.Contains(Type))
        {
            throw Bad($"Invalid type ({PythonText.Of(_body["type"])})");
        }

        if (_body.Select(p => p.Key).FirstOrDefault(k => !Keys.Contains(k)) is { } key)
        {
            throw Bad($"Invalid key '{key}' for parameter");
        }
    }

    public string Name { get; }

    public string Type { get; }

    public bool HasDefault => _body["default"] is not null;

    public JsonNode? Default => _body["default"];

    public string Description => PythonText.Of(_body["description"]);

    public string Label => PythonText.Of(_body["label"]) is { Length: > 0 } label ? label : Name;

    public bool IsHidden => PythonText.Of(_body["hidden"]) is "True" or "true";

    public JsonArray Constraints => _body["constraints"] as JsonArray ?? [];

    /// <summary>The value in the parameter's type.</summary>
    /// <exception cref="ApiException">It is not of that type, or breaks a constraint.</exception>
    public JsonNode? Read(JsonNode given, SandboxCloud cloud, string project)
    {
        JsonNode? value;
        try
        {
            value = Convert(given);
        }
        catch (FormatException e)
        {
            throw HeatErrors.ParameterInvalid(Name, e.Message);
        }

        foreach (var constraint in Constraints.OfType<JsonObject>())
        {
            if (Broken(constraint, value, cloud, project) is { } why)
            {
                throw HeatErrors.ParameterInvalid(Name, PythonText.Of(constraint["description"]) is { Length: > 0 } told ? told : why);
            }
        }

        return value;
    }

    /// <summary>The value as Heat shows it.</summary>
    public string Show(JsonNode? value) => IsHidden ? "******" : Type switch
    {
        "comma_delimited_list" => string.Join(',', (value as JsonArray ?? []).Select(PythonText.Of)),
        "json" => PythonText.Json(value),
        _ => PythonText.Of(value),
    };

    private static string TypeInConstraint(string type) => type switch { "number" => "Number", "boolean" => "Boolean", _ => "String" };

    private ApiException Bad(string why) => new(400, $"Parameter '{Name}' is invalid: {why}", "InvalidSchemaError");

    private JsonNode? Convert(JsonNode given)
    {
        switch (Type)
        {
            case "number":
                return given is JsonValue number && !number.TryGetValue(out bool _)
                    && HotYaml.Parse(PythonText.Of(given)) is JsonValue parsed && !PythonText.IsText(parsed, out _)
                    ? parsed
                    : throw new FormatException($"could not convert string to float: '{PythonText.Of(given)}'");
            case "boolean":
                return PythonText.Of(given).ToLowerInvariant() switch
                {
                    "true" or "t" or "1" or "yes" or "y" or "on" => true,
                    "false" or "f" or "0" or "no" or "n" or "off" => false,
                    _ => throw new FormatException(
                        $"Unrecognized value '{PythonText.Of(given)}', acceptable values are:"
                        + " '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"),
                };
            case "comma_delimited_list":
                return given is JsonArray list ? new JsonArray([.. list.Select(i => (JsonNode?)PythonText.Of(i))])
                    : given is JsonObject ? throw new FormatException(
                        "Value must be a comma-delimited list string: 'dict' object has no attribute 'split'")
                    : PythonText.Of(given) is { Length: > 0 } text ? new JsonArray([.. text.Split(',').Select(i => (JsonNode?)i)])
                    : new JsonArray();
            case "json":
                return Json(given);
            default:
                return given is JsonValue
                    ? (JsonNode)PythonText.Of(given)
                    : PythonText.Json(given);
        }
    }

    private static JsonNode? Json(JsonNode given)
    {
        if (!PythonText.IsText(given, out var text))
        {
            return given.DeepClone();
        }

        try
        {
            return text.Length == 0 ? "" : JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new FormatException($"Value must be valid JSON: {e.Message}", e);
        }
    }

    private static string? Broken(JsonObject constraint, JsonNode? value, SandboxCloud cloud, string project)
    {
        if (constraint["allowed_values"] is JsonArray allowed)
        {
            var texts = allowed.Select(PythonText.Of).ToList();
            var given = value is JsonArray several ? several.Select(PythonText.Of) : [PythonText.Of(value)];
            return given.All(texts.Contains) ? null : $"{PythonText.Json(value)} is not an allowed value {PythonText.Json(allowed)}";
        }

        if (PythonText.IsText(constraint["allowed_pattern"], out var pattern))
        {
            var text = PythonText.Of(value);
            return Regex.IsMatch(text, $"^(?:{pattern})$", RegexOptions.CultureInvariant) ? null
                : $"\"{text}\" does not match pattern \"{pattern}\"";
        }

        if (constraint["length"] is JsonObject length)
        {
            var size = value switch { JsonArray a => a.Count, JsonObject o => o.Count, _ => PythonText.Of(value).Length };
            return IsWithin(size, length) ? null
                : $"length ({size}) is out of range (min: {Bound(length, "min")}, max: {Bound(length, "max")})";
        }

        if (constraint["range"] is JsonObject range)
        {
            var number = double.Parse(PythonText.Of(value), CultureInfo.InvariantCulture);
            return IsWithin(number, range) ? null
                : $"{PythonText.Of(value)} is out of range (min: {Bound(range, "min")}, max: {Bound(range, "max")})";
        }

        return PythonText.IsText(constraint["custom_constraint"], out var name)
            ? CustomConstraints.Check(cloud, project, name, PythonText.Of(value)) : null;
    }

    private static bool IsWithin(double number, JsonObject range) =>
        !(range["min"] is { } min && number < double.Parse(PythonText.Of(min), CultureInfo.InvariantCulture))
        && !(range["max"] is { } max && number > double.Parse(PythonText.Of(max), CultureInfo.InvariantCulture));

    private static string Bound(JsonObject range, string key) => range[key] is { } bound ? PythonText.Of(bound) : "None";

    /// <summary>As <c>POST /validate</c> shows it.</summary>
    public JsonObject View(JsonNode? value)
    {
        var o = new JsonObject
        {
            [nameof(Type)] = Type switch { "json" => "Json", "comma_delimited_list" => "CommaDelimitedList", _ => TypeInConstraint(Type) },
            ["NoEcho"] = IsHidden ? "true" : "false", [nameof(Label)] = Label, [nameof(Description)] = Description,
        };
        if (HasDefault)
        {
            o[nameof(Default)] = Type == "comma_delimited_list" ? Show(Default is JsonArray ? Default : Convert(Default!))
                : Default!.DeepClone();
        }

        if (value is not null)
        {
            o["Value"] = IsHidden ? "******" : value.DeepClone();
        }

        if (Constraints.OfType<JsonObject>().Select(c => c["allowed_values"]).FirstOrDefault(a => a is not null) is { } allowed)
        {
            o["AllowedValues"] = allowed.DeepClone();
        }

        return o;
    }
}
