using System.Text.Json;
using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>A stack's outputs, as they are written to a file: it reads as what Heat said.</summary>
internal sealed class OutputsTarget : FuzzTarget
{
    private static readonly Tree[] Examples = Corpus.Trees("heat-stack.json");

    public override string Name => "outputs";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Json;

    public override byte[] Generate(Random random) => TreeInputs.Json(Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        if (Answers.Of(input).Json().Field("stack") is not { } json)
        {
            throw new HotstackException(ErrorCause.ResponseInvalid, "ResponseInvalid", "it holds no stack");
        }

        Stack stack = Stack.From(json);
        string written = StackOutputsFile.Text(stack, "outputs.yaml", [], [], new WatchedActivity());
        var read = DocReader.Read(TemplateErrors.Mark("outputs.yaml", TemplateErrors.Parameters), written, DocRules.Ansible) as DocMap;
        CheckFailedException.Unless(read?.Count == stack.Outputs.Count, "an output is lost");
        foreach ((string key, StackOutput output) in stack.Outputs)
        {
            CheckFailedException.Unless(
                output.Value is not { ValueKind: JsonValueKind.String } text || read!.TextOrNull(key) == text.GetString(),
                $"the output {key} is another");
        }

        CheckFailedException.Unless(IsData(read!), "Ansible would evaluate a text of the cloud");
    });

    /// <summary>Whether each text with a delimiter of Ansible's templates is marked.</summary>
    internal static bool IsData(DocNode node) => node switch
    {
        DocMap map => map.Entries.All(entry => IsData(entry.Value)),
        DocList list => list.Items.TrueForAll(IsData),
        DocScalar scalar => scalar.Tag == "!unsafe"
            || !(scalar.Value.Contains("{{", StringComparison.Ordinal) || scalar.Value.Contains("{%", StringComparison.Ordinal)
                || scalar.Value.Contains("{#", StringComparison.Ordinal)),
        _ => false,
    };
}
