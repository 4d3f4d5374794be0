using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace Hotstack.Configuration;

/// <summary>
/// YAML values as JSON and back. Numbers become what Python makes of them (0644 is 420); dates, numbers to the base of 60
/// and numbers that JSON does not have stay texts.
/// </summary>
internal static class DocJson
{
    /// <summary>As in Python. Reading a number takes the square of its length, so a longer one stays a text.</summary>
    private const int MaxDigits = 4300;

    /// <exception cref="HotstackException">A value is a <see cref="DocFault"/>: encrypted by ansible-vault.</exception>
    public static JsonNode? Of(DocNode? node) => node?.Usable() switch
    {
        DocScalar scalar => Of(scalar),
        DocList list => new JsonArray([.. list.Items.Select(Of)]),
        DocMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Of(entry.Value)))),
        _ => null,
    };

    public static JsonNode? Of(DocScalar scalar) => scalar.Type switch
    {
        YamlType.Null => null,
        YamlType.Bool => JsonValue.Create(scalar.Value.ToUpperInvariant() is "YES" or "TRUE" or "ON"),
        YamlType.Int => Int(scalar.Value),
        YamlType.Float => Float(scalar.Value),
        _ => JsonValue.Create(scalar.Value),
    };

    public static DocNode ToNode(SourceMark mark, JsonNode? json) => json switch
    {
        JsonObject map => map.Aggregate(new DocMap(mark), (made, entry) => made.Set(entry.Key, ToNode(mark, entry.Value))),
        JsonArray list => new DocList(mark, list.Select(item => ToNode(mark, item))),
        JsonValue value => ToNode(mark, value),
        _ => DocScalar.Plain(mark, "null"),
    };

    private static DocScalar ToNode(SourceMark mark, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                return DocScalar.Plain(mark, "true");
            case JsonValueKind.False:
                return DocScalar.Plain(mark, "false");
            case JsonValueKind.Number:
                return DocScalar.Plain(mark, Number(value.ToJsonString()));
            default:
                string text = value.GetValue<string>();
                return text.Contains('\n', StringComparison.Ordinal)
                    ? new DocScalar(mark, text, ScalarStyle.Literal)
                    : DocScalar.Of(mark, text);
        }
    }

    /// <summary>JSON's 1e5 is a text in YAML 1.1; 1.0e+5 is not.</summary>
    private static string Number(string json)
    {
        int e = json.IndexOfAny(['e', 'E']);
        if (e < 0)
        {
            return json;
        }

        string mantissa = json[..e];
        string exponent = json[(e + 1)..];
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa + ".0")
            + "e" + (exponent[0] is '+' or '-' ? exponent : "+" + exponent);
    }

    private static JsonNode Int(string text)
    {
        if (text.Length > MaxDigits)
        {
            return JsonValue.Create(text);
        }

        string digits = text.Replace("_", "", StringComparison.Ordinal);
        bool isNegative = digits.StartsWith('-');
        digits = digits.TrimStart('-', '+');
        BigInteger? number = digits switch
        {
            "" => null,
            "0" => BigInteger.Zero,
            ['0', 'x', .. var hex] => Parsed(hex, 16),
            ['0', 'b', .. var binary] => Parsed(binary, 2),
            ['0', .. var octal] => Parsed(octal, 8),
            _ => BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger parsed) ? parsed : null,
        };
        return number is { } found
            ? JsonNode.Parse((isNegative ? -found : found).ToString(CultureInfo.InvariantCulture))!
            : JsonValue.Create(text);
    }

    private static BigInteger? Parsed(string digits, int radix) =>
        // A tag makes an integer of any text.
        digits.Length == 0 || digits.Any(digit => !char.IsAsciiHexDigit(digit) || Value(digit) >= radix)
            ? null
            : digits.Aggregate(BigInteger.Zero, (sum, digit) => (sum * radix) + Value(digit));

    private static int Value(char digit) => Convert.ToInt32(digit.ToString(), 16);

    private static JsonValue Float(string text)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }
}
