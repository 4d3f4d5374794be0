using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hotstack.Configuration;

/// <summary>
/// Reads one YAML document into nodes, from the parser's events: so places stay known, scalars keep their text, aliases
/// share their node, and nothing in a file can name a type to create. Merge keys are those of
/// https://yaml.org/type/merge.html. Stricter than PyYAML in one thing: a key given twice is an error, since with
/// credentials it is no good guess that the last one was meant.
/// </summary>
internal sealed class YamlTreeReader
{
    private const string CoreTagPrefix = "tag:yaml.org,2002:";

    private static readonly string[] CoreTags = ["str", "int", "float", "bool", "null", "map", "seq"];

    private readonly SourceMark _file;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];

    /// <summary>What merge keys have brought, which no node of the tree weighs.</summary>
    private long _mergedWeight;

    private YamlTreeReader(SourceMark file, string text)
    {
        _file = file;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root; null for a text without one.</summary>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>, with line and column.</exception>
    public static ConfigNode? Read(SourceMark file, string text)
    {
        var reader = new YamlTreeReader(file, text);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            throw ConfigurationErrors.At(reader.Nearest(e.Start), $"not valid YAML: {e.Message.TrimEnd('.')}.", inner: e);
        }
        catch (ArgumentException e)
        {
            // The parser's scanner on the escape of half a surrogate pair.
            throw ConfigurationErrors.At(reader.Nearest(Mark.Empty), $"not valid YAML hereafter: an escape stands for no character ({e.GetType().Name}).");
        }
        catch (InvalidOperationException e)
        {
            // The parser's scanner gives up like this on a bracket that is closed by nothing but the next line.
            throw ConfigurationErrors.At(
                reader.Nearest(Mark.Empty), "not valid YAML hereafter: a bracket or brace could be missing.", inner: e);
        }
    }

    private ConfigNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Node(1);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw ConfigurationErrors.At(MarkOf(second), "a second YAML document begins here, only one is allowed.")
            : root;
    }

    private ConfigNode Node(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.GetValueOrDefault(alias.Value)
                // Its name is not told: a password that begins with * is such an alias.
                ?? throw ConfigurationErrors.At(
                    MarkOf(alias), "the alias (*) here has no anchor before it.", "A text that begins with * has to stand in quotation marks.");
        }

        var start = _parser.Consume<NodeEvent>();
        var mark = MarkOf(start);
        ConfigTreeLimits.CheckDepth(depth, mark);
        CheckTag(start, mark);
        ConfigNode node = start switch
        {
            Scalar scalar => new ConfigScalar(mark, IsNull(scalar) ? null : scalar.Value),
            SequenceStart => List(mark, depth),
            _ => Map(mark, depth),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    private ConfigList List(SourceMark mark, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigList(mark, items));
    }

    private ConfigMap Map(SourceMark mark, int depth)
    {
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        var merged = new List<ConfigMap>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw ConfigurationErrors.At(MarkOf(_parser.Current), "a key has to be a plain text.");
            }

            var value = Node(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(Merged(value));
                CheckMerged(value);
            }
            else if (!entries.TryAdd(key.Value, value))
            {
                throw ConfigurationErrors.At(
                    MarkOf(key), $"the key {key.Value} is given twice in one mapping.", "Remove the one that is not meant.");
            }
        }

        foreach (var (key, value) in merged.SelectMany(map => map.Entries))
        {
            entries.TryAdd(key, value);
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigMap(mark, entries));
    }

    private void CheckMerged(ConfigNode value)
    {
        _mergedWeight += value.Weight;
        if (_mergedWeight > ConfigTreeLimits.Weight)
        {
            throw ConfigurationErrors.At(value.Mark, $"merge keys (<<) make more than {ConfigTreeLimits.Weight} values of this.");
        }
    }

    private static IEnumerable<ConfigMap> Merged(ConfigNode value) => value switch
    {
        ConfigMap map => [map],
        ConfigList list => list.Items.SelectMany(Merged),
        _ => throw ConfigurationErrors.At(value.Mark, $"the merge key << needs a mapping or a list of them, not {value.Kind}."),
    };

    private static bool IsNull(Scalar scalar) =>
        scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };

    private static void CheckTag(NodeEvent node, SourceMark mark)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return;
        }

        var name = node.Tag.Value;
        if (!name.StartsWith(CoreTagPrefix, StringComparison.Ordinal) || !CoreTags.Contains(name[CoreTagPrefix.Length..]))
        {
            // Its name is not told: a password that begins with ! is such a tag.
            throw ConfigurationErrors.At(mark, "the YAML tag (!) here is not supported.", "A text that begins with ! has to stand in quotation marks.");
        }
    }

    /// <summary>The parser's place, or the end of what it last understood: it often names a place long before that.</summary>
    private SourceMark Nearest(Mark mark)
    {
        var understood = _parser.Current?.End ?? Mark.Empty;
        var later = understood.Index > mark.Index ? understood : mark;
        return _file.At(later.Line, later.Column);
    }

    private SourceMark MarkOf(ParsingEvent? e) =>
        e is null ? _file : _file.At(e.Start.Line, e.Start.Column);
}
