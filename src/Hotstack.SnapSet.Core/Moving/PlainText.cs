using System.Globalization;

namespace Hotstack.Moving;

/// <summary>Texts of an export that are shown and stored: without signs that control a terminal or turn the direction of writing.</summary>
internal static class PlainText
{
    private const int MostNames = 20;

    /// <summary>Whether a text is there, not too long, and holds no such sign.</summary>
    public static bool IsPlain(string? text, int longest, bool mayBeEmpty = false) =>
        text is not null && (mayBeEmpty || !string.IsNullOrWhiteSpace(text)) && text.Length <= longest && !text.Any(IsControl);

    /// <summary>Names in one phrase: sorted, each once, with <c>?</c> for such signs, and not too many to read.</summary>
    public static string List(IEnumerable<string> names)
    {
        string[] all = [.. names.Select(Visible).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return string.Join(", ", all.Take(MostNames)) + (all.Length > MostNames ? $" and {all.Length - MostNames} more" : "");
    }

    private static string Visible(string name) => string.Concat((name.Length > 80 ? name[..80] : name).Select(sign => IsControl(sign) ? '?' : sign));

    private static bool IsControl(char sign) => char.GetUnicodeCategory(sign)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
