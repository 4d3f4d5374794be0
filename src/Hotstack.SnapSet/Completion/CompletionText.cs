using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Which suggestions go on from what was typed, and how they are written on the command line.</summary>
internal static class CompletionText
{
    /// <param name="typed">What was typed of the argument, perhaps with a quotation mark before it.</param>
    /// <param name="suggestions">What there is.</param>
    /// <param name="given">What the argument has already, where it takes several.</param>
    /// <param name="isPattern">The argument takes wildcards, so that what looks like one has to be escaped.</param>
    public static IEnumerable<(string Text, Suggestion Suggestion)> Matching(
        string typed, IEnumerable<Suggestion> suggestions, IReadOnlyCollection<string> given, bool isPattern)
    {
        string begun = Bare(typed);
        return suggestions
            .Where(s => s.Text.Length > 0 && GoesOn(s.Text, begun) && !given.Contains(s.Text, StringComparer.Ordinal))
            .Select(s => (Quoted(isPattern ? Escaped(s.Text) : s.Text, isPattern), s));
    }

    private static bool GoesOn(string text, string begun) =>
        text.StartsWith(begun, StringComparison.OrdinalIgnoreCase) || (Wildcard.IsPattern(begun) && Wildcard.Matches(text, begun + "*"));

    /// <summary>Without the quotation marks and escapes of a word that is being written.</summary>
    private static string Bare(string typed) => typed switch
    {
        ['\'', .. var rest] => rest.TrimEnd('\'').Replace("''", "'", StringComparison.Ordinal),
        ['"', .. var rest] => rest.TrimEnd('"'),
        _ => typed,
    };

    private static string Escaped(string text) =>
        string.Concat(text.Select(sign => sign is '*' or '?' or '[' or ']' or '`' ? $"`{sign}" : $"{sign}"));

    /// <summary>In single quotation marks, unless it is a plain word: one that PowerShell would read as something else, as an
    /// operator, a number or a variable, is none.</summary>
    private static string Quoted(string text, bool isPattern) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && char.IsAsciiLetterOrDigit(text[0])
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
