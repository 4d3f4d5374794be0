namespace Hotstack.SnapSets.Marks;

/// <summary>Texts of an export that are displayed and stored: without control or invisible characters
/// (<see cref="DisplayText"/>).</summary>
internal static class PlainText
{
    private const int MaxNames = 20;

    private const int MaxCharacters = 80;

    /// <summary>Whether a text is present, not too long, and free of such characters.</summary>
    public static bool IsPlain(string? text, int longest, bool mayBeEmpty = false) =>
        text is not null && (mayBeEmpty || !string.IsNullOrWhiteSpace(text)) && text.Length <= longest && CommandArgument.IsVisible(text);

    /// <summary>Names in one phrase: sorted, distinct, escaped, and limited in number.</summary>
    public static string List(IEnumerable<string> names)
    {
        string[] all = [.. names.Select(Shown).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return string.Join(", ", all.Take(MaxNames)) + (all.Length > MaxNames ? $" and {all.Length - MaxNames} more" : "");
    }

    private static string Shown(string name) => DisplayText.Of(name.Length > MaxCharacters ? name[..MaxCharacters] + "…" : name);
}
