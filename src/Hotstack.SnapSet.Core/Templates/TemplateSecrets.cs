using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>
/// The secrets of a stack that were not given as a SecureString: parameters that the template hides or whose
/// names mark them, and the user data of servers.
/// </summary>
internal static class TemplateSecrets
{
    /// <summary>Keys of servers, and of the resources that make up their user data.</summary>
    private static readonly string[] UserDataKeys = ["user_data", "cloud_config", "config"];

    /// <summary>A shorter line of user data (<c>packages:</c>) is no secret, and hiding it would spoil messages.</summary>
    private const int MinLine = 12;

    /// <summary>The texts that no message may show; also those of variables, as an expression can put them into any parameter.</summary>
    public static IEnumerable<string> Of(TemplateBundle bundle, JsonObject parameters, IReadOnlyDictionary<string, JsonNode?> variables) =>
        parameters.Where(p => IsSecret(p.Key, bundle.Template)).SelectMany(p => Texts(p.Value))
            .Concat(parameters.SelectMany(p => NamedTexts(p.Value)))
            .Concat(bundle.Template.Parameters.Values.Where(p => IsSecret(p.Name, bundle.Template)).SelectMany(p => Texts(p.Default)))
            .Concat(variables.SelectMany(v => LikelySecrets.IsNameOfOne(v.Key) ? Texts(v.Value) : NamedTexts(v.Value)))
            .Concat(UserDataOf(bundle.Document, bundle.Files))
            .Distinct();

    /// <summary>The same of values for the parameters of nested templates.</summary>
    /// <param name="defaults">The values.</param>
    /// <param name="isHidden">Whether a parameter is hidden.</param>
    public static IEnumerable<string> Of(JsonObject defaults, Func<string, bool> isHidden) =>
        defaults.SelectMany(p => LikelySecrets.IsNameOfOne(p.Key) || isHidden(p.Key) ? Texts(p.Value) : NamedTexts(p.Value));

    /// <summary>Warns of parameter files that have secrets in them and that others can read.</summary>
    public static void WarnOfFiles(ParameterSet files, HeatTemplate template, IActivity activity)
    {
        foreach (ParameterFile file in files.Files.Where(file => AreIn(file.Root, template)))
        {
            SecretFiles.Warn(file.Path, file.OpenMode, "secrets", activity);
        }
    }

    private static bool IsSecret(string name, HeatTemplate template) =>
        LikelySecrets.IsNameOfOne(name) || template.Parameters.GetValueOrDefault(name)?.IsHidden == true;

    private static bool AreIn(DocNode node, HeatTemplate template) => node switch
    {
        DocMap map => map.Entries.Any(entry =>
            (entry.Value is DocScalar { Type: not YamlType.Null, Value.Length: > 0 } && IsSecret(entry.Key.Value, template))
            || AreIn(entry.Value, template)),
        DocList list => list.Items.Any(item => AreIn(item, template)),
        DocScalar scalar => LikelySecrets.Shows(scalar.Value),
        _ => false,
    };

    /// <summary>All texts of a value.</summary>
    private static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        JsonObject map => map.SelectMany(entry => Texts(entry.Value)),
        JsonArray list => list.SelectMany(Texts),
        null => [],
        _ => [value.ToString()],
    };

    /// <summary>The texts in a mapping whose keys mark them as secret.</summary>
    private static IEnumerable<string> NamedTexts(JsonNode? value) => value switch
    {
        JsonObject map => map.SelectMany(entry => LikelySecrets.IsNameOfOne(entry.Key) ? Texts(entry.Value) : NamedTexts(entry.Value)),
        JsonArray list => list.SelectMany(NamedTexts),
        _ => [],
    };

    /// <summary>The user data in the template, and in the files that it names.</summary>
    private static IEnumerable<string> UserDataOf(DocNode node, IReadOnlyDictionary<string, string> files) => node switch
    {
        DocMap map => map.Entries.SelectMany(entry =>
            UserDataKeys.Contains(entry.Key.Value) ? TextsOf(entry.Value, files).SelectMany(Lines) : UserDataOf(entry.Value, files)),
        DocList list => list.Items.SelectMany(item => UserDataOf(item, files)),
        _ => [],
    };

    private static IEnumerable<string> TextsOf(DocNode node, IReadOnlyDictionary<string, string> files) => node switch
    {
        DocMap map => map.Entries.SelectMany(entry =>
            entry is { Key.Value: "get_file", Value: DocScalar name } && files.TryGetValue(name.Value, out string? text) ? [text]
            : entry.Key.Value is "get_param" or "get_resource" or "get_attr" ? []
            : entry.Value is DocScalar value && LikelySecrets.IsNameOfOne(entry.Key.Value) ? [$"{entry.Key.Value}: {value.Value}"]
            : TextsOf(entry.Value, files)),
        DocList list => list.Items.SelectMany(item => TextsOf(item, files)),
        DocScalar scalar => [scalar.Value],
        _ => [],
    };

    /// <summary>The long lines, and the values in lines whose names mark them as secret.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Length >= MinLine)
            {
                yield return line;
            }

            int end = line.IndexOfAny([':', '=']);
            if (end > 0 && LikelySecrets.IsNameOfOne(line[..end].TrimEnd())
                && line[(end + 1)..].Trim(' ', '\t', '\'', '"', ',') is { Length: > 0 } value)
            {
                yield return value;
            }
        }
    }
}
