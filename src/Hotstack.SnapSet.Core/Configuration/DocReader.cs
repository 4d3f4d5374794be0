using System.Buffers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hotstack.Configuration;

/// <summary>What a reader accepts.</summary>
internal sealed record DocRules
{
    /// <summary>Whatever is wrong refuses the file.</summary>
    public static readonly DocRules Strict = new();

    /// <summary>A value with an unknown tag, or whose key is given twice, becomes a <see cref="DocFault"/>.</summary>
    public static readonly DocRules Lazy = new() { IsLazy = true };

    /// <summary>The file is Ansible's: <c>!unsafe</c> is known, and a <c>!vault</c> becomes a <see cref="DocFault"/>.</summary>
    public static readonly DocRules Ansible = new() { IsAnsible = true };

    public bool IsLazy { get; init; }

    public bool IsAnsible { get; init; }

    /// <summary>Of several documents the first counts, as with Go's YAML.</summary>
    public bool IsFirstDocument { get; init; }

    /// <summary>The id of the error of an encrypted value; null for that of the file.</summary>
    public string? EncryptedId { get; init; }

    /// <summary>What to do about an encrypted value.</summary>
    public string EncryptedHint { get; init; } = AnsibleYaml.VaultHint;
}

/// <summary>
/// Reads one YAML document, from the parser's events: places stay known, scalars keep their text, depth and size have limits,
/// and nothing in a file can name a type to create. Merge keys are those of https://yaml.org/type/merge.html. Unlike PyYAML it
/// does not choose between two equal keys, as they may be credentials.
/// </summary>
internal sealed class DocReader
{
    /// <summary>Limits far above any real file, so that a hostile one costs an error and not the memory.</summary>
    public const int MaxDepth = 64;

    /// <inheritdoc cref="MaxDepth"/>
    public const int MaxValues = 250_000;

    /// <summary>The limit for values that aliases copy, so that a small file stays small.</summary>
    private const int MaxCopies = 50_000;

    /// <summary>A password that is not quoted can begin like this, so neither is shown.</summary>
    private const string QuotesHint = "Put a text that begins with * or ! in quotes.";

