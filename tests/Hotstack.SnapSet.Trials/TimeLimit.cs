using System.Diagnostics;
using System.Globalization;

namespace Hotstack.Trials;

/// <summary><c>--within MINUTES</c>: after that time no other trial begins; those that were not tried count as skipped. They come in
/// an order by chance, so that each kind gets its share.</summary>
internal sealed class TimeLimit
{
    private readonly TimeSpan _most;
    private readonly long _begun = Stopwatch.GetTimestamp();

    private TimeLimit(TimeSpan most) => _most = most;

    public bool IsOver => Stopwatch.GetElapsedTime(_begun) > _most;

    /// <summary>Takes it out of the arguments, where it stands at their end.</summary>
    /// <exception cref="ArgumentException">It is no number of minutes.</exception>
    public static TimeLimit Take(ref string[] args)
    {
        if (args is not [.. var rest, "--within", var minutes])
        {
            return new TimeLimit(TimeSpan.MaxValue);
        }

        args = rest;
        return double.TryParse(minutes, NumberStyles.Float, CultureInfo.InvariantCulture, out double most) && most > 0
            ? new TimeLimit(TimeSpan.FromMinutes(most))
            : throw new ArgumentException($"--within needs a number of minutes, not '{minutes}'.");
    }

    /// <summary>The items in an order by chance, that of the seed.</summary>
    public static T[] Mixed<T>(IEnumerable<T> items, int seed)
    {
        T[] all = [.. items];
        new Random(seed).Shuffle(all);
        return all;
    }
}
