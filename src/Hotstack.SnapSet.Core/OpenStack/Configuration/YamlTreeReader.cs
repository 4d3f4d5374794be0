using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hotstack.OpenStack.Configuration;

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

    private readonly string file;
    private readonly Parser parser;
    private readonly Dictionary<AnchorName, ConfigNode> anchors = [];

    private YamlTreeReader(string file, string text)
    {
        this.file = file;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root; null for a text without one.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>, with line and column.</exception>
    public static ConfigNode? Read(string file, string text)
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
        catch (InvalidOperationException e)
        {
            // The parser's scanner gives up like this on a bracket that is closed by nothing but the next line.
            throw ConfigurationErrors.At(
                reader.Nearest(Mark.Empty), "not valid YAML hereafter: a bracket or brace could be missing.", inner: e);
        }
    }

    private ConfigNode? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        parser.Consume<DocumentStart>();
        var root = Node(1);
        parser.Consume<DocumentEnd>();
        return parser.Accept<DocumentStart>(out var second)
            ? throw ConfigurationErrors.At(MarkOf(second), "a second YAML document begins here, only one is allowed.")
            : root;
    }

    private ConfigNode Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.GetValueOrDefault(alias.Value)
                ?? throw ConfigurationErrors.At(MarkOf(alias), $"the alias *{alias.Value} has no anchor before it.");
        }

        var start = parser.Consume<NodeEvent>();
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
            anchors[start.Anchor] = node;
        }

        return node;
    }

    private ConfigList List(SourceMark mark, int depth)
    {
        var items = new List<ConfigNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigList(mark, items));
    }

    private ConfigMap Map(SourceMark mark, int depth)
    {
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        var merged = new List<ConfigMap>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                throw ConfigurationErrors.At(MarkOf(parser.Current), "a key has to be a plain text.");
            }

            var value = Node(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(Merged(value));
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
            throw ConfigurationErrors.At(mark, $"the YAML tag {name} is not supported.");
        }
    }

    /// <summary>The parser's place, or the end of what it last understood: it often names a place long before that.</summary>
    private SourceMark Nearest(Mark mark)
    {
        var understood = parser.Current?.End ?? Mark.Empty;
        var later = understood.Index > mark.Index ? understood : mark;
        return new SourceMark(file, later.Line, later.Column);
    }

    private SourceMark MarkOf(ParsingEvent? e) =>
        e is null ? new SourceMark(file) : new SourceMark(file, e.Start.Line, e.Start.Column);
}
