using System.Diagnostics;
using System.Globalization;

namespace Hotstack.Trials;

/// <summary><c>--within MINUTES</c>: after that time no other trial begins; those that were not tried count as skipped.</summary>
internal sealed class TimeLimit
{
    private readonly TimeSpan _most;
    private readonly long _begun = Stopwatch.GetTimestamp();

    private TimeLimit(TimeSpan most) => _most = most;

    public static TimeLimit None => new(TimeSpan.MaxValue);

    /// <summary>Takes it out of the arguments, where it stands at their end.</summary>
    /// <exception cref="ArgumentException">It is no number of minutes.</exception>
    public static TimeLimit Take(ref string[] args)
    {
        if (args is not [.. var rest, "--within", var minutes])
        {
            return None;
        }

        args = rest;
        return double.TryParse(minutes, NumberStyles.Float, CultureInfo.InvariantCulture, out double most) && most > 0
            ? new TimeLimit(TimeSpan.FromMinutes(most))
            : throw new ArgumentException($"--within needs a number of minutes, not '{minutes}'.");
    }

    /// <summary>Tries items in an order by chance, that of the seed, so that each kind gets its share of the time.</summary>
    /// <param name="items">What is tried.</param>
    /// <param name="seed">The same seed gives the same order.</param>
    /// <param name="atOnce">How many at once.</param>
    /// <param name="trial">One trial.</param>
    /// <param name="stop">Ends them all.</param>
    /// <returns>How many were not tried for want of time.</returns>
    public async Task<int> TryAsync<T>(
        IEnumerable<T> items, int seed, int atOnce, Func<T, CancellationToken, Task> trial, CancellationToken stop)
    {
        T[] mixed = [.. items];
        new Random(seed).Shuffle(mixed);
        int untried = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(mixed, options, async (item, token) =>
        {
            if (Stopwatch.GetElapsedTime(_begun) > _most)
            {
                Interlocked.Increment(ref untried);
                return;
            }

            await trial(item, token);
        });
        return untried;
    }
}
