using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>
/// Text that is safe to show: characters that a terminal obeys or that no reader can see are written out as <c>`u{1b}</c>, as
/// PowerShell writes a character by its number. All text that Core shows is of this type.
/// </summary>
/// <remarks>
/// A string converts implicitly, to a single line: a line break may be part of a name and would forge a line. <see cref="Lines"/>
/// makes several lines.
/// Hidden are Unicode's controls (Cc: C0, DEL, C1), formats (Cf: bidirectional controls, zero-width joiners, tags), line and
/// paragraph separators (Zl, Zp), halves of surrogate pairs, and what else renderers omit (Default_Ignorable_Code_Point of
/// DerivedCoreProperties.txt, Unicode 16: fillers, variation selectors).
/// </remarks>
public readonly partial struct DisplayText
{
    private readonly string? _text;

    private DisplayText(string text) => _text = text;

    /// <summary>The text on one line, with hidden characters written out.</summary>
    public static implicit operator DisplayText(string? text) => Of(text);

    /// <summary>The text that is safe to show.</summary>
    public static implicit operator string(DisplayText text) => text.ToString();

    /// <inheritdoc cref="op_Implicit(string?)"/>
    public static DisplayText Of(string? text) => new(WriteOut(text ?? ""));

    /// <summary>Prose on one line: line breaks, tabs and runs of blanks become one blank.</summary>
    public static DisplayText OfProse(string? text) => Of(Unwrap(text ?? ""));

    /// <summary>Several lines; none can forge another.</summary>
    public static DisplayText Lines(IEnumerable<string> lines) =>
        new(string.Join(Environment.NewLine, lines.Select(line => Of(line))));

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";

    /// <summary>Default ignorables that are neither Cc, Cf nor Cs.</summary>
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
    ];

    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(sign => (char)sign)]);

    /// <summary>The text with hidden characters written out; all others stay.</summary>
    internal static string WriteOut(string text) => WriteOut(text, IsHidden);

    /// <summary>The same for all but printable ASCII: where ASCII is required, a letter may only look like one.</summary>
    internal static string WriteOutUnlessAscii(string text) => WriteOut(text, rune => rune.Value is < ' ' or > '~');

    /// <summary>Each run of blanks, tabs and line breaks becomes one blank; none remains at the ends.</summary>
    internal static string Unwrap(string text) => Blanks().Replace(text, " ").Trim();

    private static string WriteOut(string text, Predicate<Rune> isHidden)
    {
        int first = text.AsSpan().IndexOfAnyExcept(Printable);
        if (first < 0)
        {
            return text;
        }

        var shown = new StringBuilder(text, 0, first, text.Length + 16);
        for (int at = first; at < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, at, out Rune rune);
            int length = isWhole ? rune.Utf16SequenceLength : 1;
            if (isWhole && !isHidden(rune))
            {
                shown.Append(text, at, length);
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"`u{{{(isWhole ? rune.Value : text[at]):x}}}");
            }

            at += length;
        }

        return shown.ToString();
    }

    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || Ignorable.Any(range => rune.Value >= range.First && rune.Value <= range.Last);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
