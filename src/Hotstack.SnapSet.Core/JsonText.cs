using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Hotstack;

/// <summary>
/// JSON of others. Some programs write half of a surrogate pair, or bytes that are no UTF-8, into a text: to .NET that is
/// well-formed until somebody asks for the text, which then cannot be had. Here such a sign becomes U+FFFD.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(byte[] bytes) => JsonDocument.Parse(Readable(bytes));

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>The same as nodes; of a name that is there twice, the last one counts, as it does everywhere else.</summary>
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

    /// <summary>The same bytes, unless they hold what cannot be read.</summary>
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

    /// <summary>The sign that an escape stands for; NUL if there is none.</summary>
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
}
