using System.Diagnostics;
using System.Globalization;

namespace Hotstack.Trials;

/// <summary>
/// How much of the trials runs: <c>--shard i/n</c> is each n-th of them, beginning with the i-th (from 1);
/// <c>--within MINUTES</c> begins no further trial after that time. What the time limit leaves out counts as skipped.
/// </summary>
internal sealed class Sample
{
    private readonly TimeSpan _limit;
    private readonly long _begun = Stopwatch.GetTimestamp();

    private Sample(TimeSpan limit, int index, int of) => (_limit, Index, Of) = (limit, index, of);

    /// <summary>All trials, without a time limit.</summary>
    public static Sample Whole => new(TimeSpan.MaxValue, 1, 1);

    /// <summary>Which of the shards runs, from 1.</summary>
    public int Index { get; }

    /// <summary>How many shards there are.</summary>
    public int Of { get; }

    /// <summary>Reads both options and removes them from the arguments.</summary>
    /// <exception cref="ArgumentException">A value is missing, or is not of its form.</exception>
    public static Sample Take(ref string[] args)
    {
        string? minutes = Option(ref args, "--within");
        string? shard = Option(ref args, "--shard");
        return new Sample(
            minutes is null ? TimeSpan.MaxValue : Minutes(minutes),
            shard is null ? 1 : Shard(shard).Index,
            shard is null ? 1 : Shard(shard).Of);
    }

    /// <summary>The items of this shard, in their order.</summary>
    public IEnumerable<T> Share<T>(IEnumerable<T> items) => items.Where((_, i) => i % Of == Index - 1);

    /// <summary>Tries items in a random order, that of the seed, so that each kind gets its share of the time.</summary>
    /// <param name="items">What is tried.</param>
    /// <param name="seed">The same seed gives the same order.</param>
    /// <param name="atOnce">How many at once.</param>
    /// <param name="trial">One trial.</param>
    /// <param name="stop">Ends them all.</param>
    /// <returns>How many the time limit left out.</returns>
    public async Task<int> TryAsync<T>(
        IEnumerable<T> items, int seed, int atOnce, Func<T, CancellationToken, Task> trial, CancellationToken stop)
    {
        T[] mixed = [.. items];
        new Random(seed).Shuffle(mixed);
        int untried = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(mixed, options, async (item, token) =>
        {
            if (Stopwatch.GetElapsedTime(_begun) > _limit)
            {
                Interlocked.Increment(ref untried);
                return;
            }

            await trial(item, token);
        });
        return untried;
    }

    private static string? Option(ref string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        if (at < 0)
        {
            return null;
        }

        string value = at + 1 < args.Length ? args[at + 1] : throw new ArgumentException($"{name} needs a value.");
        args = [.. args[..at], .. args[(at + 2)..]];
        return value;
    }

    private static TimeSpan Minutes(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes) && minutes > 0
            ? TimeSpan.FromMinutes(minutes)
            : throw new ArgumentException($"--within needs a number of minutes, not '{text}'.");

    private static (int Index, int Of) Shard(string text) =>
        text.Split('/') is [var index, var of]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int i)
        && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
        && i >= 1 && i <= n
            ? (i, n)
            : throw new ArgumentException($"--shard needs i/n with i from 1 to n, as in 1/3, not '{text}'.");
}
