using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hotstack.Fuzz;

/// <summary>
/// Runs targets in processes of their own, one for each processor: what overflows the stack, or never ends, takes only its
/// process along, and the next one goes on after that input.
/// </summary>
internal static class Orchestra
{
    private const int MostCrashes = 5;

    public static int Run(IReadOnlyList<FuzzTarget> targets, Options options)
    {
        long begun = Stopwatch.GetTimestamp();
        var results = new ConcurrentDictionary<string, FuzzResult>();
        var left = new ConcurrentQueue<FuzzTarget>(targets);
        Thread[] players = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, targets.Count)).Select(_ => new Thread(() =>
        {
            while (left.TryDequeue(out FuzzTarget? target))
            {
                long started = Stopwatch.GetTimestamp();
                results[target.Name] = RunAll(target, options);
                Console.Error.WriteLine($"{target.Name}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            }
        }))];
        Array.ForEach(players, player => player.Start());
        Array.ForEach(players, player => player.Join());

        FuzzResult[] inOrder = [.. targets.Select(target => results[target.Name])];
        Table.Write(inOrder);
        int failed = inOrder.Count(result => !result.IsGood);
        Console.WriteLine($"seed {options.Seed}, {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s");
        Console.WriteLine($"{inOrder.Length - failed} passed, {failed} failed, 0 skipped");
        return failed == 0 ? 0 : 1;
    }

    private static FuzzResult RunAll(FuzzTarget target, Options options)
    {
        var result = new FuzzResult { Target = target.Name };
        int from = 0;
        for (int crashes = 0; crashes < MostCrashes; crashes++)
        {
            (FuzzResult? part, int input, string trace) = Worker.Run(target.Name, options with { From = from });
            if (part is not null)
            {
                result.Add(part);
                break;
            }

            result.Add(new BadInput { Input = input, Kind = $"process {input}", What = trace });
            result.Inputs = input + 1;
            if (input < 0)
            {
                break;
            }

            from = input + 1;
        }

        FuzzRun.CheckShares(result);
        return result;
    }
}
