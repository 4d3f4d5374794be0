using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>Parameter files of all kinds, one over the other, parted by a record separator.</summary>
internal sealed partial class ParameterTarget : FuzzTarget
{
    private const byte Separator = 0x1e;

    /// <summary>Of a longer one only the reading is measured.</summary>
    private const int LongestChecked = 32 * 1024;

    private static readonly Tree[] Examples = Corpus.Trees("parameters.yaml", "environment.yaml", "plain.yaml");

    private static readonly Dictionary<string, JsonNode?> Given = new() { ["base"] = JsonValue.Create("x"),
        ["map"] = new JsonObject { ["a"] = 1 } };

    public override string Name => "parameters";

    public override IReadOnlyList<byte[]> Hostile =>
    [
        .. Bombs.Yaml, Bytes(Chain(40)), Bytes("a: \"{{ a }}\""),
            Bytes($"b: \"{new string('x', 1000)}\"\na: \"{string.Concat(Enumerable.Repeat("{{ b }}", 100_000))}\""),
        Bytes("a: \"{{ b" + string.Concat(Enumerable.Repeat(" | d(c)", 100_000)) + " }}\""),
            Bytes("a: \"{{ " + new string('[', 900_000) + " }}\""),
        Bytes(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"k{i}: 1\n"))),
            Bytes(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"k{i}: \"{{{{ x }}}}\"\n"))),
    ];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingYaml)
    {
        ["variables"] = length => string.Concat(Enumerable.Range(0, length / 24).Select(i => $"k{i}: \"{{{{ k{i + 1} }}}}\"\n")),
        ["parameters"] = length => "stack_parameters:\n"
            + string.Concat(Enumerable.Range(0, length / 20).Select(i => $"  k{i}: \"{{{{ base }}}}\"\n")),
    };

    public override byte[] Generate(Random random)
    {
        byte[] first = TreeInputs.YamlOrJson(Examples, random);
        return random.Next(3) > 0 ? first : [.. first, Separator, .. TreeInputs.YamlOrJson(Examples, random)];
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        ParameterFile[] files = [.. Parts(input)
            .Select((part, i) => ParameterFile.Read(TemplateErrors.Mark($"/w/file{i}.yaml", TemplateErrors.Parameters),
            () => new MemoryStream(part)))];
        ParameterSet set = Load(files);
        set.Overrides.ToJsonString();
        set.Defaults.ToJsonString();
        if (input.Length > LongestChecked)
        {
            return;
        }

        string written = AnsibleYaml.Write(set.Parameters);
        DocNode? read = DocReader.Read(TemplateErrors.Mark("again.yaml", TemplateErrors.Parameters), written, DocRules.Ansible);
        CheckFailedException.Unless(
            JsonNode.DeepEquals(DocJson.Of(read), JsonNode.Parse(set.Parameters.ToJsonString())),
                "the parameters, written as YAML, are others");
    });

    /// <summary>What stands in braces without quotes is the name of a variable: that has to be told.</summary>
    private static ParameterSet Load(ParameterFile[] files)
    {
        try
        {
            return ParameterSet.Load(files, Given);
        }
        catch (HotstackException e) when (e.Id == "ParameterUnresolved" && !VariableNames().Replace(e.Message, "")
            .Contains(Secret.Marker, StringComparison.Ordinal))
        {
            throw new HotstackException(e.Cause, e.Id, VariableNames().Replace(e.Message, ""));
        }
    }

    private static IEnumerable<byte[]> Parts(byte[] input)
    {
        int end = Array.IndexOf(input, Separator);
        return end < 0 ? [input] : [input[..end], input[(end + 1)..]];
    }

    private static string Chain(int length) =>
        string.Concat(Enumerable.Range(0, length).Select(i => $"k{i}: \"{{{{ k{i + 1} }}}}{{{{ k{i + 1} }}}}\"\n")) + $"k{length}: x\n";

    [GeneratedRegex(@"\{\{[^'""{}]*\}\}|[\w.]+ is ")]
    private static partial Regex VariableNames();
}
