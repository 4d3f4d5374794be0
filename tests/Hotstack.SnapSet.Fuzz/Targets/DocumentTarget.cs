using Hotstack.Configuration;
using Hotstack.Fuzz.Inputs;
using Hotstack.Templates;

namespace Hotstack.Fuzz.Targets;

/// <summary>YAML that is read, and written again: what is written means the same.</summary>
internal sealed class DocumentTarget : FuzzTarget
{
    private static readonly Tree[] Examples = Corpus.Trees("heat-template.yaml", "heat-volumes.yaml", "parameters.yaml", "plain.yaml");

    public override string Name => "documents";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Yaml;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing => Bombs.GrowingYaml;

    public override byte[] Generate(Random random) => TreeInputs.YamlOrJson(Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        var mark = TemplateErrors.Mark("t.yaml", TemplateErrors.Template);
        if (DocReader.Read(mark, Text(input)) is not { } read)
        {
            return;
        }

        DocJson.Of(read)?.ToJsonString();
        CheckFailedException.Unless(
            DocWriter.AreSame(read, DocReader.Read(mark, DocWriter.Write(read))), "what is written does not mean what was read");
        CheckFailedException.Unless(DocWriter.AreSame(read, read.Copy()), "a copy is another");
    });
}
