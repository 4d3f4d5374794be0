using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Hotstack.Help;

/// <summary>Text without its markup, for a console.</summary>
internal static class PlainText
{
    /// <exception cref="HelpSourceException">The text has markup that a console cannot show.</exception>
    public static string Of(LeafBlock block, MarkdownSource source)
    {
        var text = new StringBuilder();
        AppendAll(text, block.Inline ?? [], source);
        return text.ToString();
    }

    /// <summary>Paragraphs, and each item of a list as one with a dash before it.</summary>
    /// <exception cref="HelpSourceException">There is something else among them.</exception>
    public static IEnumerable<string> ParagraphsOf(IEnumerable<Block> blocks, MarkdownSource source) =>
        blocks.SelectMany(block => block switch
    {
        ParagraphBlock paragraph => [Of(paragraph, source)],
        ListBlock list => list.OfType<ListItemBlock>()
            .SelectMany(item => ParagraphsOf(item, source).Select((text, i) => (i == 0 ? "- " : "  ") + text)),
        _ => throw source.Error(block, $"Only paragraphs and lists can be here, not a {block.GetType().Name}."),
    });

    /// <summary>The address of a link on a console; a path from the root of the source tree or of the installed module for a document of
    /// ours; null for a help page, which Get-Help finds by its name.</summary>
    public static string? AddressOf(LinkInline link) =>
        Uri.TryCreate(link.Url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? link.Url
            : link.Url is ['.', '.', '/', .. var path] ? $"docs/{path}"
            : null;

    private static void AppendAll(StringBuilder text, IEnumerable<Inline> inlines, MarkdownSource source)
    {
        foreach (Inline inline in inlines)
        {
            Append(text, inline, source);
        }
    }

    private static void Append(StringBuilder text, Inline inline, MarkdownSource source)
    {
        switch (inline)
        {
            case LiteralInline literal:
                text.Append(literal.Content.AsSpan());
                break;
            case CodeInline code:
                text.Append(code.Content);
                break;
            case LineBreakInline line:
                text.Append(line.IsHard ? '\n' : ' ');
                break;
            case HtmlEntityInline entity:
                text.Append(entity.Transcoded.AsSpan());
                break;
            case AutolinkInline address:
                text.Append(address.Url);
                break;
            case LinkInline { IsImage: false } link:
                AppendAll(text, link, source);
                text.Append(AddressOf(link) is { } url ? $" ({url})" : "");
                break;
            case EmphasisInline emphasis:
                AppendAll(text, emphasis, source);
                break;
            default:
                throw source.Error(inline,
                    $"A {inline.GetType().Name} cannot be shown on a console: write text, `code`, *emphasis* or a link.");
        }
    }
}
