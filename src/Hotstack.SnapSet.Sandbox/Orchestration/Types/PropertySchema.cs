using System.Globalization;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration.Types;

internal enum PropertyType
{
    Text,
    Integer,
    Boolean,
    Map,
    List,
    Any,
}

/// <summary>What a property of a resource may be.</summary>
internal sealed record PropertySchema(PropertyType Type)
{
    public static readonly PropertySchema Text = new(PropertyType.Text);
    public static readonly PropertySchema Integer = new(PropertyType.Integer);
    public static readonly PropertySchema Boolean = new(PropertyType.Boolean);
    public static readonly PropertySchema Map = new(PropertyType.Map);
    public static readonly PropertySchema List = new(PropertyType.List);
    public static readonly PropertySchema Any = new(PropertyType.Any);

    public bool Required { get; init; }

    public string[]? Allowed { get; init; }

    /// <summary>What it must name: <c>glance.image</c>.</summary>
    public string? Constraint { get; init; }

    /// <summary>Of a map, its keys; of a list of maps, those of each.</summary>
    public IReadOnlyDictionary<string, PropertySchema>? Members { get; init; }

    /// <summary>Of a list.</summary>
    public PropertySchema? Item { get; init; }

    public static PropertySchema ListOf(Dictionary<string, PropertySchema> members) =>
        new(PropertyType.List) { Item = Map with { Members = members } };

    /// <summary>Works out properties and checks them. What depends on a resource that is not there yet is left out.</summary>
    /// <remarks><paramref name="path"/>: Where they are: <c>resources.master0.properties</c>.</remarks>
    /// <exception cref="ApiException">They are not what they must be.</exception>
    public static JsonObject Read(
        IReadOnlyDictionary<string, PropertySchema> schema, JsonNode? given, string path, Functions functions,
            Func<string, string, string?> constraint)
    {
        JsonNode? resolved;
        try
        {
            // Properties as a whole may be a function; their members are looked at one by one.
            resolved = Functions.NameOf(given) is null ? given : functions.Resolve(given);
        }
        catch (NotYetKnownException)
        {
            return [];
        }

        if (resolved is not null and not JsonObject)
        {
            throw HeatErrors.Validation($"{path}: Properties must be a map, not {PythonText.Json(resolved)}");
        }

        var members = resolved as JsonObject ?? [];
        if (members.Select(m => m.Key).FirstOrDefault(k => !schema.ContainsKey(k)) is { } unknown)
        {
            throw HeatErrors.Property(path, $"Unknown Property {unknown}");
        }

        var result = new JsonObject();
        foreach (var (name, property) in schema)
        {
            if (!members.TryGetPropertyValue(name, out var raw))
            {
                if (property.Required)
                {
                    throw HeatErrors.Property(path, $"Property {name} not assigned");
                }

                continue;
            }

            try
            {
                var value = property.Convert(functions.Resolve(raw), $"{path}.{name}", References.HasAny(raw) ? (_, _) => null
                    : constraint);
                result[name] = value is null && property.Required
                    ? throw HeatErrors.Property(path, $"Property {name} not assigned")
                    : value;
            }
            catch (NotYetKnownException)
            {
                // Then it is checked when it is made.
            }
        }

        return result;
    }

    private JsonNode? Convert(JsonNode? value, string path, Func<string, string, string?> constraint)
    {
        var converted = (Type, value) switch
        {
            (_, null) => null,
            (PropertyType.Text, JsonValue) => PythonText.Of(value),
            (PropertyType.Text, _) => throw HeatErrors.Property(path, $"Value must be a string; got {PythonText.Json(value)}"),
            (PropertyType.Integer, JsonValue) => int.TryParse(PythonText.Of(value), CultureInfo.InvariantCulture, out var number)
                ? number
                : throw HeatErrors.Property(path, $"Value '{PythonText.Of(value)}' is not an integer"),
            (PropertyType.Integer, _) => throw HeatErrors.Property(path, $"Value '{PythonText.Json(value)}' is not an integer"),
            (PropertyType.Boolean, _) => PythonText.Of(value).ToLowerInvariant() switch
            {
                "true" => true,
                "false" => false,
                var other => throw HeatErrors.Property(path, $"\"{other}\" is not a valid boolean"),
            },
            (PropertyType.Map, JsonObject map) => Members is null ? map : Fields(map, path, constraint),
            (PropertyType.Map, _) => throw HeatErrors.Property(path, $"\"{PythonText.Of(value)}\" is not a map"),
            (PropertyType.List, JsonArray list) => Item is null
                ? list
                : new JsonArray([.. list.Select((item, i) => Item.Convert(item?.DeepClone(), $"{path}[{i}]", constraint))]),
            (PropertyType.List, _) => throw HeatErrors.Property(path, $"\"'{PythonText.Of(value)}'\" is not a list"),
            _ => value,
        };
        if (converted is null)
        {
            return null;
        }

        if (Allowed is { } allowed && !allowed.Contains(PythonText.Of(converted)))
        {
            throw HeatErrors.Property(
                path, $"{PythonText.Json(converted)} is not an allowed value {PythonText.Json(new JsonArray([.. allowed.Select(a => (JsonNode)a)]))}");
        }

        return Constraint is not null && constraint(Constraint, PythonText.Of(converted)) is { } why
            ? throw HeatErrors.Property(path, why)
            : converted.Parent is null ? converted : converted.DeepClone();
    }

    private JsonObject Fields(JsonObject map, string path, Func<string, string, string?> constraint)
    {
        if (map.Select(m => m.Key).FirstOrDefault(k => !Members!.ContainsKey(k)) is { } unknown)
        {
            throw HeatErrors.Property(path, $"Unknown Property {unknown}");
        }

        var result = new JsonObject();
        foreach (var (name, member) in Members!)
        {
            if (map.TryGetPropertyValue(name, out var value)
                && member.Convert(value?.DeepClone(), $"{path}.{name}", constraint) is { } converted)
            {
                result[name] = converted;
            }
            else if (member.Required)
            {
                throw HeatErrors.Property(path, $"Property {name} not assigned");
            }
        }

        return result;
    }
}
