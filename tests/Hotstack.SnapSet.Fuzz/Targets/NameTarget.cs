using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Completion;
using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.Http;
using Hotstack.Suggestions;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>
/// A name from outside, wherever it could become something else: an argument on a command line, a pattern, an address, a text
/// in a file of Ansible's.
/// </summary>
internal sealed partial class NameTarget : FuzzTarget
{
    public override string Name => "names";

    public override IReadOnlyList<byte[]> Hostile =>
        [.. Growing.Values.Select(make => Bytes(make(50_000))), [], Bytes(".."), Bytes("\u2019;x;\u2019")];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["quotes"] = length => new string('\u2019', length / 3),
        ["stars"] = length => new string('*', length),
        ["dots"] = length => string.Concat(Enumerable.Repeat("../", length / 3)),
        ["digits"] = length => new string('1', length),
        ["escapes"] = length => new string('\u001b', length),
        ["braces"] = length => new string('{', length),
    };

    public override byte[] Generate(Random random) =>
        Bytes(random.Next(6) == 0 ? random.Pick(["master0", "mp65jst2", "hs-multi", "v1.apps", "1234567d"]) : random.Next(4) == 0
            ? Vocabulary.Scalar(random) : Vocabulary.HostileName(random));

    public override Verdict Run(byte[] input)
    {
        string name = Text(input);
        CheckArguments(name);
        CheckText(name);
        return Verdict.Of(() =>
        {
            ApiPath path = $"images/{name}/file";
            string asked = new Uri($"https://cloud.example/image/v2/{path.For("image")}").AbsoluteUri;
            CheckFailedException.Unless(
                asked == $"https://cloud.example/image/v2/images/{name}/file" && Uri.UnescapeDataString(asked) == asked,
                    $"{asked} is another address");
        });
    }

    private static void CheckArguments(string name)
    {
        foreach (bool isPattern in (bool[])[false, true])
        {
            string written = isPattern ? CommandArgument.OfPattern(name) : CommandArgument.Of(name);
            CheckFailedException.Unless(!written.Any(char.IsControl) || name.Any(char.IsSurrogate), $"{written} has a control character");
            if (written[0] != '"')
            {
                string read = Read(written);
                CheckFailedException.Unless(isPattern ? Wildcard.Matches(name, read) : read == name, $"{written} is not {name}");
            }

            foreach ((string text, Suggestion suggestion) in CompletionText.Matching("", [new(name, name)], [], isPattern))
            {
                CheckFailedException.Unless(CommandArgument.IsVisible(suggestion.Text) && !name.Any(char.IsControl),
                    $"{name} cannot be seen whole");
                CheckFailedException.Unless(text == written, $"{text} is not {written}");
            }
        }
    }

    private static void CheckText(string name)
    {
        string comment = AnsibleYaml.Comment($"SnapSet {name}");
        CheckFailedException.Unless(comment[^1] == '\n' && comment[..^1].All(sign => sign is >= ' ' and <= '~'),
            $"{comment} leaves its line");
        string yaml = AnsibleYaml.Write(new JsonObject { ["image"] = name });
        var read = DocReader.Read(TemplateErrors.Mark("a.yaml", TemplateErrors.Parameters), yaml, DocRules.Ansible) as DocMap;
        CheckFailedException.Unless(read!.TextOrNull("image") == name && OutputsTarget.IsData(read), $"{yaml} is not {name}");
    }

    /// <summary>What PowerShell reads: a word without anything special, or what stands in single quotation marks.</summary>
    private static string Read(string argument)
    {
        CheckFailedException.Unless(BareWord().IsMatch(argument) || Quoted().IsMatch(argument), $"{argument} is not one text");
        return argument[0] == '\'' ? Pair().Replace(argument[1..^1], "$1") : argument;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex BareWord();

    [GeneratedRegex("\\A'(?:[^'\u2018-\u201b]|(['\u2018-\u201b])\\1)*'\\z")]
    private static partial Regex Quoted();

    [GeneratedRegex("(['\u2018-\u201b])\\1")]
    private static partial Regex Pair();
}
