using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Hotstack.Help;

/// <summary>A Markdown file in parts with their positions.</summary>
internal sealed class MarkdownSource
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables()
        .UsePreciseSourceLocation().Build();

    /// <param name="file">Its name, for errors.</param>
    /// <param name="text">Its content.</param>
    public MarkdownSource(string file, string text)
    {
        File = file;
        Text = text.ReplaceLineEndings("\n");
        Lines = Text.Split('\n');
        MarkdownDocument document = Markdown.Parse(Text, Pipeline);
        FrontMatter = document.OfType<YamlFrontMatterBlock>().FirstOrDefault()?.Lines.ToString();
        Blocks = [.. document.Where(block => block is not YamlFrontMatterBlock and not LinkReferenceDefinitionGroup)];
    }

    public string File { get; }

    public string Text { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The lines between the dashes at the start; null if there are none.</summary>
    public string? FrontMatter { get; }

    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>The only heading of the first level, with all that comes before the first section.</summary>
    public (string Title, IReadOnlyList<Block> Blocks) ReadTitle() =>
        Blocks is [HeadingBlock { Level: 1 } title, ..]
            ? (PlainText.Of(title, this), [.. Blocks.Skip(1).TakeWhile(b => b is not HeadingBlock)])
            : throw Error(Blocks.Count > 0 ? Blocks[0] : null, "A page begins with its title: '# NAME'.");

    /// <summary>The sections of a level among these blocks. Blocks before the first section are ignored.</summary>
    public IReadOnlyList<Section> SectionsOf(IEnumerable<Block> blocks, int level)
    {
        var sections = new List<Section>();
        List<Block>? content = null;
        foreach (Block block in blocks)
        {
            if (block is HeadingBlock heading && heading.Level == level)
            {
                content = [];
                sections.Add(new Section(PlainText.Of(heading, this), heading, content));
            }
            else
            {
                content?.Add(block);
            }
        }

        return sections;
    }

    /// <summary>The links and images in a block.</summary>
    public static IEnumerable<LinkInline> LinksIn(Block block) => block switch
    {
        LeafBlock leaf => leaf.Inline?.Descendants<LinkInline>() ?? [],
        ContainerBlock several => several.SelectMany(LinksIn),
        _ => [],
    };

    /// <summary>The index of a block's last line.</summary>
    public int LastLineOf(Block block) => Text.AsSpan(0, Math.Min(block.Span.End, Text.Length)).Count('\n');

    /// <param name="at">The faulty part; null for the whole file.</param>
    /// <param name="reason">What is wrong, and what is expected.</param>
    public HelpSourceException Error(MarkdownObject? at, string reason) => new(File, (at?.Line ?? 0) + 1, reason);
}

/// <summary>A heading and what is below it.</summary>
internal sealed record Section(string Title, HeadingBlock Heading, IReadOnlyList<Block> Blocks);

/// <summary>A page does not fit the schema.</summary>
/// <param name="file">The page.</param>
/// <param name="line">Its line, from 1.</param>
/// <param name="reason">What is wrong, and what is expected.</param>
internal sealed class HelpSourceException(string file, int line, string reason) : Exception(reason)
{
    public int Line { get; } = line;

    /// <summary>As MSBuild and editors know errors.</summary>
    public override string ToString() => $"{file}({Line}): error HELP: {Message}";
}
