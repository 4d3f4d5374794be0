namespace Hotstack.Bench;

/// <summary><c>bench/RESULTS.md</c>: one section for each benchmark, as it was last measured.</summary>
internal static class Results
{
    private static readonly string File = Path.Combine(Repository.Root, "bench", "RESULTS.md");

    /// <summary>Puts the section in the place of the one of that title, or at the end; a quick run only shows it.</summary>
    public static void Write(string title, string text, bool quick)
    {
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

    /// <summary>A table of Markdown.</summary>
    public static string Table(string[] head, IEnumerable<string[]> rows) => string.Join(
        '\n', rows.Prepend([.. head.Select(_ => "---")]).Prepend(head).Select(cells => $"| {string.Join(" | ", cells)} |"));
}
