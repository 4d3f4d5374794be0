using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace Hotstack.Configuration;

/// <summary>The type of a scalar.</summary>
internal enum YamlType
{
    Text,
    Null,
    Bool,
    Int,
    Float,

    /// <summary>A date or time, which Heat takes as text.</summary>
    Timestamp,

    /// <summary>An int or float to the base of 60, such as 12:30; treated as a text.</summary>
    Sexagesimal,
}

/// <summary>A single value.</summary>
/// <param name="mark">Where it is.</param>
/// <param name="value">Its text as written, escapes resolved: 2.10 stays 2.10, and 007 stays 007.</param>
/// <param name="style">How it is written. The text of a plain scalar decides its type.</param>
/// <param name="tag">Its tag: <c>tag:yaml.org,2002:str</c>; empty for none.</param>
internal sealed partial class DocScalar(SourceMark mark, string value, ScalarStyle style, string tag = "") : DocNode(mark)
{
    private const string TextTag = TagPrefix + "str";

    private const string TagPrefix = "tag:yaml.org,2002:";

    private static readonly string[] CoreTags = ["str", "int", "float", "bool", "null", "map", "seq"];

    private YamlType? _type;

    public string Value { get; } = value;

    public ScalarStyle Style { get; } = style;

    public string Tag { get; } = tag;

    /// <summary>It is no template for Ansible, whatever braces it has.</summary>
    public bool IsLiteral { get; init; } = tag == AnsibleYaml.UnsafeTag;

    public YamlType Type => _type ??= TypeOf(Value, Style, Tag);

    /// <summary>Its text, whatever its type; null for YAML's null.</summary>
    public string? Text => Type == YamlType.Null ? null : Value;

    /// <summary>It is a text even if it looks like a number or a yes.</summary>
    public bool IsQuoted => Style != ScalarStyle.Plain || Tag == TextTag;

    public override string Kind => Type == YamlType.Null ? "nothing" : "a single value";

    /// <summary>A text; written plain where every reader takes that as the same text.</summary>
    public static DocScalar Of(SourceMark mark, string text) =>
        new(mark, text, Name().IsMatch(text) && TypeOf(text, ScalarStyle.Plain, "") == YamlType.Text ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted);

    public static DocScalar Plain(SourceMark mark, string text) => new(mark, text, ScalarStyle.Plain);

    public override DocNode Copy() => new DocScalar(Mark, Value, Style, Tag) { IsLiteral = IsLiteral };

    public override DocNode Literal() => Type == YamlType.Text ? new DocScalar(Mark, Value, Style, Tag) { IsLiteral = true } : this;

    public static bool IsCoreTag(string tag) => tag.StartsWith(TagPrefix, StringComparison.Ordinal)
        && CoreTags.Contains(tag[TagPrefix.Length..]);

    /// <summary>
    /// The type for PyYAML, and so for Heat and Ansible: that of YAML 1.1 (https://yaml.org/type/). A date stays a text, as in Heat;
    /// so does a number to the base of 60.
    /// </summary>
    private static YamlType TypeOf(string value, ScalarStyle style, string tag) => tag switch
    {
        TagPrefix + "null" => YamlType.Null,
        TagPrefix + "bool" => YamlType.Bool,
        TagPrefix + "int" => YamlType.Int,
        TagPrefix + "float" => YamlType.Float,
        "" when style == ScalarStyle.Plain => TypeOfPlain(value),
        _ => YamlType.Text,
    };

    private static YamlType TypeOfPlain(string value)
    {
        if (value is "" or "~" or "null" or "Null" or "NULL")
        {
            return YamlType.Null;
        }

        // The longest that can be something else is a time stamp with a long fraction.
        if (value.Length > 400)
        {
            return Digits().IsMatch(value) ? YamlType.Int : YamlType.Text;
        }

        return Bool().IsMatch(value) ? YamlType.Bool
            : Int().IsMatch(value) ? YamlType.Int
            : Float().IsMatch(value) ? YamlType.Float
            : Timestamp().IsMatch(value) ? YamlType.Timestamp
            : Sexagesimal().IsMatch(value) ? YamlType.Sexagesimal
            : YamlType.Text;
    }

    [GeneratedRegex(@"\A(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)\z")]
    private static partial Regex Bool();

    [GeneratedRegex(@"\A[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)\z")]
    private static partial Regex Int();

    [GeneratedRegex(@"\A[-+]?[1-9][0-9]*\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\A(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z")]
    private static partial Regex Float();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)?\z")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"\A[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\z")]
    private static partial Regex Sexagesimal();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
