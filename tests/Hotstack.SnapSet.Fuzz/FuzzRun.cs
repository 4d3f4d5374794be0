using System.Diagnostics;
using System.Text;

namespace Hotstack.Fuzz;

/// <summary>Has a target read its inputs, one after the other, on this thread.</summary>
internal sealed class FuzzRun(FuzzTarget target, int seed)
{
    /// <summary>Less than this share of inputs accepted, or refused, would mean that nothing is tried there.</summary>
    private const double LeastShare = 0.05;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShrinkTime = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<byte[]> _hostile = target.Hostile;

    /// <summary>Told the number of each input before it is read.</summary>
    public Action<int>? Begins { get; init; }

    /// <summary>An input by its number.</summary>
    public byte[] Input(int number) => number < _hostile.Count ? _hostile[number] : target.Generate(new Random(Number(number)));

    /// <param name="from">The number of the first.</param>
    /// <param name="to">The number after the last.</param>
    public FuzzResult Run(int from, int to)
    {
        var result = new FuzzResult { Target = target.Name };
        for (int number = from; number < to; number++)
        {
            Begins?.Invoke(number);
            Try(number, result);
        }

        return result;
    }

    /// <summary>Whether both branches were tried well.</summary>
    public static void CheckShares(FuzzResult result)
    {
        int refused = result.Refused.Values.Sum();
        int least = (int)(LeastShare * result.Inputs);
        if (result.Inputs >= 100 && (result.Accepted < least || refused < least))
        {
            result.Add(new BadInput
            {
                Input = -1,
                Kind = "shares",
                What = $"of {result.Inputs} inputs {result.Accepted} were accepted and {refused} refused: nothing much is tried there",
            });
        }
    }

    private void Try(int number, FuzzResult result)
    {
        byte[] input = Input(number);
        result.Inputs++;
        (Verdict? verdict, Exception? failure, TimeSpan time, long bytes) = Measured(input);
        for (int again = 0; again < 2 && time > Patience; again++)
        {
            // Another program may have had the processor.
            TimeSpan second = Measured(input).Time;
            time = second < time ? second : time;
        }

        if (verdict is { Refusal: { } id })
        {
            result.Refused[id] = result.Refused.GetValueOrDefault(id) + 1;
        }
        else if (verdict is not null)
        {
            result.Accepted++;
        }

        if (time.TotalMilliseconds > result.SlowestMilliseconds)
        {
            (result.SlowestMilliseconds, result.SlowestInput) = (time.TotalMilliseconds, number);
        }

        if (bytes > result.MostBytes)
        {
            (result.MostBytes, result.MostBytesInput) = (bytes, number);
        }

        string? kind = failure is not null ? Kind(failure)
            : time > Patience ? "slow"
            : bytes > target.MostMemory(input.Length) ? "memory"
            : null;
        if (kind is not null)
        {
            bool isNew = result.Bad.TrueForAll(bad => bad.Kind != kind);
            result.Add(new BadInput
            {
                Input = number,
                Kind = kind,
                What = failure?.ToString() ?? $"{input.Length} bytes of input took {time.TotalSeconds:0.0} s and {bytes >> 20} MiB",
                Shrunken = isNew && failure is not null ? Shown(Shrunken(input, kind)) : "",
            });
        }
    }

    private (Verdict? Verdict, Exception? Failure, TimeSpan Time, long Bytes) Measured(byte[] input)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long begun = Stopwatch.GetTimestamp();
        Verdict? verdict = null;
        Exception? failure = null;
        try
        {
            verdict = target.Run(input);
        }
#pragma warning disable CA1031 // every exception but those that the target knows is what we are after
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        return (verdict, failure, Stopwatch.GetElapsedTime(begun), GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private byte[] Shrunken(byte[] input, string kind) =>
        Shrinker.Shrink(input, shorter => Measured(shorter).Failure is { } failure && Kind(failure) == kind, ShrinkTime);

    /// <summary>The exception and where it came from: the topmost two of our own methods.</summary>
    private static string Kind(Exception e)
    {
        IEnumerable<string> ours = new StackTrace(e).GetFrames()
            .Select(frame => frame.GetMethod())
            .Where(method => method?.DeclaringType?.FullName?.StartsWith("Hotstack.", StringComparison.Ordinal) == true)
            .Select(method => $"{method!.DeclaringType!.Name}.{method.Name}")
            .Take(2);
        return $"{e.GetType().Name} in {string.Join(" < ", ours)}";
    }

    private static string Shown(byte[] input)
    {
        var shown = new StringBuilder();
        foreach (char sign in Encoding.UTF8.GetString(input).Take(600))
        {
            shown.Append(sign is >= ' ' and <= '~' and not '\\' ? sign.ToString() : sign == '\n' ? "\\n" : $"\\u{(int)sign:x4}");
        }

        return shown.ToString();
    }

    /// <summary>The same on every machine, and different for every target.</summary>
    private int Number(int input)
    {
        uint hash = 2166136261;
        foreach (char sign in $"{target.Name}/{seed}/{input}")
        {
            hash = (hash ^ sign) * 16777619;
        }

        return unchecked((int)hash);
    }
}
