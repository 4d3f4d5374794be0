using System.Collections.Concurrent;
using System.Diagnostics;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Concurrency;

/// <summary><c>concurrency [DUEL [NUMBER]]</c>: two runs at once, the first held up at every moment.</summary>
internal sealed class ConcurrencyCommand(TextWriter output)
{
    /// <summary>All duels, numbered from 1 in this order.</summary>
    public static IReadOnlyList<Duel> All { get; } = [.. SetDuels.All, .. MoveDuels.All, .. ClusterDuels.All];

    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        int only = args.Length > 0 ? Number(args[0], All.Count) : 0;
        int moment = args.Length > 1 ? Number(args[1], int.MaxValue) : 0;
        var watch = Stopwatch.StartNew();
        int runs = 0, bad = 0, unreached = 0;
        for (int number = 1; number <= All.Count; number++)
        {
            if (only != 0 && number != only)
            {
                continue;
            }

            Duel duel = All[number - 1];
            IReadOnlyList<DuelResult> results = await RunAsync(duel, number, moment, stop);
            runs += results.Count;
            bad += results.Count(r => r.IsBad);
            unreached += results.Count(r => !r.IsBad && !r.WasReached);
            output.WriteLine($"{number,2} {duel.Name,-58}{results.Count,5} moments{results.Count(r => r.IsBad),5} BAD");
            foreach (var ending in results.GroupBy(r => $"first {r.First.Word}, second {r.Second.Word}").OrderByDescending(g => g.Count()))
            {
                output.WriteLine($"     {ending.Count(),5} x {ending.Key}");
            }
        }

        output.WriteLine($"in {watch.Elapsed.TotalSeconds:0} s");
        output.WriteLine($"{runs - bad - unreached} passed, {bad} failed, {unreached} skipped");
        return bad > 0 ? 1 : 0;
    }

    private async Task<IReadOnlyList<DuelResult>> RunAsync(Duel duel, int number, int moment, CancellationToken stop)
    {
        IReadOnlyList<CallPoint> points = await duel.PointsAsync(stop);
        var results = new ConcurrentBag<DuelResult>();
        await Parallel.ForEachAsync(
            points.Select((point, i) => (Point: point, Number: i + 1)).Where(p => moment == 0 || p.Number == moment),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (at, token) =>
            {
                DuelResult result = await duel.RunAsync(at.Point, token);
                results.Add(result);
                if (result.IsBad || moment != 0)
                {
                    Tell(result, $"{(result.IsBad ? "FAIL " : "")}concurrency {number} {at.Number}: {duel.Name}");
                }
            });
        return [.. results];
    }

    private void Tell(DuelResult result, string what)
    {
        lock (output)
        {
            output.WriteLine($"{what}, {result}");
            foreach (Outcome outcome in new[] { result.First, result.Second }.Where(o => !o.IsDone))
            {
                output.WriteLine($"    {outcome.Word}: {outcome.Failure!.Message}");
            }
        }
    }

    private static int Number(string text, int most) =>
        int.TryParse(text, out int number) && number >= 1 && number <= most ? number : throw new ArgumentException($"'{text}' is no number from 1 to {most}.");
}
