using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Hotstack.Help;

/// <summary>Converts the page of an about topic to the text that Get-Help shows.</summary>
internal sealed class AboutTopic
{
    public const int Width = 80;

    private const int Indent = 4;
    private const int ColumnGap = 2;

    private readonly MarkdownSource _source;
    private readonly StringBuilder _text = new();

    private AboutTopic(MarkdownSource source) => _source = source;

    /// <param name="file">The page's path; its name is the topic's.</param>
    /// <param name="markdown">Its content.</param>
    /// <exception cref="HelpSourceException">The page does not fit the schema, or a line of code is too long.</exception>
    public static string Write(string file, string markdown) =>
        new AboutTopic(new MarkdownSource(file, markdown)).Write(Path.GetFileNameWithoutExtension(file));

    private string Write(string name)
    {
        (string title, IReadOnlyList<Block> stray) = _source.ReadTitle();
        if (title != name || stray.Count > 0)
        {
            throw _source.Error(_source.Blocks[0], $"The page begins with '# {name}', and then '## SHORT DESCRIPTION'.");
        }

        IReadOnlyList<Section> sections = _source.SectionsOf(_source.Blocks, level: 2);
        if (sections is not [{ Title: "SHORT DESCRIPTION" } brief, { Title: "LONG DESCRIPTION" }, ..])
        {
            throw _source.Error(_source.Blocks[0], "The first sections are '## SHORT DESCRIPTION' and '## LONG DESCRIPTION'.");
        }

        // Get-Help takes the topic's synopsis from the fifth line.
        if (PlainText.ParagraphsOf(brief.Blocks, _source).ToArray() is not [{ Length: <= Width - Indent }])
        {
            throw _source.Error(brief.Heading, $"The short description is one sentence of at most {Width - Indent} characters.");
        }

        _text.Append("TOPIC\n").Append(' ', Indent).Append(name).Append('\n');
        foreach (Section section in sections)
        {
            _text.Append('\n').Append(section.Title.ToUpperInvariant()).Append('\n');
            for (int i = 0; i < section.Blocks.Count; i++)
            {
                if (i > 0)
                {
                    _text.Append('\n');
                }

                Append(section.Blocks[i]);
            }
        }

        return _text.ToString();
    }

    private void Append(Block block)
    {
        switch (block)
        {
            case HeadingBlock { Level: 3 } heading:
                AppendLine("  " + PlainText.Of(heading, _source));
                break;
            case FencedCodeBlock code:
                AppendCode(code);
                break;
            case Table table:
                AppendTable(table);
                break;
            default:
                AppendProse(block);
                break;
        }
    }

    private void AppendProse(Block block)
    {
        foreach (string paragraph in PlainText.ParagraphsOf([block], _source))
        {
            bool isItem = paragraph.StartsWith("- ", StringComparison.Ordinal) || paragraph.StartsWith("  ", StringComparison.Ordinal);
            string[] lines = [.. WrapText(isItem ? paragraph[2..] : paragraph, Width - Indent - (isItem ? 2 : 0))];
            for (int i = 0; i < lines.Length; i++)
            {
                AppendLine(new string(' ', Indent) + (!isItem ? "" : i == 0 ? paragraph[..2] : "  ") + lines[i]);
            }
        }
    }

    private void AppendCode(FencedCodeBlock code)
    {
        string[] lines = code.Lines.ToString().Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Length > 0 ? new string(' ', Indent + 2) + lines[i] : "";
            if (line.Length > Width)
            {
                throw new HelpSourceException(
                    _source.File, code.Line + 2 + i,
                    $"This line of code has {lines[i].Length} characters, more than {Width - Indent - 2}.");
            }

            AppendLine(line);
        }
    }

    /// <summary>The first column is as wide as it needs to be, up to half of the width.</summary>
    private void AppendTable(Table table)
    {
        string[][] rows = [.. table.OfType<TableRow>().Select(row => row.OfType<TableCell>()
            .Select(cell => string.Join(' ', PlainText.ParagraphsOf(cell, _source))).ToArray())];
        if (rows.FirstOrDefault(row => row.Length != 2) is not null)
        {
            throw _source.Error(table, "A table has two columns.");
        }

        int room = Width - Indent - ColumnGap;
        int first = Math.Min(rows.Max(row => row[0].Length), room / 2);
        for (int i = 0; i < rows.Length; i++)
        {
            AppendRow(rows[i], first, room - first);
            if (i == 0)
            {
                AppendRow([new string('-', first), new string('-', room - first)], first, room - first);
            }
        }
    }

    private void AppendRow(string[] row, int first, int second)
    {
        string[] left = [.. WrapText(row[0], first)];
        string[] right = [.. WrapText(row[1], second)];
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            AppendLine(new string(' ', Indent) + (left.ElementAtOrDefault(i) ?? "").PadRight(first + ColumnGap)
                + right.ElementAtOrDefault(i));
        }
    }

    /// <summary>Lines of at most that width. A longer word is broken.</summary>
    internal static IEnumerable<string> WrapText(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            string rest = word;
            if (line.Length > 0 && line.Length + 1 + rest.Length <= width)
            {
                line += " " + rest;
                continue;
            }

            if (line.Length > 0)
            {
                yield return line;
            }

            for (; rest.Length > width; rest = rest[width..])
            {
                yield return rest[..width];
            }

            line = rest;
        }

        yield return line;
    }

    private void AppendLine(string line) => _text.Append(line.TrimEnd()).Append('\n');
}
