using System.Globalization;

namespace Hotstack;

/// <summary>Sizes in bytes, for people; and sums of sizes that others report, which must not overflow.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary><c>512 bytes</c>, <c>3.4 GiB</c>.</summary>
    public static string Of(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1024 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return $"{bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    private const int GiB = 30;

    /// <summary>The sum, at most the largest number; negative sizes count as 0.</summary>
    public static long Total<T>(this IEnumerable<T> items, Func<T, long> size) =>
        items.Aggregate(0L, (sum, item) => Math.Max(0, size(item)) is var more && more > long.MaxValue - sum ? long.MaxValue : sum + more);

    /// <summary>GiB as bytes.</summary>
    public static long OfGiB(long size) => size > long.MaxValue >> GiB ? long.MaxValue : size << GiB;
}

/// <summary>Counts with a noun, for people.</summary>
internal static class CountText
{
    /// <summary>A number with its noun: <c>1 server</c>, <c>2 servers</c>, <c>0 servers</c>.</summary>
    /// <param name="number">How many.</param>
    /// <param name="thing">One of them, with a plural in s.</param>
    public static string Of(long number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";
}

/// <summary>Lists of names in sentences, short however many there are.</summary>
internal static class NameList
{
    private const int MaxNamed = 10;

    /// <summary>All names in one phrase: <c>a, b and c</c>.</summary>
    public static string All(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>The first names and the number of the others: <c>a, b and 140 more</c>.</summary>
    public static string Short(IReadOnlyCollection<string> names) => names.Count <= MaxNamed + 1
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxNamed))} and {names.Count - MaxNamed} more";
}