    private const string TwiceHint = "Remove one of them.";

    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(code => (char)code)
            .Where(sign => char.IsControl(sign) && sign is not ('\t' or '\n' or '\r' or '\x85')), '\ufffe', '\uffff']);

    private readonly SourceMark _file;
    private readonly Parser _parser;
    private readonly DocRules _rules;
    private readonly Dictionary<AnchorName, DocNode> _anchors = [];
    private long _values;
    private long _copies;

    private DocReader(SourceMark file, string text, DocRules? rules)
    {
        _file = file;
        _rules = rules ?? DocRules.Strict;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root; null for a text without one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">Its YAML.</param>
    /// <param name="rules">What is accepted; null for <see cref="DocRules.Strict"/>.</param>
    /// <exception cref="HotstackException">By <paramref name="file"/>, with line and column.</exception>
    public static DocNode? Read(SourceMark file, string text, DocRules? rules = null)
    {
        var reader = new DocReader(file, text, rules);
        reader.CheckLetters(text);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            // Its message shows nothing of the file.
            throw reader.Nearest(e.Start).Error($"not valid YAML: {e.Message.TrimEnd('.')}.", inner: e);
        }
        catch (ArgumentException e)
        {
            // The parser's scanner on the escape of half a surrogate pair.
            throw reader.Nearest(Mark.Empty).Error($"not valid YAML after this: an escape stands for no character ({e.GetType().Name}).");
        }
        catch (InvalidOperationException e)
        {
            // The parser's scanner on a bracket that only the next line closes.
            throw reader.Nearest(Mark.Empty).Error("not valid YAML after this: a bracket or brace could be missing.", inner: e);
        }
    }

    /// <summary>The error of a key that a mapping has twice.</summary>
    public static DocFault Twice(SourceMark mark, string key) => new(mark, $"the key {key} is given twice in one mapping.", TwiceHint);

    /// <exception cref="HotstackException">A value is nested too deep.</exception>
    public static void CheckDepth(int depth, SourceMark mark)
    {
        if (depth > MaxDepth)
        {
            throw mark.Error($"nested more than {MaxDepth} levels deep.");
        }
    }

    /// <exception cref="HotstackException">There are too many values.</exception>
    public static void CheckCount(long values, SourceMark mark)
    {
        if (values > MaxValues)
        {
            throw mark.Error($"more than {MaxValues} values.");
        }
    }

    /// <summary>
    /// Refuses characters that YAML does not have (https://yaml.org/spec/1.1/#c-printable). The parser takes a NUL for the end, and
    /// leaves out what comes after it.
    /// </summary>
    private void CheckLetters(string text)
    {
        int index = text.AsSpan().IndexOfAny(Unprintable);
        if (index >= 0)
        {
            int line = text.AsSpan(0, index).Count('\n');
            throw _file.At(line + 1, index - text.LastIndexOf('\n', index))
                .Error($"not valid YAML: the control character U+{(int)text[index]:X4} is here.");
        }
    }

    private DocNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        DocNode root = Node(1).Usable();
        _parser.Consume<DocumentEnd>();
        return !_rules.IsFirstDocument && _parser.Accept<DocumentStart>(out var second)
            ? throw MarkOf(second).Error("a second YAML document begins here, only one is allowed.")
            : root;
    }

    private DocNode Node(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Aliased(alias, depth);
        }

        NodeEvent start = _parser.Consume<NodeEvent>();
        SourceMark mark = MarkOf(start);
        CheckDepth(depth, mark);
        CheckCount(++_values, mark);
        DocNode node = start switch
        {
            Scalar scalar => Leaf(scalar, mark),
            SequenceStart sequence => List(mark, depth, sequence.Style == SequenceStyle.Flow),
            _ => Map(mark, depth, ((MappingStart)start).Style == MappingStyle.Flow),
        };
        node = TagFault(start, mark) ?? (TagOf(start) == AnsibleYaml.UnsafeTag ? node.Literal() : node);
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    /// <summary>A copy of what the alias stands for. Aliases within anchors nest deeper than what is written.</summary>
    private DocNode Aliased(AnchorAlias alias, int depth)
    {
        SourceMark mark = MarkOf(alias);
        DocNode anchored = _anchors.GetValueOrDefault(alias.Value)
            ?? throw mark.Error("the alias here (*) has no anchor (&) before it.", QuotesHint);
        _copies += Size(anchored);
        CheckDepth(depth - 1 + Height(anchored), mark);
        return _copies <= MaxCopies ? anchored.Copy()
            : throw mark.Error($"aliases and merge keys (<<) make more than {MaxCopies} values of this.");
    }

    private static long Size(DocNode node) => 1 + node.Children.Sum(Size);

    private static int Height(DocNode node) => 1 + node.Children.Select(Height).DefaultIfEmpty().Max();

    private static DocScalar Leaf(Scalar scalar, SourceMark mark) => new(mark, scalar.Value, scalar.Style, TagOf(scalar));

    /// <summary>The tag; empty for none. The tag ! alone means nothing to PyYAML.</summary>
    private static string TagOf(NodeEvent node) => node.Tag.IsEmpty || node.Tag.IsNonSpecific ? "" : node.Tag.Value;

    private DocList List(SourceMark mark, int depth, bool isFlow)
    {
        var items = new List<DocNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new DocList(mark, items, isFlow);
    }

    private DocNode Map(SourceMark mark, int depth, bool isFlow)
    {
        var map = new DocMap(mark, isFlow);
        var merged = new List<DocMap>();
        DocFault? broken = null;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw MarkOf(_parser.Current).Error("a key has to be a plain text.");
            }

            DocNode value = Node(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                broken ??= MergeFault(value);
                merged.AddRange(broken is null ? Merged(value) : []);
                continue;
            }

            SourceMark keyMark = MarkOf(key);
            map.Set(Leaf(key, keyMark), map.Has(key.Value) ? Accepted(Twice(keyMark, key.Value)) : value);
        }

        foreach ((DocScalar key, DocNode value) in merged.SelectMany(inner => inner.Entries).Where(entry => !map.Has(entry.Key.Value)))
        {
            map.Set(key, value);
        }

        return broken ?? (DocNode)map;
    }

    /// <summary>What is wrong with the value of a merge key; null if it is a mapping, or a list of them.</summary>
    private DocFault? MergeFault(DocNode value) => value switch
    {
        DocMap => null,
        DocList list => list.Items.Select(MergeFault).FirstOrDefault(fault => fault is not null),
        DocFault fault => fault,
        _ => Accepted(new DocFault(value.Mark, $"the merge key << needs a mapping or a list of them, not {value.Kind}.")),
    };

    private static IEnumerable<DocMap> Merged(DocNode value) => value is DocMap map ? [map] : value.Children.SelectMany(Merged);

    /// <summary>The fault, if the rules are lazy.</summary>
    /// <exception cref="HotstackException">They are not.</exception>
    private DocFault Accepted(DocFault fault) => _rules.IsLazy ? fault : throw fault.Error();

    /// <summary>What is wrong with a value for its tag; null for nothing.</summary>
    private DocFault? TagFault(NodeEvent node, SourceMark mark)
    {
        string tag = TagOf(node);
        if (tag.Length == 0 || DocScalar.IsCoreTag(tag) || (_rules.IsAnsible && tag == AnsibleYaml.UnsafeTag))
        {
            return null;
        }

        if (!AnsibleYaml.IsVaultTag(tag))
        {
            return Accepted(new DocFault(mark, "the YAML tag here (!) is not supported.", QuotesHint));
        }

        return _rules.IsAnsible && node is Scalar
            ? new DocFault(mark with { ErrorId = _rules.EncryptedId ?? mark.ErrorId }, AnsibleYaml.VaultComplaint, _rules.EncryptedHint)
            : Accepted(new DocFault(mark, AnsibleYaml.VaultComplaint, AnsibleYaml.VaultHint));
    }

    /// <summary>The parser's place, or the end of what it last understood: it often names a place long before that.</summary>
    private SourceMark Nearest(Mark mark)
    {
        Mark understood = _parser.Current?.End ?? Mark.Empty;
        Mark later = understood.Index > mark.Index ? understood : mark;
        return _file.At(later.Line, later.Column);
    }

    private SourceMark MarkOf(ParsingEvent? e) => e is null ? _file : _file.At(e.Start.Line, e.Start.Column);
}
