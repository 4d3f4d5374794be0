using System.Text.RegularExpressions;
using Hotstack.Configuration;
using YamlDotNet.Core;

namespace Hotstack.Templates.Documents;

/// <summary>A value of a YAML document that can be changed and written again. Aliases and merge keys are written out.</summary>
internal abstract class DocNode(SourceMark mark)
{
    public SourceMark Mark { get; } = mark;

    /// <summary>What it is, for messages: <c>a list</c>.</summary>
    public abstract string Kind { get; }

    public abstract DocNode Copy();

    /// <summary>The node itself.</summary>
    /// <exception cref="HotstackException"><c>ParameterUnresolved</c>: it is a text that ansible-vault has encrypted.</exception>
    public DocNode Usable() => this is DocScalar { IsEncrypted: true }
        ? throw TemplateErrors.At(Mark with { ErrorId = TemplateErrors.Unresolved }, AnsibleVault.Complaint, "Decrypt it with 'ansible-vault decrypt', or give the parameter with -Parameter.")
        : this;
}

/// <param name="mark">Where it stands.</param>
/// <param name="value">Its text, escapes resolved.</param>
/// <param name="style">How it is written; what a plain one means depends on its text.</param>
/// <param name="tag">Its tag as far as one is written: <c>tag:yaml.org,2002:str</c>; empty for none.</param>
internal sealed partial class DocScalar(SourceMark mark, string value, ScalarStyle style, string tag = "") : DocNode(mark)
{
    public string Value { get; } = value;

    public ScalarStyle Style { get; } = style;

    public string Tag { get; } = tag;

    /// <summary>It is taken as it is, whatever braces it holds.</summary>
    public bool IsLiteral { get; init; } = tag == AnsibleText.UnsafeTag;

    /// <summary>It is encrypted by ansible-vault: its text is no value.</summary>
    public bool IsEncrypted { get; } = AnsibleVault.IsTag(tag);

    public YamlType Type { get; } = YamlTypes.Of(value, style, tag);

    public override string Kind => Type == YamlType.Null ? "nothing" : "a single value";

    public override DocNode Copy() => new DocScalar(Mark, Value, Style, Tag) { IsLiteral = IsLiteral };

    /// <summary>A text; written plain where that reads as the same text everywhere.</summary>
    public static DocScalar Text(SourceMark mark, string text) =>
        new(mark, text, Name().IsMatch(text) && YamlTypes.Of(text, ScalarStyle.Plain, "") == YamlType.Text
            ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted);

    public static DocScalar Plain(SourceMark mark, string text) => new(mark, text, ScalarStyle.Plain);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

internal sealed class DocList(SourceMark mark, IEnumerable<DocNode> items, bool isFlow = false) : DocNode(mark)
{
    public List<DocNode> Items { get; } = [.. items];

    public bool IsFlow { get; } = isFlow;

    public override string Kind => "a list";

    public override DocNode Copy() => new DocList(Mark, Items.Select(item => item.Copy()), IsFlow);
}

/// <summary>A mapping in the order of its file.</summary>
internal sealed class DocMap(SourceMark mark, bool isFlow = false) : DocNode(mark)
{
    private readonly List<DocScalar> _keys = [];
    private readonly Dictionary<string, DocNode> _values = new(StringComparer.Ordinal);

    public bool IsFlow { get; } = isFlow;

    public override string Kind => "a mapping";

    public int Count => _keys.Count;

    public IEnumerable<(DocScalar Key, DocNode Value)> Entries => _keys.Select(key => (key, _values[key.Value]));

    /// <summary>A value; null if there is none, or it is YAML's null.</summary>
    public DocNode? this[string key] => _values.GetValueOrDefault(key) is { } value and not DocScalar { Type: YamlType.Null } ? value : null;

    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>A single text; null if there is none, or it is something else: a list, a function, a number.</summary>
    public string? Text(string key) => this[key] is DocScalar { Type: YamlType.Text } scalar ? scalar.Value : null;

    public DocMap? Map(string key) => this[key] as DocMap;

    public DocMap Set(DocScalar key, DocNode value)
    {
        if (!_values.ContainsKey(key.Value))
        {
            _keys.Add(key);
        }

        _values[key.Value] = value;
        return this;
    }

    public DocMap Set(string key, DocNode value) => Set(DocScalar.Text(Mark, key), value);

    public DocMap Set(string key, string text) => Set(key, DocScalar.Text(Mark, text));

    public bool Remove(string key)
    {
        if (!_values.Remove(key))
        {
            return false;
        }

        _keys.RemoveAll(k => k.Value == key);
        return true;
    }

    /// <summary>The mapping of a key, made where there is none.</summary>
    public DocMap MapFor(string key)
    {
        if (Map(key) is { } found)
        {
            return found;
        }

        var made = new DocMap(Mark, IsFlow);
        Set(key, made);
        return made;
    }

    public override DocNode Copy()
    {
        var copy = new DocMap(Mark, IsFlow);
        foreach ((DocScalar key, DocNode value) in Entries)
        {
            copy.Set((DocScalar)key.Copy(), value.Copy());
        }

        return copy;
    }
}
