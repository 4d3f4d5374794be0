using System.Collections.Concurrent;
using System.Diagnostics;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary><c>kills|cancels [WORKFLOW [NUMBER]]</c>: every workflow cut off at every moment.</summary>
internal sealed class InterruptionsCommand(Means means, TextWriter output)
{
    private const int Seed = 1;

    private static readonly string[] Words = [Interruption.Completed, Interruption.CleanedUp, Interruption.Bad];

    private string Command => means == Means.Kill ? "kills" : "cancels";

    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        Workflow[] workflows = [.. Workflow.All.Where(w => (args.Length == 0 && IsDifferent(w)) || (args.Length > 0 && w.Name == args[0]))];
        if (workflows.Length == 0)
        {
            throw new ArgumentException($"There is no workflow '{args[0]}': {string.Join(", ", Workflow.All.Select(w => w.Name))}.");
        }

        var watch = Stopwatch.StartNew();
        var all = new ConcurrentBag<(Workflow Workflow, Aftermath Aftermath)>();
        foreach (Workflow workflow in workflows)
        {
            var interruption = new Interruption(workflow, means, Seed);
            (int Number, CallPoint Point)[] points = [.. (await interruption.PointsAsync(stop)).Select((point, i) => (i + 1, point))];
            await Parallel.ForEachAsync(
                args.Length > 1 ? points.Where(p => p.Number == int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture)) : points,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
                async (point, token) =>
                {
                    Aftermath aftermath = await interruption.RunAsync(point.Number, point.Point, token);
                    all.Add((workflow, aftermath));
                    if (aftermath.IsBad || args.Length > 1)
                    {
                        Tell(aftermath);
                    }
                });
        }

        return Sum(workflows, [.. all], watch.Elapsed);
    }

    /// <summary>How it would be rolled back is no matter for a run that is killed.</summary>
    private bool IsDifferent(Workflow workflow) => means == Means.Cancel || workflow is not RestoreWithRollbackWorkflow;

    private void Tell(Aftermath aftermath)
    {
        lock (output)
        {
            output.WriteLine($"{(aftermath.IsBad ? "FAIL " : "")}{aftermath.Name}: at {aftermath.Point}{(aftermath.WasReached ? "" : " (not reached)")}: {aftermath.Word}");
            foreach (string problem in aftermath.Problems)
            {
                output.WriteLine($"    {problem}");
            }

            output.WriteLine($"    again: dotnet run --project tests/Hotstack.SnapSet.Trials -c Release -- {aftermath.Name}");
        }
    }

    private int Sum(Workflow[] workflows, (Workflow Workflow, Aftermath Aftermath)[] all, TimeSpan elapsed)
    {
        output.WriteLine();
        output.WriteLine($"{Command,-18}{string.Concat(Words.Select(word => $"{word,12}"))}{"not reached",14}");
        foreach (Workflow workflow in workflows)
        {
            Aftermath[] own = [.. all.Where(a => a.Workflow == workflow).Select(a => a.Aftermath)];
            output.WriteLine(
                $"{workflow.Name,-18}{string.Concat(Words.Select(word => $"{own.Count(a => a.Word == word && (a.WasReached || a.IsBad)),12}"))}"
                + $"{own.Count(a => !a.WasReached && !a.IsBad),14}");
        }

        int bad = all.Count(a => a.Aftermath.IsBad);
        int unreached = all.Count(a => !a.Aftermath.WasReached && !a.Aftermath.IsBad);
        output.WriteLine($"in {elapsed.TotalSeconds:0} s");
        output.WriteLine($"{all.Length - bad - unreached} passed, {bad} failed, {unreached} skipped");
        return bad > 0 ? 1 : 0;
    }
}
