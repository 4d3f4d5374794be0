using Hotstack.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hotstack.Templates.Documents;

/// <summary>
/// Reads YAML into nodes that can be written again. <see cref="YamlTreeReader"/> has read it before: what is broken, too
/// deep or too heavy is told by it, so that no more than its limits are written out here.
/// </summary>
internal sealed class DocReader
{
    private readonly SourceMark _file;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, DocNode> _anchors = [];

    private DocReader(SourceMark file, string text)
    {
        _file = file;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The root; null for a text without one.</summary>
    /// <param name="file">Where it comes from.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="rules">What is borne; a text that Ansible has encrypted is refused where somebody needs it.</param>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>, with line and column.</exception>
    public static DocNode? Read(SourceMark file, string text, YamlRules rules = YamlRules.Strict)
    {
        try
        {
            if (YamlTreeReader.Read(file, text, rules) is null)
            {
                return null;
            }

            var reader = new DocReader(file, text);
            reader._parser.Consume<StreamStart>();
            reader._parser.Consume<DocumentStart>();
            DocNode root = reader.Node();
            CheckDepth(root, 1);
            return root;
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw new HotstackException(ErrorCause.InputInvalid, file.ErrorId, e.Message, e) { Hint = e.Hint, Target = file.Source };
        }
    }

    /// <summary>Aliases within anchors nest deeper than what is written.</summary>
    private static void CheckDepth(DocNode node, int depth)
    {
        ConfigTreeLimits.CheckDepth(depth, node.Mark);
        IEnumerable<DocNode> inner = node switch
        {
            DocList list => list.Items,
            DocMap map => map.Entries.Select(entry => entry.Value),
            _ => [],
        };
        foreach (DocNode child in inner)
        {
            CheckDepth(child, depth + 1);
        }
    }

    private DocNode Node()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors[alias.Value].Copy();
        }

        NodeEvent start = _parser.Consume<NodeEvent>();
        SourceMark mark = _file.At(start.Start.Line, start.Start.Column);
        DocNode node = start switch
        {
            Scalar scalar => Leaf(scalar, mark),
            SequenceStart sequence => List(mark, sequence.Style == SequenceStyle.Flow),
            _ => Map(mark, ((MappingStart)start).Style == MappingStyle.Flow),
        };
        if (node is not DocScalar && !start.Tag.IsEmpty && !start.Tag.IsNonSpecific && start.Tag.Value == AnsibleText.UnsafeTag)
        {
            node = ParameterLayers.Literal(node);
        }

        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    /// <summary>The tag ! alone means nothing to PyYAML.</summary>
    private static DocScalar Leaf(Scalar scalar, SourceMark mark) =>
        new(mark, scalar.Value, scalar.Style, scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value);

    private DocList List(SourceMark mark, bool isFlow)
    {
        var items = new List<DocNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node());
        }

        return new DocList(mark, items, isFlow);
    }

    private DocMap Map(SourceMark mark, bool isFlow)
    {
        var map = new DocMap(mark, isFlow);
        var merged = new List<DocMap>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            Scalar key = _parser.Consume<Scalar>();
            DocNode value = Node();
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(Merged(value));
            }
            else
            {
                map.Set(Leaf(key, _file.At(key.Start.Line, key.Start.Column)), value);
            }
        }

        foreach ((DocScalar key, DocNode value) in merged.SelectMany(m => m.Entries).Where(entry => !map.Has(entry.Key.Value)).ToArray())
        {
            if (!map.Has(key.Value))
            {
                map.Set(key, value);
            }
        }

        return map;
    }

    private static IEnumerable<DocMap> Merged(DocNode value) => value switch
    {
        DocMap map => [map],
        DocList list => list.Items.SelectMany(Merged),
        _ => [],
    };
}
