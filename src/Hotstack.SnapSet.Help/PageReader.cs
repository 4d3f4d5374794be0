using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Hotstack.Help;

/// <summary>Reads the page of a cmdlet in the schema 2.0.0 of platyPS. Other pages are an error.</summary>
internal sealed partial class PageReader
{
    public const string CommonParameters = "CommonParameters";

    private const int MinExamples = 2;

    private static readonly string[] SectionNames =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private readonly MarkdownSource _source;
    private readonly string _name;
    private readonly Dictionary<string, Section> _sections;

    private PageReader(string name, MarkdownSource source)
    {
        (_name, _source) = (name, source);
        FrontMatterHas("external help file: Hotstack.SnapSet.dll-Help.xml", "Module Name: Hotstack.SnapSet", "schema: 2.0.0");
        (string title, IReadOnlyList<Block> stray) = source.ReadTitle();
        if (title != name)
        {
            throw source.Error(source.Blocks[0], $"The title is '{title}', but the file is of {name}.");
        }

        if (stray is [{ } first, ..])
        {
            throw source.Error(first, "Nothing comes between the title and SYNOPSIS.");
        }

        IReadOnlyList<Section> sections = source.SectionsOf(source.Blocks, level: 2);
        foreach (Section section in sections)
        {
            if (!SectionNames.Contains(section.Title))
            {
                throw source.Error(section.Heading, $"There is no section '{section.Title}'; known are {string.Join(", ", SectionNames)}.");
            }
        }

        string[] order = [.. sections.Select(s => s.Title)];
        if (SectionNames.Except(order).FirstOrDefault() is { } missing)
        {
            throw source.Error(source.Blocks[0], $"The section '## {missing}' is missing.");
        }

        if (!order.SequenceEqual(SectionNames))
        {
            throw source.Error(
                source.Blocks[0], $"The sections are {string.Join(", ", order)}; each comes once, in this order: {string.Join(", ", SectionNames)}.");
        }

        _sections = sections.ToDictionary(s => s.Title);
    }

    /// <param name="file">The page's path; its name is the cmdlet's.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="HelpSourceException">It does not fit the schema.</exception>
    public static CmdletHelp Read(string file, string text) =>
        new PageReader(Path.GetFileNameWithoutExtension(file), new MarkdownSource(file, text)).Read();

    private CmdletHelp Read()
    {
        IReadOnlyList<ParameterHelp> parameters = Parameters(_sections["PARAMETERS"]);
        string[] synopsis = Prose(_sections["SYNOPSIS"]);
        return new CmdletHelp
        {
            Name = _name,
            Synopsis = synopsis is [var sentence] ? sentence
                : throw _source.Error(_sections["SYNOPSIS"].Heading, "The synopsis is one paragraph."),
            Syntax = Syntax(_sections["SYNTAX"], parameters),
            Description = Prose(_sections["DESCRIPTION"]),
            Examples = Examples(_sections["EXAMPLES"]),
            Parameters = parameters,
            Inputs = Types(_sections["INPUTS"]),
            Outputs = Types(_sections["OUTPUTS"]),
            Notes = Prose(_sections["NOTES"]),
            Links = Links(_sections["RELATED LINKS"]),
        };
    }

    private void FrontMatterHas(params string[] needed)
    {
        string[] lines = _source.FrontMatter?.Split('\n', StringSplitOptions.TrimEntries) ?? [];
        if (needed.Except(lines).FirstOrDefault() is { } missing)
        {
            throw _source.Error(null, $"Between dashes at the top there has to be '{missing}'.");
        }
    }

    private string[] Prose(Section section)
    {
        string[] text = [.. PlainText.ParagraphsOf(section.Blocks, _source)];
        return text.Length > 0 ? text : throw _source.Error(section.Heading, $"'{section.Title}' has no text.");
    }

    /// <summary>The parts of a section that has nothing else.</summary>
    private IReadOnlyList<Section> Parts(Section section)
    {
        IReadOnlyList<Section> parts = _source.SectionsOf(section.Blocks, level: 3);
        return section.Blocks is [HeadingBlock { Level: 3 }, ..]
            ? parts
            : throw _source.Error(section.Heading, $"'{section.Title}' has to begin with a heading '### …'.");
    }

    private IReadOnlyList<SyntaxSet> Syntax(Section section, IReadOnlyList<ParameterHelp> parameters)
    {
        bool isNamed = section.Blocks is [HeadingBlock, ..];
        (string? Heading, IReadOnlyList<Block> Blocks, Block At)[] written = isNamed
            ? [.. Parts(section).Select(p => ((string?)p.Title, p.Blocks, (Block)p.Heading))]
            : [(null, section.Blocks, section.Heading)];
        string? defaultSet = written.Select(w => w.Heading)
            .FirstOrDefault(h => h?.EndsWith(" (Default)", StringComparison.Ordinal) is true)?
            .Replace(" (Default)", "", StringComparison.Ordinal);
        IReadOnlyList<SyntaxSet> real = SyntaxText.Of(_name, defaultSet, parameters);
        for (int i = 0; i < Math.Max(written.Length, real.Count); i++)
        {
            bool agrees = i < written.Length && i < real.Count && (written[i].Heading ?? "") == real[i].Heading
                && written[i].Blocks is [FencedCodeBlock code] && code.Lines.ToString() == real[i].Text;
            if (!agrees)
            {
                throw _source.Error(written[Math.Min(i, written.Length - 1)].At,
                    "SYNTAX does not agree with PARAMETERS. The mode 'update' writes both anew.");
            }
        }

        return real;
    }

