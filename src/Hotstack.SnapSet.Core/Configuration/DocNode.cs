
namespace Hotstack.Configuration;

/// <summary>
/// A value of a YAML or JSON file, which knows its place. It can be changed and written again; aliases and merge keys are
/// written out, so no two values share a part.
/// </summary>
internal abstract class DocNode(SourceMark mark)
{
    public SourceMark Mark { get; } = mark;

    /// <summary>What it is, for messages: <c>a list</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The values directly in it; of a mapping without the keys.</summary>
    public virtual IEnumerable<DocNode> Children => [];

    public abstract DocNode Copy();

    /// <summary>A copy in which no text is a template for Ansible.</summary>
    public abstract DocNode Literal();

    /// <summary>The node itself.</summary>
    /// <exception cref="HotstackException">It is a <see cref="DocFault"/>.</exception>
    public DocNode Usable() => this is DocFault fault ? throw fault.Error() : this;
}

/// <summary>
/// A value that cannot be used. Only a reader that needs it raises its error, so one broken entry of a file does not make
/// the others useless.
/// </summary>
/// <param name="mark">Where it is.</param>
/// <param name="complaint">What is wrong, without the value.</param>
/// <param name="hint">What to do about it; null for nothing.</param>
internal sealed class DocFault(SourceMark mark, string complaint, string? hint = null) : DocNode(mark)
{
    public override string Kind => "a value that cannot be used";

    public HotstackException Error() => Mark.Error(complaint, hint);

    public override DocNode Copy() => this;

    public override DocNode Literal() => this;
}

internal sealed class DocList(SourceMark mark, IEnumerable<DocNode> items, bool isFlow = false) : DocNode(mark)
{
    public List<DocNode> Items { get; } = [.. items];

    public bool IsFlow { get; } = isFlow;

    public override string Kind => "a list";

    public override IEnumerable<DocNode> Children => Items;

    public override DocNode Copy() => new DocList(Mark, Items.Select(item => item.Copy()), IsFlow);

    public override DocNode Literal() => new DocList(Mark, Items.Select(item => item.Literal()), IsFlow);
}

/// <summary>A mapping in the order of its file.</summary>
internal sealed class DocMap(SourceMark mark, bool isFlow = false) : DocNode(mark)
{
    private readonly List<DocScalar> _keys = [];
    private readonly Dictionary<string, DocNode> _values = new(StringComparer.Ordinal);

    public bool IsFlow { get; } = isFlow;

    public override string Kind => "a mapping";

    public int Count => _keys.Count;

    public IEnumerable<string> Keys => _keys.Select(key => key.Value);

    /// <summary>All that is in it; a value may be YAML's null or a <see cref="DocFault"/>.</summary>
    public IEnumerable<(DocScalar Key, DocNode Value)> Entries => _keys.Select(key => (key, _values[key.Value]));

    public override IEnumerable<DocNode> Children => _keys.Select(key => _values[key.Value]);

    /// <summary>A value; null if there is none, or it is YAML's null.</summary>
    /// <exception cref="HotstackException">It is a <see cref="DocFault"/>.</exception>
    public DocNode? this[string key] => Find(key)?.Usable() is { } value and not DocScalar { Type: YamlType.Null } ? value : null;

    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>The node of a key, also a null or a <see cref="DocFault"/>; null if the mapping does not have the key.</summary>
    public DocNode? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>A single value as text; null if there is none, or it is empty.</summary>
    /// <exception cref="HotstackException">It is a list or a mapping.</exception>
    public string? Text(string key) => this[key] switch
    {
        null => null,
        DocScalar scalar => scalar.Value.Length > 0 ? scalar.Value : null,
        var other => throw other.Mark.Error($"{key} has to be a single value, not {other.Kind}."),
    };

