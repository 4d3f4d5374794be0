using System.Diagnostics;
using System.Text;

namespace Hotstack.Fuzz;

/// <summary>Whether eight times the input costs about eight times as much, and not its square.</summary>
internal static class Growth
{
    private const int Times = 8;

    /// <summary>Between that of linear growth, 8, and that of quadratic, 64.</summary>
    private const double MostRatio = 36;

    /// <summary>Less than this is too little to be measured.</summary>
    private static readonly TimeSpan WorthMeasuring = TimeSpan.FromSeconds(1);

    private const long WorthCounting = 64 << 20;

    public static void Check(FuzzTarget target, FuzzResult result)
    {
        foreach ((string name, Func<int, string> make) in target.Growing)
        {
            byte[] small = Encoding.UTF8.GetBytes(make(target.GrownLength / Times));
            byte[] large = Encoding.UTF8.GetBytes(make(target.GrownLength));
            Cost first = Measure(target, small);
            Cost second = Measure(target, large);
            for (int again = 0; again < 2 && IsBad(first, second) && second.Failure is null; again++)
            {
                // Another program may have had the processor.
                first = Measure(target, small);
                Cost next = Measure(target, large);
                second = next.Time < second.Time ? next : second;
            }

            if (IsBad(first, second))
            {
                result.Add(new BadInput
                {
                    Input = -1,
                    Kind = $"growth {name}",
                    What = second.Failure ?? $"{small.Length} bytes took {first}, {large.Length} bytes {second}",
                });
            }
        }
    }

    private static bool IsBad(Cost first, Cost second) =>
        second.Failure is not null
        || (second.Time > WorthMeasuring && second.Time > MostRatio * first.Time)
        || (second.Bytes > WorthCounting && second.Bytes > MostRatio * first.Bytes);

    private static Cost Measure(FuzzTarget target, byte[] input)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long begun = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            target.Run(input);
        }
#pragma warning disable CA1031 // as for every other input
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e.ToString();
        }

        return new(Stopwatch.GetElapsedTime(begun), GC.GetAllocatedBytesForCurrentThread() - bytes, failure);
    }

    private sealed record Cost(TimeSpan Time, long Bytes, string? Failure)
    {
        public override string ToString() => $"{Time.TotalMilliseconds:0} ms and {Bytes / 1024} KiB";
    }
}
