namespace Hotstack;

/// <summary>Numbers of things, for people.</summary>
internal static class CountText
{
    /// <summary>A number with its noun: <c>1 server</c>, <c>2 servers</c>, <c>0 servers</c>.</summary>
    /// <param name="number">How many.</param>
    /// <param name="thing">One of them, with a plural in s.</param>
    public static string Of(long number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";
}
