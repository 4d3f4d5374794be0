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

    /// <summary>Ansible's mark for a text that is data, and no template.</summary>
    private const string UnsafeTag = Templates.Documents.AnsibleText.UnsafeTag;

    private static readonly string[] CoreTags = ["str", "int", "float", "bool", "null", "map", "seq"];

    /// <summary>A password that is not quoted can begin like this; so neither is shown.</summary>
    private const string QuotesHint = "A text that begins with * or ! has to stand in quotes.";

    private readonly SourceMark _file;
    private readonly Parser _parser;
    private readonly bool _isAnsible;
    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];

    /// <summary>What merge keys have brought, which no node of the tree weighs.</summary>
    private long _mergedWeight;

    private YamlTreeReader(SourceMark file, string text, bool isAnsible)
    {
        _file = file;
        _isAnsible = isAnsible;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root; null for a text without one.</summary>
    /// <param name="file">Where it comes from.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="isAnsible">The file is one of Ansible's, which has a tag of its own.</param>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>, with line and column.</exception>
    public static ConfigNode? Read(SourceMark file, string text, bool isAnsible = false)
    {
        var reader = new YamlTreeReader(file, text, isAnsible);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            // Of what stands in the file it shows nothing.
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
                ?? throw ConfigurationErrors.At(MarkOf(alias), "the alias here (*) has no anchor (&) before it.", QuotesHint);
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

    private void CheckTag(NodeEvent node, SourceMark mark)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific || (_isAnsible && node.Tag.Value == UnsafeTag))
        {
            return;
        }

        var name = node.Tag.Value;
        if (!name.StartsWith(CoreTagPrefix, StringComparison.Ordinal) || !CoreTags.Contains(name[CoreTagPrefix.Length..]))
        {
            throw ConfigurationErrors.At(mark, "the YAML tag here (!) is not supported.", QuotesHint);
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
