namespace Hotstack;

/// <summary>Sums of what others say: numbers that are no sizes at all must not end in an overflow.</summary>
internal static class Totals
{
    private const int GiB = 30;

    /// <summary>Their sum, or the largest number there is; what is less than nothing counts as nothing.</summary>
    public static long Total<T>(this IEnumerable<T> items, Func<T, long> size) =>
        items.Aggregate(0L, (sum, item) => Math.Max(0, size(item)) is var more && more > long.MaxValue - sum ? long.MaxValue : sum + more);

    /// <summary>As bytes.</summary>
    public static long OfGiB(long size) => size > long.MaxValue >> GiB ? long.MaxValue : size << GiB;
}
