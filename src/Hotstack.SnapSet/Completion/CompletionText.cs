using System.Text.RegularExpressions;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Selects the suggestions that continue what was typed, and writes them for the command line.</summary>
internal static partial class CompletionText
{
    /// <summary>What PowerShell takes as a single or a double quotation mark.</summary>
    private const string SingleQuotes = "'\u2018\u2019\u201a\u201b";
    private const string DoubleQuotes = "\"\u201c\u201d\u201e";

    /// <param name="typed">What was typed of the argument, perhaps with a quotation mark before it.</param>
    /// <param name="suggestions">What there is. Texts with invisible characters are left out.</param>
    /// <param name="given">The values that the argument has already.</param>
    /// <param name="isPattern">Whether the argument takes wildcards; they are then escaped.</param>
    public static IEnumerable<(string Text, Suggestion Suggestion)> Matching(
        string typed, IEnumerable<Suggestion> suggestions, IReadOnlyCollection<string> given, bool isPattern)
    {
        string prefix = Bare(typed);
        return suggestions
            .Where(s => s.Text.Length > 0 && CommandArgument.IsVisible(s.Text))
            .Where(s => Continues(s.Text, prefix) || (s.Key is { } key && Continues(key, prefix)))
            .Where(s => !given.Contains(s.Text, StringComparer.Ordinal))
            .Select(s => (s.IsExpression ? s.Text : isPattern ? CommandArgument.OfPattern(s.Text) : CommandArgument.Of(s.Text), s));
    }

    /// <summary>The word that the user is typing, without its quotation marks.</summary>
    public static string Bare(string typed)
    {
        string? quotes = new[] { SingleQuotes, DoubleQuotes }.FirstOrDefault(marks => marks.Contains(typed.FirstOrDefault()));
        return quotes is null ? typed : Pair().Replace(typed[1..].TrimEnd([.. quotes]), "$1$2");
    }

    private static bool Continues(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || (Wildcard.IsPattern(prefix) && Wildcard.Matches(text, prefix + "*"));

    /// <summary>Two quotation marks inside a quoted text stand for one.</summary>
    [GeneratedRegex("['\u2018-\u201b](['\u2018-\u201b])|[\"\u201c-\u201e]([\"\u201c-\u201e])")]
    private static partial Regex Pair();
}
