using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Hotstack;

/// <summary>
/// Reads the services' JSON. A missing field, a null and an empty string mostly mean the same. Some programs write half of a
/// surrogate pair, or bytes that are not UTF-8: .NET accepts the document, but throws when the text is read. Here such a
/// character becomes U+FFFD.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(byte[] bytes) => JsonDocument.Parse(Readable(bytes));

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>The same as nodes; the last of two fields with one name counts.</summary>
    public static JsonNode? ToNode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (JsonProperty field in element.EnumerateObject())
                {
                    map[field.Name] = ToNode(field.Value);
                }

                return map;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(ToNode)]);
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    /// <summary>The bytes with unreadable characters replaced.</summary>
    internal static byte[] Readable(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));
        }

        return bytes.AsSpan().IndexOf("\\ud"u8) < 0 && bytes.AsSpan().IndexOf("\\uD"u8) < 0 ? bytes : WithWholePairs(bytes);
    }

    private static byte[] WithWholePairs(byte[] bytes)
    {
        byte[] copy = [.. bytes];
        for (int i = 0; i < copy.Length - 1;)
        {
            if (copy[i] != '\\')
            {
                i++;
                continue;
            }

            char sign = Escaped(copy, i);
            if (char.IsHighSurrogate(sign) && char.IsLowSurrogate(Escaped(copy, i + EscapeLength)))
            {
                i += 2 * EscapeLength;
            }
            else
            {
                if (char.IsSurrogate(sign))
                {
                    "\\ufffd"u8.CopyTo(copy.AsSpan(i));
                }

                i += 2;
            }
        }

        return copy;
    }

    /// <summary>The character of an escape; NUL if there is none.</summary>
    private static char Escaped(byte[] bytes, int at)
    {
        int code = 0;
        if (at + EscapeLength > bytes.Length || bytes[at] != '\\' || bytes[at + 1] != 'u')
        {
            return '\0';
        }

        foreach (byte digit in bytes.AsSpan(at + 2, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return '\0';
            }

            code = (code << 4) | Convert.ToInt32(((char)digit).ToString(), 16);
        }

        return (char)code;
    }

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

    /// <summary>A service's own words, with likely secrets hidden.</summary>
    public static string? Told(this JsonElement element, string name) => element.Text(name) is { } text ? LikelySecrets.Hide(text) : null;

    /// <summary>The same on one line, for a message: reasons of Heat and Nova may have several.</summary>
    public static string? ToldOnOneLine(this JsonElement element, string name) => element.Told(name) is { } text ? DisplayText.Unwrap(text)
        : null;

    public static bool Flag(this JsonElement element, string name) =>
        element.Field(name) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.String } value => string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    public static long Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : 0;

    /// <summary>An ISO 8601 time; UTC if it has no offset (Keystone and Nova omit it at times).</summary>
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
