using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack;

/// <summary>
/// The characters that act instead of being seen, and their written form: <c>`u{1b}</c>, as PowerShell writes a character by its
/// number. It is plain ASCII, the same for all of them, and in double quotes names the same thing again.
/// </summary>
/// <remarks>
/// These are Unicode's controls (Cc: C0, DEL, C1), formats (Cf: bidirectional controls, zero-width joiners, tags), line and
/// paragraph separators (Zl, Zp), halves of surrogate pairs, and what else renderers leave out
/// (Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 16: fillers, variation selectors, and their like).
/// </remarks>
internal static partial class HiddenCharacters
{
    /// <summary>What is ignorable by default and neither Cc, Cf nor Cs.</summary>
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
    ];

    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(sign => (char)sign)]);

    /// <summary>The text with these characters written out; any other is as it was.</summary>
    public static string WriteOut(string text) => WriteOut(text, IsHidden);

    /// <summary>The same with all that is not printable ASCII: for what has to be ASCII, where a letter may only look like one.</summary>
    public static string WriteOutUnlessAscii(string text) => WriteOut(text, rune => rune.Value is < ' ' or > '~');

    /// <summary>Each run of blanks, tabs and line breaks is one blank, and none is at the ends.</summary>
    public static string Unwrap(string text) => Blanks().Replace(text, " ").Trim();

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
