using System.Text;

namespace Hotstack.Bench;

/// <summary><c>bench/RESULTS.md</c>: one section for each benchmark, as it was last measured.</summary>
internal static class Results
{
    private static readonly string File = Path.Combine(Repository.Root, "bench", "RESULTS.md");

    private const int LineLength = 125;

    /// <summary>Puts the section in the place of the one of that title, or at the end; a quick run only shows it.</summary>
    /// <param name="title">The section's.</param>
    /// <param name="text">Paragraphs, which are filled to lines of one length, and tables.</param>
    /// <param name="quick">Whether it is a quick run.</param>
    public static void Write(string title, string text, bool quick)
    {
        text = string.Join("\n\n", text.Split("\n\n").Select(part => part is ['|' or '!', ..] ? part : Fill(part)));
        Console.WriteLine(text);
        if (quick)
        {
            return;
        }

        string[] parts = System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File).Split("\n## ") : ["# What was measured\n"];
        string section = $"{title}\n\n{text}\n";
        int at = Array.FindIndex(parts, part => part.StartsWith($"{title}\n", StringComparison.Ordinal));
        if (at < 0)
        {
            parts = [.. parts, section];
        }
        else
        {
            parts[at] = section;
        }

        System.IO.File.WriteAllText(File, string.Join("\n## ", parts.Select(part => part.TrimEnd() + "\n")));
    }

    private static string Fill(string paragraph)
    {
        var filled = new StringBuilder();
        int column = 0;
        foreach (string word in paragraph.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            bool fits = column + 1 + word.Length <= LineLength;
            filled.Append(column == 0 ? "" : fits ? " " : "\n").Append(word);
            column = (column == 0 ? 0 : fits ? column + 1 : 0) + word.Length;
        }

        return filled.ToString();
    }

    /// <summary>A table of Markdown.</summary>
    public static string Table(string[] head, IEnumerable<string[]> rows) => string.Join(
        '\n', rows.Prepend([.. head.Select(_ => "---")]).Prepend(head).Select(cells => $"| {string.Join(" | ", cells)} |"));
}
