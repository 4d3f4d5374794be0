using Markdig.Syntax;

namespace Hotstack.Help;

/// <summary>Updates the syntax and the facts of a page, and keeps its prose. A new parameter gets a heading without text, which the reader
/// refuses until somebody writes it.</summary>
internal static class PageUpdate
{
    private const string AboutCommon = """
        This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable, -OutBuffer,
        -OutVariable, -PipelineVariable, -ProgressAction, -Verbose, -WarningAction and -WarningVariable. See
        [about_CommonParameters](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters).
        """;

    private const int ListWidth = 98;

    /// <param name="file">The page's name, for errors.</param>
    /// <param name="text">The page as it is.</param>
    /// <param name="cmdlet">The cmdlet as it is.</param>
    /// <exception cref="HelpSourceException">The page has no section SYNTAX or PARAMETERS.</exception>
    public static string Apply(string file, string text, CmdletSurface cmdlet)
    {
        var source = new MarkdownSource(file, text);
        string[] lines = [.. source.Lines];
        IReadOnlyList<Section> sections = source.SectionsOf(source.Blocks, level: 2);
        (int syntaxStart, int syntaxEnd) = RangeOf("SYNTAX");
        (int parametersStart, int parametersEnd) = RangeOf("PARAMETERS");
        IEnumerable<string> syntax = SyntaxText.Of(cmdlet.Name, cmdlet.DefaultSet, cmdlet.Parameters).SelectMany(set => (string[])
        [
            .. set.Name is null ? Array.Empty<string>() : [$"### {set.Heading}", ""],
            "```", .. set.Text.Split('\n'), "```", "",
        ]);
        return string.Join('\n',
        [
            .. lines[..syntaxStart], "", .. syntax,
            .. lines[syntaxEnd..parametersStart], "", .. Parameters(source, Section("PARAMETERS"), parametersEnd, cmdlet),
            .. lines[parametersEnd..],
        ]);

        Section Section(string title) =>
            sections.FirstOrDefault(s => s.Title == title) ?? throw source.Error(null, $"The section '## {title}' is missing.");

        // Without its heading.
        (int Start, int End) RangeOf(string title)
        {
            Section section = Section(title);
            Section? next = sections.SkipWhile(s => s != section).Skip(1).FirstOrDefault();
            return (section.Heading.Line + 1, next?.Heading.Line ?? lines.Length);
        }
    }

    /// <summary>An empty page.</summary>
    public static string NewPage(string cmdlet) => $"""
        ---
        external help file: Hotstack.SnapSet.dll-Help.xml
        Module Name: Hotstack.SnapSet
        online version:
        schema: 2.0.0
        ---

        # {cmdlet}

        ## SYNOPSIS

        ## SYNTAX

        ## DESCRIPTION

        ## EXAMPLES

        ## PARAMETERS

        ## INPUTS

        ## OUTPUTS

        ## NOTES

        ## RELATED LINKS

        """;

    private static IEnumerable<string> Parameters(MarkdownSource source, Section section, int end, CmdletSurface cmdlet)
    {
        Dictionary<string, string[]> prose = ProseOf(source, section, end);
        foreach (ParameterHelp parameter in cmdlet.Parameters)
        {
            IEnumerable<string> yaml = parameter.Facts.SelectMany(f => (string[])["```yaml", .. f.ToYaml().Split('\n'), "```", ""]);
            string heading = $"-{parameter.Name}";
            string[] lines =
            [
                $"### {heading}", "", .. WithoutValues(prose.GetValueOrDefault(heading, []), parameter), .. ListOf(parameter), .. yaml,
            ];
            foreach (string line in lines)
            {
                yield return line;
            }
        }

        string[] common = [$"### {PageReader.CommonParameters}", "", .. AboutCommon.ReplaceLineEndings("\n").Split('\n'), ""];
        foreach (string line in common)
        {
            yield return line;
        }
    }

    /// <summary>What people wrote: without the list of values, which the update writes.</summary>
    private static IEnumerable<string> WithoutValues(string[] prose, ParameterHelp parameter) => parameter.Values.Count == 0
        ? prose
        : prose.Where((line, i) => !IsOfList(line) && (line.Length > 0 || i == 0 || !IsOfList(prose[i - 1])));

    private static bool IsOfList(string line) =>
        line.StartsWith("- `", StringComparison.Ordinal) || line.StartsWith("  ", StringComparison.Ordinal);

    /// <summary>The values of a parameter, each with what it does, and a blank line at the end.</summary>
    private static IEnumerable<string> ListOf(ParameterHelp parameter) => parameter.Values.Count == 0
        ? []
        : [.. parameter.Values.SelectMany(one => AboutTopic.WrapText($"`{one.Value}`: {one.Meaning}", ListWidth)
            .Select((line, i) => (i == 0 ? "- " : "  ") + line)), ""];

    /// <summary>The lines of text of each parameter on the page, with a blank one at the end.</summary>
    private static Dictionary<string, string[]> ProseOf(MarkdownSource source, Section section, int end)
    {
        IReadOnlyList<Section> parts = source.SectionsOf(section.Blocks, level: 3);
        var prose = new Dictionary<string, string[]>();
        for (int i = 0; i < parts.Count; i++)
        {
            int start = parts[i].Heading.Line + 1;
            int stop = parts[i].Blocks.FirstOrDefault(b => b is FencedCodeBlock)?.Line
                ?? (i + 1 < parts.Count ? parts[i + 1].Heading.Line : end);
            string[] lines = [.. source.Lines.Skip(start).Take(stop - start)];
            string text = string.Join('\n', lines).Trim('\n');
            if (!prose.TryAdd(parts[i].Title, text.Length > 0 ? [.. text.Split('\n'), ""] : []))
            {
                throw source.Error(parts[i].Heading, $"'{parts[i].Title}' is there twice.");
            }
        }

        return prose;
    }
}
