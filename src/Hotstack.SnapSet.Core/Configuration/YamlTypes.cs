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

    /// <summary>An int or float to the base of 60, such as 12:30, which nobody means.</summary>
    Sexagesimal,
}

/// <summary>
/// The types of plain scalars for PyYAML, and so for Heat and Ansible: those of YAML 1.1
/// (https://yaml.org/type/). A date stays a text, as in Heat; so does a number to the base of 60.
/// </summary>
internal static partial class YamlTypes
{
    public const string TextTag = TagPrefix + "str";

    private const string TagPrefix = "tag:yaml.org,2002:";

    private static readonly string[] CoreTags = ["str", "int", "float", "bool", "null", "map", "seq"];

    public static bool IsCoreTag(string tag) => tag.StartsWith(TagPrefix, StringComparison.Ordinal) && CoreTags.Contains(tag[TagPrefix.Length..]);

    public static YamlType Of(string value, ScalarStyle style, string tag) => tag switch
    {
        TagPrefix + "null" => YamlType.Null,
        TagPrefix + "bool" => YamlType.Bool,
        TagPrefix + "int" => YamlType.Int,
        TagPrefix + "float" => YamlType.Float,
        "" when style == ScalarStyle.Plain => OfPlain(value),
        _ => YamlType.Text,
    };

    private static YamlType OfPlain(string value)
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
}