    /// <summary>A mapping; null if there is none.</summary>
    /// <exception cref="HotstackException">It is something else.</exception>
    public DocMap? Map(string key) => this[key] switch
    {
        null => null,
        DocMap inner => inner,
        var other => throw other.Mark.Error($"{key} has to be a mapping, not {other.Kind}."),
    };

    /// <summary>A list, or a single value as a list of one; empty if there is none.</summary>
    /// <exception cref="HotstackException">It is a mapping.</exception>
    public IReadOnlyList<DocNode> List(string key) => this[key] switch
    {
        null or DocScalar { Value: "" } => [],
        DocList list => list.Items,
        DocScalar scalar => [scalar],
        var other => throw other.Mark.Error($"{key} has to be a list, not {other.Kind}."),
    };

    /// <summary>A value whose type is text; null if there is none, or it is something else: a list, a function, a number.</summary>
    public string? TextOrNull(string key) => this[key] is DocScalar { Type: YamlType.Text } scalar ? scalar.Value : null;

    /// <summary>A mapping; null if there is none, or it is something else.</summary>
    public DocMap? MapOrNull(string key) => this[key] as DocMap;

    public DocMap Set(DocScalar key, DocNode value)
    {
        if (!_values.ContainsKey(key.Value))
        {
            _keys.Add(key);
        }

        _values[key.Value] = value;
        return this;
    }

    public DocMap Set(string key, DocNode value) => Set(DocScalar.Of(Mark, key), value);

    public DocMap Set(string key, string text) => Set(key, DocScalar.Of(Mark, text));

    public bool Remove(string key)
    {
        if (!_values.Remove(key))
        {
            return false;
        }

        _keys.RemoveAll(k => k.Value == key);
        return true;
    }

    /// <summary>The mapping of a key; a new one if there is none.</summary>
    public DocMap MapFor(string key)
    {
        if (MapOrNull(key) is { } found)
        {
            return found;
        }

        var made = new DocMap(Mark, IsFlow);
        Set(key, made);
        return made;
    }

    /// <summary>A mapping with only some of the entries, which stay the same nodes.</summary>
    public DocMap Where(Func<string, bool> isKept) => With(Entries.Where(entry => isKept(entry.Key.Value)));

    public override DocNode Copy() => With(Entries.Select(entry => ((DocScalar)entry.Key.Copy(), entry.Value.Copy())));

    public override DocNode Literal() => With(Entries.Select(entry => (entry.Key, entry.Value.Literal())));

    private DocMap With(IEnumerable<(DocScalar Key, DocNode Value)> entries) =>
        entries.Aggregate(new DocMap(Mark, IsFlow), (made, entry) => made.Set(entry.Key, entry.Value));
}

/// <summary>A place in a file or a variable, and the kind of error there.</summary>
/// <param name="Source">The path of a file, or the name of a variable.</param>
/// <param name="ErrorId">The id of an error there: <c>CloudConfigInvalid</c>.</param>
/// <param name="Line">From 1; 0 for the whole of it.</param>
/// <param name="Column">From 1; 0 for the whole of it.</param>
internal readonly record struct SourceMark(string Source, string ErrorId, long Line = 0, long Column = 0)
{
    /// <summary>The cause of an error there; null for <see cref="ErrorCause.ConfigurationInvalid"/>.</summary>
    public ErrorCause? Cause { get; init; }

    public SourceMark At(long line, long column) => this with { Line = line, Column = column };

    /// <summary>The error of this place.</summary>
    /// <param name="complaint">What is wrong, without a value that could be a secret.</param>
    /// <param name="hint">What to do about it; null for nothing.</param>
    /// <param name="inner">The exception behind it; null if there is none, or its message could show a secret.</param>
    public HotstackException Error(string complaint, string? hint = null, Exception? inner = null) =>
        new(Cause ?? ErrorCause.ConfigurationInvalid, ErrorId, $"{this}: {complaint}", inner) { Hint = hint, Target = Source };

    public override string ToString() => Line == 0 ? Source : $"{Source}, line {Line}, column {Column}";
}
