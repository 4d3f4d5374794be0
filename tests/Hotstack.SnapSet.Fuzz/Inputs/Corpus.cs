using System.Reflection;
using Hotstack.Configuration;

namespace Hotstack.Fuzz.Inputs;

/// <summary>Valid input, from which the rest is made: what a sandbox answers, and files as people write them.</summary>
internal static class Corpus
{
    public static string Text(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no {name} in the corpus.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static Tree Tree(string name) => Of(DocReader.Read(new SourceMark(name, "CorpusInvalid"), Text(name))!);

    public static Tree[] Trees(params string[] names) => [.. names.Select(Tree)];

    private static Tree Of(DocNode node) => node switch
    {
        DocMap map => Inputs.Tree.Map(map.Entries.Select(entry => (entry.Key.Value, Of(entry.Value)))),
        DocList list => Inputs.Tree.List(list.Items.Select(Of)),
        DocScalar scalar => Scalar(scalar),
        _ => throw new InvalidOperationException(node.Kind),
    };

    private static Tree Scalar(DocScalar scalar)
    {
        Tree tree = Inputs.Tree.Of(scalar.Value, scalar.Type == YamlType.Text);
        tree.IsSecret = scalar.Value.Contains("SECRET", StringComparison.Ordinal);
        return tree;
    }
}
