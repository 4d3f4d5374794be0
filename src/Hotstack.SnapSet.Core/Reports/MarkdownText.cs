namespace Hotstack.Reports;

/// <summary>Texts of others in Markdown.</summary>
/// <remarks>They are code spans: no renderer looks for emphasis, links, addresses, HTML, mentions or emoji in them.</remarks>
internal static class MarkdownText
{
    /// <summary>A text as a code span that is safe in a cell of a table; a dash for none.</summary>
    public static string Code(string? text)
    {
        string shown = Markup.Shown(text);
        if (shown.Length == 0)
        {
            return "–";
        }

        string fence = new('`', LongestRun(shown) + 1);
        string pad = shown[0] == '`' || shown[^1] == '`' ? " " : "";
        return $"{fence}{pad}{Cell(shown)}{pad}{fence}";
    }

    /// <summary>A bar for a part of a whole, as signs of one width.</summary>
    /// <param name="length">How many signs.</param>
    /// <param name="parts">What each sign is: its place as 0 to 100 percent gives it.</param>
    public static string Bar(int length, Func<double, char> parts) =>
        $"`{string.Concat(Enumerable.Range(0, length).Select(at => parts((at + 0.5) * 100 / length)))}`";

    /// <summary>A cell ends at a pipe that no backslash precedes. Renderers differ on two backslashes before it, so such a pipe is written
    /// out.</summary>
    private static string Cell(string text) =>
        text.Replace(@"\|", @"\`u{7c}", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal);

    private static int LongestRun(string text)
    {
        (int longest, int run) = (0, 0);
        foreach (char sign in Cell(text))
        {
            run = sign == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
