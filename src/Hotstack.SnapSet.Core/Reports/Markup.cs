using System.Globalization;
using System.Text;

namespace Hotstack.Reports;

/// <summary>Writes HTML and SVG. Every text and every attribute is escaped; there is no way to write text of others as it is.</summary>
internal sealed class Markup
{
    /// <summary>A longer text ends with an ellipsis: one text must not fill the page.</summary>
    private const int MaxLength = 400;

    private readonly StringBuilder _page = new();
    private readonly Stack<string> _open = [];

    /// <summary>A constant of ours, as it is: the style and the document type.</summary>
    public Markup Constant(string ours)
    {
        _page.Append(ours);
        return this;
    }

    /// <summary>Opens an element.</summary>
    public Markup Begin(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(element, attributes).Append('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public Markup End()
    {
        _page.Append("</").Append(_open.Pop()).Append('>');
        if (_open.Count < 5)
        {
            _page.Append('\n');
        }

        return this;
    }

    /// <summary>An element that can have no content: of SVG, or a void one of HTML.</summary>
    public Markup Single(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(element, attributes).Append("/>");
        return this;
    }

    /// <summary>An element with a text.</summary>
    public Markup Element(string element, string? text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Begin(element, attributes).Text(text).End();

    /// <summary>A text, on one line, with hidden characters written out.</summary>
    public Markup Text(string? text)
    {
        Escape(_page, Shown(text));
        return this;
    }

    /// <summary>A blank between two texts.</summary>
    public Markup Space() => Constant(" ");

    /// <summary>The whole page; all elements are closed.</summary>
    public override string ToString() =>
        _open.Count == 0 ? _page.ToString() : throw new InvalidOperationException($"{_open.Peek()} is open.");

    /// <summary>A number of percent: <c>12.5%</c>.</summary>
    public static string Percent(double value) => value.ToString("0.###", CultureInfo.InvariantCulture) + "%";

    /// <summary>A text as all reports show it: on one line, not endless, with hidden characters written out.</summary>
    public static string Shown(string? text)
    {
        string shown = DisplayText.OfProse(text is { Length: > MaxLength * 4 } ? text[..(MaxLength * 4)] : text);
        return shown.Length <= MaxLength ? shown : $"{shown[..(MaxLength - (char.IsHighSurrogate(shown[MaxLength - 1]) ? 1 : 0))]}…";
    }

    private StringBuilder Tag(string element, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _page.Append('<').Append(element);
        foreach ((string name, string value) in attributes)
        {
            _page.Append(' ').Append(name).Append("=\"");
            Escape(_page, Shown(value));
            _page.Append('"');
        }

        return _page;
    }

    private static void Escape(StringBuilder page, string text)
    {
        foreach (char sign in text)
        {
            _ = sign switch
            {
                '&' => page.Append("&amp;"),
                '<' => page.Append("&lt;"),
                '>' => page.Append("&gt;"),
                '"' => page.Append("&quot;"),
                '\'' => page.Append("&#39;"),
                _ => page.Append(sign),
            };
        }
    }
}
