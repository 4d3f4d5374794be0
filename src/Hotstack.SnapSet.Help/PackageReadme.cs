using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Hotstack.Help;

/// <summary>Cuts the package's README out of the repository's: what a user of the installed module needs, without images, and without links
/// to files, which are dead where a gallery shows it. A path stays as text.</summary>
internal static partial class PackageReadme
{
    /// <summary>The sections of the repository's README that come after its introduction.</summary>
    private static readonly string[] Sections = ["Your cloud and your cluster", "Cmdlets", "When something goes wrong"];

    /// <param name="file">The repository's README, for errors.</param>
    /// <param name="markdown">Its content.</param>
    /// <exception cref="HelpSourceException">A section is missing.</exception>
    public static string Write(string file, string markdown)
    {
        var source = new MarkdownSource(file, markdown);
        source.ReadTitle();
        IReadOnlyList<Section> sections = source.SectionsOf(source.Blocks, level: 2);
        if (Sections.Except(sections.Select(section => section.Title)).FirstOrDefault() is { } missing)
        {
            throw source.Error(null, $"The section '## {missing}' is missing; the package's README takes it.");
        }

        IEnumerable<IReadOnlyList<Block>> parts =
        [
            [.. source.Blocks.TakeWhile(block => block != sections[0].Heading)],
            .. sections.Where(section => Sections.Contains(section.Title)).Select(section => (IReadOnlyList<Block>)[section.Heading, .. section.Blocks]),
            // The license.
            [source.Blocks[^1]],
        ];
        return string.Join("\n\n", parts.SelectMany(blocks => blocks).Select(block => TextOf(block, source)).Where(text => text.Length > 0)) + "\n";
    }

    private static string TextOf(Block block, MarkdownSource source)
    {
        string text = source.Text[block.Span.Start..(block.Span.End + 1)];
        IEnumerable<LinkInline> links = MarkdownSource.LinksIn(block).Where(link => link.IsImage || IsFile(link))
            .OrderByDescending(link => link.Span.Start);
        foreach (LinkInline link in links)
        {
            int start = link.Span.Start - block.Span.Start;
            text = text[..start] + (link.IsImage ? "" : WithoutLink(link, source)) + text[(start + link.Span.Length)..];
        }

        return text.Trim();
    }

    /// <summary>What the link says, and in parentheses where it leads, unless it says so.</summary>
    private static string WithoutLink(LinkInline link, MarkdownSource source)
    {
        Match written = Link().Match(source.Text[link.Span.Start..(link.Span.End + 1)]);
        if (!written.Success)
        {
            throw source.Error(link, "A link of the README is '[text](path)'; the package's README takes the text.");
        }

        (string label, string path) = (written.Groups[1].Value, link.Url!.Split('#')[0]);
        return path.Length == 0 || label.Trim('`') == path ? label : $"{label} ({path})";
    }

    private static bool IsFile(LinkInline link) => !Uri.TryCreate(link.Url, UriKind.Absolute, out _);

    [GeneratedRegex(@"\A\[(.*)\]\([^()]*\)\z", RegexOptions.Singleline)]
    private static partial Regex Link();
}
