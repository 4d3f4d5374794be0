using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>
/// Writes a name as one argument on a command line of PowerShell, for the commands that an error tells to copy. PowerShell reads
/// back the very name, whoever chose it.
/// </summary>
/// <remarks>
/// PowerShell takes U+2018 to U+201B for ' and U+201C to U+201E for " (its language specification, 2.3.5.2).
/// tests/Pester/Completion.Tests.ps1 compares this with PowerShell's own parser.
/// </remarks>
public static partial class CommandArgument
{
    /// <summary>The name for a parameter that takes it as it is, or for another program.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsBare(name) ? name
            : IsVisible(name) ? $"'{EscapeSingleQuoted(name)}'"
            : $"\"{HiddenCharacters.WriteOut(SpecialInDoubleQuotes().Replace(name, "`$0"))}\"";
    }

    /// <summary>Names for a parameter that takes several as they are.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Of));

    /// <summary>The name for a parameter that takes wildcards.</summary>
    public static string OfPattern(string name) => Of(EscapeWildcards(name));

    /// <summary>A pattern that matches this name only.</summary>
    public static string EscapeWildcards(string name) => Wildcards().Replace(name, "`$0");

    /// <summary>What stands between single quotation marks for this text.</summary>
    public static string EscapeSingleQuoted(string text) => SingleQuotes().Replace(text, "$0$0");

    /// <summary>Whether all of the name can be seen before it is accepted: it holds no control, bidirectional or other character
    /// that acts or hides instead of being shown.</summary>
    public static bool IsVisible(string name) => HiddenCharacters.WriteOut(name) == name;

    /// <summary>Whether PowerShell reads the name without quotation marks as this name: neither as an operator, a variable or a
    /// parameter, nor as a number, of which it forgets how it was written.</summary>
    public static bool IsBare(string name) => Word().IsMatch(name) && !Number().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex Word();

    /// <summary>As PowerShell's tokenizer has them, with its suffixes of types and sizes.</summary>
    [GeneratedRegex(@"\A(0x[0-9a-f]+|0b[01]+|\d+(\.\d*)?(e[+-]?\d+)?)(u?[ysl]?|[nd])([kmgtp]b)?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex("['\u2018-\u201b]")]
    private static partial Regex SingleQuotes();

    [GeneratedRegex("[\"\u201c-\u201e$`]")]
    private static partial Regex SpecialInDoubleQuotes();

    [GeneratedRegex(@"[*?\[\]`]")]
    private static partial Regex Wildcards();
}
