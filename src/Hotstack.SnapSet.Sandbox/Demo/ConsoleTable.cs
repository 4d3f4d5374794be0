namespace Hotstack.Sandbox.Demo;

/// <summary>Writes rows in columns as wide as what is in them.</summary>
internal static class ConsoleTable
{
    public static void Write<T>(TextWriter output, IReadOnlyCollection<T> rows, params (string Title, Func<T, string?> Value)[] columns)
    {
        string[][] cells =
        [
            [.. columns.Select(c => c.Title)],
            [.. columns.Select(c => new string('-', c.Title.Length))],
            .. rows.Select(row => columns.Select(c => c.Value(row) ?? "").ToArray()),
        ];
        int[] widths = [.. columns.Select((_, i) => cells.Max(row => row[i].Length))];
        foreach (var row in cells)
        {
            output.WriteLine(("  " + string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i])))).TrimEnd());
        }
    }
}
