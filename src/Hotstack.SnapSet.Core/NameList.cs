namespace Hotstack;

/// <summary>Lists of names in sentences, which have to stay readable however many there are.</summary>
internal static class NameList
{
    private const int MostNamed = 10;

    /// <summary>All names in one phrase: <c>a, b and c</c>.</summary>
    public static string All(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>The first names, and how many more there are: <c>a, b and 140 more</c>.</summary>
    public static string Short(IReadOnlyCollection<string> names) => names.Count <= MostNamed + 1
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
}
