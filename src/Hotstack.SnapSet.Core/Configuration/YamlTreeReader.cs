using System.Buffers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hotstack.Configuration;

/// <summary>
/// Reads one YAML document into nodes, from the parser's events: so places stay known, scalars keep their text, aliases
/// share their node, and nothing in a file can name a type to create. Merge keys are those of
/// https://yaml.org/type/merge.html. Stricter than PyYAML in one thing: a key given twice is an error, since with
/// credentials it is no good guess that the last one was meant. Of some files only what is needed has to be right.
/// </summary>
internal sealed class YamlTreeReader
{
    private const string CoreTagPrefix = "tag:yaml.org,2002:";

    /// <summary>Ansible's mark for a text that is data, and no template.</summary>
    private const string UnsafeTag = Templates.Documents.AnsibleText.UnsafeTag;

    private static readonly string[] CoreTags = ["str", "int", "float", "bool", "null", "map", "seq"];

    /// <summary>A password that is not quoted can begin like this; so neither is shown.</summary>
    private const string QuotesHint = "A text that begins with * or ! has to stand in quotes.";

    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(code => (char)code).Where(sign => char.IsControl(sign) && sign is not ('\t' or '\n' or '\r' or '\x85')), '\ufffe', '\uffff']);

    private readonly SourceMark _file;
    private readonly Parser _parser;
    private readonly YamlRules _rules;
    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];

    /// <summary>What merge keys have brought, which no node of the tree weighs.</summary>
    private long _mergedWeight;

    private YamlTreeReader(SourceMark file, string text, YamlRules rules)
    {
        _file = file;
        _rules = rules;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root; null for a text without one.</summary>
    /// <param name="file">Where it comes from.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="rules">What is borne.</param>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>, with line and column.</exception>
    public static ConfigNode? Read(SourceMark file, string text, YamlRules rules = YamlRules.Strict)
    {
        var reader = new YamlTreeReader(file, text, rules);
        reader.CheckLetters(text);
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

    /// <summary>
    /// What no YAML has (https://yaml.org/spec/1.1/#c-printable). The parser takes a NUL for the end, and would leave out what comes after it.
    /// </summary>
    private void CheckLetters(string text)
    {
        int index = text.AsSpan().IndexOfAny(Unprintable);
        if (index >= 0)
        {
            int line = text.AsSpan(0, index).Count('\n');
            throw ConfigurationErrors.At(
                _file.At(line + 1, index - text.LastIndexOf('\n', index)), $"not valid YAML: the control character U+{(int)text[index]:X4} is here.");
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
        var root = Node(1).Usable();
        _parser.Consume<DocumentEnd>();
        return _rules.HasFlag(YamlRules.FirstDocument) ? root : _parser.Accept<DocumentStart>(out var second)
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
        ConfigNode node = start switch
        {
            Scalar scalar => new ConfigScalar(mark, IsNull(scalar) ? null : scalar.Value, IsQuoted(scalar)),
            SequenceStart => List(mark, depth),
            _ => Map(mark, depth),
        };
        node = TagFault(start, mark) ?? node;
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

    private ConfigNode Map(SourceMark mark, int depth)
    {
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        var merged = new List<ConfigMap>();
        ConfigFault? broken = null;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw ConfigurationErrors.At(MarkOf(_parser.Current), "a key has to be a plain text.");
            }

            var value = Node(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                broken ??= MergeFault(value);
                merged.AddRange(broken is null ? Merged(value) : []);
                CheckMerged(value);
            }
            else if (!entries.TryAdd(key.Value, value))
            {
                entries[key.Value] = Borne(new ConfigFault(
                    MarkOf(key), $"the key {key.Value} is given twice in one mapping.", "Remove the one that is not meant."));
            }
        }

        foreach (var (key, value) in merged.SelectMany(map => map.Entries))
        {
            entries.TryAdd(key, value);
        }

        return broken ?? (ConfigNode)ConfigTreeLimits.CheckedWeight(new ConfigMap(mark, entries));
    }

    /// <summary>What is wrong with the value of a merge key; null if it is a mapping, or a list of them.</summary>
    private ConfigFault? MergeFault(ConfigNode value) => value switch
    {
        ConfigMap => null,
        ConfigList list => list.Items.Select(MergeFault).FirstOrDefault(fault => fault is not null),
        ConfigFault fault => fault,
        _ => Borne(new ConfigFault(value.Mark, $"the merge key << needs a mapping or a list of them, not {value.Kind}.")),
    };

    /// <summary>The fault, where faults are borne.</summary>
    /// <exception cref="HotstackException">They are not.</exception>
    private ConfigFault Borne(ConfigFault fault) => _rules.HasFlag(YamlRules.Lazy) ? fault : throw fault.Error();

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
        _ => [],
    };

    private static bool IsNull(Scalar scalar) =>
        scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };

    private static bool IsQuoted(Scalar scalar) =>
        scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value == CoreTagPrefix + CoreTags[0]);

    /// <summary>What is wrong with a value for its tag; null for nothing.</summary>
    private ConfigFault? TagFault(NodeEvent node, SourceMark mark)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific || (_rules.HasFlag(YamlRules.Ansible) && node.Tag.Value == UnsafeTag))
        {
            return null;
        }

        string name = node.Tag.Value;
        if (AnsibleVault.IsTag(name))
        {
            var vault = new ConfigFault(mark, AnsibleVault.Complaint, AnsibleVault.Hint);
            return _rules.HasFlag(YamlRules.Ansible) && node is Scalar ? vault : Borne(vault);
        }

        return name.StartsWith(CoreTagPrefix, StringComparison.Ordinal) && CoreTags.Contains(name[CoreTagPrefix.Length..])
            ? null
            : Borne(new ConfigFault(mark, "the YAML tag here (!) is not supported.", QuotesHint));
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
