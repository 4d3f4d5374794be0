using System.Collections.Concurrent;
using System.Diagnostics;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary><c>kills|cancels|drops [WORKFLOW [NUMBER]] [--shard i/n] [--within MINUTES]</c>: every workflow cut off at every moment.</summary>
internal sealed class InterruptionsCommand(Means means, TextWriter output)
{
    private const int Seed = 1;

    private string[] Words =>
        [Interruption.Completed, means == Means.Drop ? Interruption.Repeated : Interruption.CleanedUp, Interruption.Bad];

    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        var sample = Sample.Take(ref args);
        Workflow[] workflows = [.. Workflow.All.Where(w => IsMeant(w) && (args.Length == 0 || w.Name == args[0]))];
        if (workflows.Length == 0)
        {
            throw new ArgumentException($"Workflows: {string.Join(", ", Workflow.All.Where(IsMeant).Select(w => w.Name))}.");
        }

        var watch = Stopwatch.StartNew();
        var all = new ConcurrentBag<(Workflow Workflow, Aftermath Aftermath)>();
        var moments = new List<(Workflow Workflow, Interruption Interruption, int Number, CallPoint Point)>();
        foreach (Workflow workflow in workflows)
        {
            var interruption = new Interruption(workflow, means, Seed);
            moments.AddRange((await interruption.PointsAsync(stop)).Select((point, i) => (workflow, interruption, i + 1, point)));
        }

        int only = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        int untried = await sample.TryAsync(
            sample.Share(moments.Where(m => only == 0 || m.Number == only)), Seed, Environment.ProcessorCount,
            async (at, token) =>
            {
                Aftermath aftermath = await at.Interruption.RunAsync(at.Number, at.Point, token);
                all.Add((at.Workflow, aftermath));
                if (aftermath.IsBad || only != 0)
                {
                    Tell(aftermath);
                }
            },
            stop);

        return Sum(workflows, [.. all], untried, watch.Elapsed);
    }

    private bool IsMeant(Workflow workflow) => means switch
    {
        // A dead process rolls nothing back.
        Means.Kill => workflow is not RestoreWithRollbackWorkflow,
        Means.Drop => workflow.Controller is not null,
        _ => true,
    };

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

    private int Sum(Workflow[] workflows, (Workflow Workflow, Aftermath Aftermath)[] all, int untried, TimeSpan elapsed)
    {
        output.WriteLine();
        output.WriteLine($"{Interruption.CommandOf(means),-18}{string.Concat(Words.Select(word => $"{word,12}"))}{"not reached",14}");
        foreach (Workflow workflow in workflows)
        {
            Aftermath[] own = [.. all.Where(a => a.Workflow == workflow).Select(a => a.Aftermath)];
            output.WriteLine(
                $"{workflow.Name,-18}{string.Concat(Words.Select(word => $"{own.Count(a => a.Word == word && (a.WasReached || a.IsBad)),12}"))}"
                + $"{own.Count(a => !a.WasReached && !a.IsBad),14}");
        }

        int bad = all.Count(a => a.Aftermath.IsBad);
        int unreached = all.Count(a => !a.Aftermath.WasReached && !a.Aftermath.IsBad);
        output.WriteLine($"in {elapsed.TotalSeconds:0} s; {untried} were not tried for want of time");
        output.WriteLine($"{all.Length - bad - unreached} passed, {bad} failed, {unreached + untried} skipped");
        return bad > 0 ? 1 : 0;
    }
}
