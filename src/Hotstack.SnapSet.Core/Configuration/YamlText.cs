using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hotstack.Configuration;

/// <summary>Writes data as YAML that every reader, of YAML 1.1 too, reads back as the same.</summary>
internal static partial class YamlText
{
    /// <summary>A block of YAML, ending with a line break; texts that could be read as something else are quoted.</summary>
    public static string Of(JsonObject data)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(Node(data))).Save(writer, assignAnchors: false);
        string text = writer.ToString().ReplaceLineEndings("\n");
        // The end of the document, which a file does not need.
        return text.EndsWith("...\n", StringComparison.Ordinal) ? text[..^4] : text;
    }

    private static YamlNode Node(JsonNode? data) => data switch
    {
        JsonObject map => new YamlMappingNode(map.Select(entry => KeyValuePair.Create<YamlNode, YamlNode>(Text(entry.Key), Node(entry.Value)))),
        JsonArray list => new YamlSequenceNode(list.Select(Node)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        JsonValue value => Plain(value.ToJsonString()),
        _ => Plain("null"),
    };

    private static YamlScalarNode Text(string text) => new YamlScalarNode(text)
    {
        Style = text.Contains('\n', StringComparison.Ordinal) && !Unprintable().IsMatch(text) ? ScalarStyle.Literal
            : PlainText().IsMatch(text) && !Ambiguous().IsMatch(text) ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted,
    };

    private static YamlScalarNode Plain(string text) => new(text) { Style = ScalarStyle.Plain };

    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+-]+)*$")]
    private static partial Regex PlainText();

    /// <summary>What YAML 1.1 or 1.2 takes for a boolean, null or a number.</summary>
    [GeneratedRegex(@"^(y|n|yes|no|on|off|true|false|null|~|[-+]?\.?[0-9].*|[-+]?\.(inf|nan))$", RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();

    [GeneratedRegex(@"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]|^[ \n]| \n|\n\n$")]
    private static partial Regex Unprintable();
}
