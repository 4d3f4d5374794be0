using System.Globalization;
using System.Text.Json;

namespace Hotstack;

/// <summary>Reads fields of the services' JSON, where a missing field, a null and an empty string mostly mean the same.</summary>
internal static class JsonFields
{
    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A string field's text; null if it is missing, null, empty or something else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>What a service says in words of its own, perhaps with secrets of others in them.</summary>
    public static string? Told(this JsonElement element, string name) => element.Text(name) is { } text ? LikelySecrets.Hide(text) : null;

    /// <summary>The same on one line, for a message that quotes it: reasons of Heat and Nova have several at times.</summary>
    public static string? ToldOnOneLine(this JsonElement element, string name) => element.Told(name) is { } text ? HiddenCharacters.Unwrap(text) : null;

    public static bool Flag(this JsonElement element, string name) =>
        element.Field(name) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.String } value => string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    public static long Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : 0;

    /// <summary>An ISO 8601 time; without an offset it is UTC, as Keystone and Nova leave it out at times.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(
            element.Text(name), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : null;

    /// <summary>An array field's elements; none if it is missing or something else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>The strings among an array field's elements.</summary>
    public static IEnumerable<string> TextItems(this JsonElement element, string name) =>
        element.Items(name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);

    /// <summary>The string fields of an object field; none if it is missing or something else.</summary>
    public static IReadOnlyDictionary<string, string> Texts(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Object } map
            ? map.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String)
                .GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.Last().Value.GetString()!)
            : new Dictionary<string, string>();
}
