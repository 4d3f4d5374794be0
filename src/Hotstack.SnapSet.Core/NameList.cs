namespace Hotstack;

/// <summary>Lists of names in sentences, which have to stay readable however many there are.</summary>
internal static class NameList
{
    private const int MostNamed = 10;

    /// <summary>The first names, and how many more there are: <c>a, b and 140 more</c>.</summary>
    public static string Short(IReadOnlyCollection<string> names) => names.Count <= MostNamed + 1
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";

    /// <summary>The same of names that should be ASCII: <see cref="DisplayText.OfAscii"/>.</summary>
    public static string ShortAscii(IEnumerable<string> names) => Short([.. names.Select(name => DisplayText.OfAscii(name).ToString())]);
}
