using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>
/// Quotes a name as one argument of a PowerShell command that an error shows for copying. PowerShell reads back exactly that name.
/// </summary>
/// <remarks>
/// PowerShell takes U+2018 to U+201B for ' and U+201C to U+201E for " (its language specification, 2.3.5.2).
/// tests/Pester/Completion.Tests.ps1 compares this with PowerShell's own parser.
/// </remarks>
public static partial class CommandArgument
{
    /// <summary>The name for a parameter without wildcards, or for another program.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsBare(name) ? name
            : IsVisible(name) ? $"'{EscapeSingleQuoted(name)}'"
            : $"\"{DisplayText.WriteOut(SpecialInDoubleQuotes().Replace(name, "`$0"))}\"";
    }

    /// <summary>Names for a parameter that takes several, without wildcards.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Of));

    /// <summary>The name for a parameter that takes wildcards.</summary>
    public static string OfPattern(string name) => Of(EscapeWildcards(name));

    /// <summary>A pattern that matches this name only.</summary>
    public static string EscapeWildcards(string name) => Wildcards().Replace(name, "`$0");

    /// <summary>The text as it stands between single quotation marks.</summary>
    public static string EscapeSingleQuoted(string text) => SingleQuotes().Replace(text, "$0$0");

    /// <summary>Whether the name holds no control, bidirectional or other hidden character.</summary>
    public static bool IsVisible(string name) => DisplayText.WriteOut(name) == name;

    /// <summary>Whether PowerShell reads the name without quotation marks as this name: not as an operator, variable, parameter or
    /// number.</summary>
    public static bool IsBare(string name) => Word().IsMatch(name) && !Number().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex Word();

    /// <summary>Numbers as PowerShell's tokenizer reads them, with suffixes of types and sizes.</summary>
    [GeneratedRegex(@"\A(0x[0-9a-f]+|0b[01]+|\d+(\.\d*)?(e[+-]?\d+)?)(u?[ysl]?|[nd])([kmgtp]b)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex("['\u2018-\u201b]")]
    private static partial Regex SingleQuotes();

    [GeneratedRegex("[\"\u201c-\u201e$`]")]
    private static partial Regex SpecialInDoubleQuotes();

    [GeneratedRegex(@"[*?\[\]`]")]
    private static partial Regex Wildcards();
}