    private HelpExample[] Examples(Section section)
    {
        HelpExample[] examples = [.. Parts(section).Select((part, i) =>
        {
            Match title = ExampleTitle().Match(part.Title);
            if (!title.Success || title.Groups[1].Value != $"{i + 1}")
            {
                throw _source.Error(part.Heading, $"The heading of an example is '### Example {i + 1}: what it is of'.");
            }

            if (part.Blocks is not [FencedCodeBlock { Info: "powershell" } code, ..])
            {
                throw _source.Error(part.Heading, "An example begins with its code, in ```powershell.");
            }

            var output = part.Blocks.ElementAtOrDefault(1) as FencedCodeBlock;
            if (output is { Info: not "Output" })
            {
                throw _source.Error(output, "What follows the code is either what it shows, in ```Output, or text.");
            }

            string[] remarks = [.. PlainText.ParagraphsOf(part.Blocks.Skip(output is null ? 1 : 2), _source)];
            return remarks.Length > 0
                ? new HelpExample(title.Groups[2].Value, code.Lines.ToString(), output?.Lines.ToString() ?? "", remarks)
                : throw _source.Error(part.Heading, "An example ends with a paragraph that says what it does.");
        })];
        return examples.Length >= MinExamples
            ? examples
            : throw _source.Error(section.Heading, $"There have to be {MinExamples} examples at least.");
    }

    private ParameterHelp[] Parameters(Section section)
    {
        IReadOnlyList<Section> parts = Parts(section);
        if (parts[^1].Title != CommonParameters)
        {
            throw _source.Error(parts[^1].Heading, $"The last parameter is '### {CommonParameters}'.");
        }

        return [.. parts.SkipLast(1).Select(part =>
        {
            if (part.Title is not ['-', .. { Length: > 0 } name])
            {
                throw _source.Error(part.Heading, $"The heading of a parameter is '### -Name', not '### {part.Title}'.");
            }

            Block[] prose = [.. part.Blocks.TakeWhile(b => b is not FencedCodeBlock)];
            string[] text = [.. PlainText.ParagraphsOf(prose, _source)];
            if (text.Length == 0)
            {
                throw _source.Error(part.Heading, $"-{name} has no text: say what it does.");
            }

            ParameterFacts[] facts = [.. part.Blocks.Skip(prose.Length).Select(Facts)];
            return facts.Length > 0
                ? new ParameterHelp(name, text, facts)
                : throw _source.Error(part.Heading, $"-{name} has no ```yaml block. The mode 'update' writes it.");
        })];
    }

    private ParameterFacts Facts(Block block)
    {
        if (block is not FencedCodeBlock { Info: "yaml" } yaml)
        {
            throw _source.Error(block, "A parameter ends with its ```yaml blocks; text comes before them.");
        }

        try
        {
            return ParameterFacts.FromYaml(yaml.Lines.ToString());
        }
        catch (FormatException e)
        {
            throw _source.Error(yaml, $"The block of the parameter cannot be read: {e.Message}.");
        }
    }

    private TypeHelp[] Types(Section section) => [.. Parts(section).Select(part => new TypeHelp(part.Title, Prose(part)))];

    private HelpLink[] Links(Section section)
    {
        IEnumerable<Block> items = section.Blocks is [ListBlock list] ? list.OfType<ListItemBlock>()
            .Select(item => item.FirstOrDefault() ?? item) : [];
        HelpLink[] links = [.. items.Select(item => item is ParagraphBlock { Inline: { } inline }
            && inline.ToArray() is [LinkInline { IsImage: false } link]
            ? new HelpLink(string.Concat(link.Descendants<LiteralInline>().Select(l => l.ToString())), PlainText.AddressOf(link))
            : throw _source.Error(item, "A related link is '- [title](address)' and nothing else."))];
        foreach (LinkInline link in section.Blocks.SelectMany(MarkdownSource.LinksIn))
        {
            string text = string.Concat(link.Descendants<LiteralInline>().Select(l => l.ToString()));
            if (PlainText.AddressOf(link) is null && link.Url != $"{text}.md")
            {
                throw _source.Error(link, $"The link '{text}' leads to '{link.Url}', not to the page of that cmdlet, a document ../NAME.md or the web.");
            }
        }

        return links.Length > 0 ? links : throw _source.Error(section.Heading, "'RELATED LINKS' is a list of links.");
    }

    [GeneratedRegex(@"\AExample (\d+): (.+)\z")]
    private static partial Regex ExampleTitle();
}
