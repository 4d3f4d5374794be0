using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>
/// Reads JSON or YAML as Heat does: YAML 1.1, in which <c>yes</c> is true, <c>0644</c> is octal and <c>1:30</c> is
/// ninety, but with dates left as texts.
/// </summary>
internal static partial class HotYaml
{
    /// <exception cref="FormatException">It is neither.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Then it is YAML.
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? null : Convert(stream.Documents[0].RootNode);
        }
        catch (YamlException e)
        {
            throw new FormatException(
                $"Error parsing template [root stack] {e.Message} in \"<unicode string>\", line {e.Start.Line}, column {e.Start.Column}",
                    e);
        }
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => Convert(map),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => JsonValue.Create(quoted.Value ?? ""),
        YamlScalarNode { Tag: { IsEmpty: false, IsNonSpecific: false } tag } tagged when tag.Value == "tag:yaml.org,2002:str" =>
            JsonValue.Create(tagged.Value ?? ""),
        YamlScalarNode plain => Plain(plain.Value ?? ""),
        _ => null,
    };

    private static JsonObject Convert(YamlMappingNode map)
    {
        var o = new JsonObject();
        foreach (var (key, value) in map.Children)
        {
            if (key is YamlScalarNode { Style: ScalarStyle.Plain, Value: "<<" })
            {
                var maps = value is YamlSequenceNode several ? several.Children.OfType<YamlMappingNode>() : value is YamlMappingNode one
                    ? [one] : [];
                foreach (var merged in maps)
                {
                    foreach (var (name, given) in Convert(merged))
                    {
                        o.TryAdd(name, given?.DeepClone());
                    }
                }
            }
        }

        foreach (var (key, value) in map.Children)
        {
            if (key is YamlScalarNode { Value: { } name } scalar && !(scalar.Style == ScalarStyle.Plain && name == "<<"))
            {
                o[name] = Convert(value);
            }
        }

        return o;
    }

    private static JsonNode? Plain(string text)
    {
        switch (text.ToLowerInvariant())
        {
            case "" or "~" or "null":
                return null;
            case "yes" or "true" or "on":
                return true;
            case "no" or "false" or "off":
                return false;
            default:
                break;
        }

        if (!Number().IsMatch(text))
        {
            return text;
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var sign = digits[0] == '-' ? -1 : 1;
        digits = digits.TrimStart('+', '-');
        if (digits.Contains(':', StringComparison.Ordinal))
        {
            return sign * digits.Split(':').Aggregate(0L, (sum, part) => (sum * 60) + long.Parse(part, CultureInfo.InvariantCulture));
        }

        if (digits.StartsWith("0x", StringComparison.Ordinal))
        {
            return sign * System.Convert.ToInt64(digits[2..], 16);
        }

        if (digits.StartsWith("0b", StringComparison.Ordinal))
        {
            return sign * System.Convert.ToInt64(digits[2..], 2);
        }

        if (digits.Length > 1 && digits[0] == '0' && digits.All(char.IsAsciiDigit))
        {
            return sign * System.Convert.ToInt64(digits, 8);
        }

        return long.TryParse(digits, CultureInfo.InvariantCulture, out var whole)
            ? sign * whole
            : sign * double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        """
        ^[-+]?(
          0b[0-1_]+
          | 0x[0-9a-fA-F_]+
          | 0[0-7_]+
          | 0 | [1-9][0-9_]*
          | [1-9][0-9_]*(:[0-5]?[0-9])+
          | [0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?
          | \.[0-9][0-9_]*([eE][-+][0-9]+)?
        )$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
