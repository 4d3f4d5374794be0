using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Which suggestions go on from what was typed, and how they are written on the command line.</summary>
internal static partial class CompletionText
{
    /// <summary>What PowerShell takes for a single quotation mark, and for a double one.</summary>
    private const string SingleQuotes = "'\u2018\u2019\u201a\u201b";
    private const string DoubleQuotes = "\"\u201c\u201d\u201e";

    /// <param name="typed">What was typed of the argument, perhaps with a quotation mark before it.</param>
    /// <param name="suggestions">What there is. One that cannot be seen whole is left out.</param>
    /// <param name="given">What the argument has already, where it takes several.</param>
    /// <param name="isPattern">The argument takes wildcards, so that what looks like one has to be escaped.</param>
    /// <param name="escape">Escapes what comes between single quotation marks; null for PowerShell's own function.</param>
    public static IEnumerable<(string Text, Suggestion Suggestion)> Matching(
        string typed, IEnumerable<Suggestion> suggestions, IReadOnlyCollection<string> given, bool isPattern, Func<string, string>? escape = null)
    {
        string begun = Bare(typed);
        escape ??= CodeGeneration.EscapeSingleQuotedStringContent;
        return suggestions
            .Where(s => s.Text.Length > 0 && CommandArgument.IsVisible(s.Text) && GoesOn(s.Text, begun) && !given.Contains(s.Text, StringComparer.Ordinal))
            .Select(s => (Quoted(isPattern ? CommandArgument.EscapeWildcards(s.Text) : s.Text, escape), s));
    }

    /// <summary>A word that is being written, without its quotation marks.</summary>
    public static string Bare(string typed)
    {
        string quotes = SingleQuotes.Contains(typed.FirstOrDefault()) ? SingleQuotes : DoubleQuotes.Contains(typed.FirstOrDefault()) ? DoubleQuotes : "";
        return quotes.Length == 0 ? typed : Pair().Replace(typed[1..].TrimEnd([.. quotes]), "$1$2");
    }

    private static bool GoesOn(string text, string begun) =>
        text.StartsWith(begun, StringComparison.OrdinalIgnoreCase) || (Wildcard.IsPattern(begun) && Wildcard.Matches(text, begun + "*"));

    private static string Quoted(string text, Func<string, string> escape) => CommandArgument.IsBare(text) ? text : $"'{escape(text)}'";

    /// <summary>Between quotation marks two of them stand for one.</summary>
    [GeneratedRegex("['\u2018-\u201b](['\u2018-\u201b])|[\"\u201c-\u201e]([\"\u201c-\u201e])")]
    private static partial Regex Pair();
}
