using System.Collections.Concurrent;
using System.Diagnostics;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Concurrency;

/// <summary><c>concurrency [DUEL [NUMBER]] [--shard i/n] [--within MINUTES]</c>: two runs at once, the first held up at every moment.</summary>
internal sealed class ConcurrencyCommand(TextWriter output)
{
    private const int Seed = 1;

    /// <summary>All duels, numbered from 1 in this order.</summary>
    public static IReadOnlyList<Duel> All { get; } = [.. SetDuels.All, .. MoveDuels.All, .. ClusterDuels.All];

    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        var sample = Sample.Take(ref args);
        int only = args.Length > 0 ? Number(args[0], All.Count) : 0;
        int moment = args.Length > 1 ? Number(args[1], int.MaxValue) : 0;
        var watch = Stopwatch.StartNew();
        var moments = new List<(int Duel, int Number, CallPoint Point)>();
        foreach (int duel in Enumerable.Range(1, All.Count).Where(number => only == 0 || number == only))
        {
            moments.AddRange((await All[duel - 1].PointsAsync(stop)).Select((point, i) => (duel, i + 1, point)));
        }

        var results = new ConcurrentBag<(int Duel, DuelResult Result)>();
        int untried = await sample.TryAsync(
            sample.Share(moments.Where(m => moment == 0 || m.Number == moment)), Seed, Environment.ProcessorCount,
            async (at, token) =>
            {
                Duel duel = All[at.Duel - 1];
                DuelResult result = await duel.RunAsync(at.Point, token);
                results.Add((at.Duel, result));
                if (result.IsBad || moment != 0)
                {
                    Tell(result, $"{(result.IsBad ? "FAIL " : "")}concurrency {at.Duel} {at.Number}: {duel.Name}");
                }
            },
            stop);

        foreach (var duel in results.GroupBy(r => r.Duel, r => r.Result).OrderBy(g => g.Key))
        {
            output.WriteLine($"{duel.Key,2} {All[duel.Key - 1].Name,-58}{duel.Count(),5} moments{duel.Count(r => r.IsBad),5} BAD");
            foreach (var ending in duel.GroupBy(r => $"first {r.First.Word}, second {r.Second.Word}").OrderByDescending(g => g.Count()))
            {
                output.WriteLine($"     {ending.Count(),5} x {ending.Key}");
            }
        }

        int bad = results.Count(r => r.Result.IsBad);
        int unreached = results.Count(r => !r.Result.IsBad && !r.Result.WasReached);
        output.WriteLine($"in {watch.Elapsed.TotalSeconds:0} s; {untried} were not tried for want of time");
        output.WriteLine($"{results.Count - bad - unreached} passed, {bad} failed, {unreached + untried} skipped");
        return bad > 0 ? 1 : 0;
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
        int.TryParse(text, out int number) && number >= 1 && number <= most ? number
            : throw new ArgumentException($"'{text}' is no number from 1 to {most}.");
}
