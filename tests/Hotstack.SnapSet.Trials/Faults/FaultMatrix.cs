using System.Collections.Concurrent;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Faults;

/// <summary>Every call of every workflow, with every trouble.</summary>
internal sealed class FaultMatrix(int seed)
{
    /// <summary>Where the client waits for nothing, more may do so at once.</summary>
    private const int HangingAtOnce = 8;

    /// <summary>The calls of a workflow when nothing goes wrong, collapsed as <see cref="Step.Of"/> says.</summary>
    /// <exception cref="InvalidOperationException">It does not complete even then.</exception>
    public async Task<IReadOnlyList<Step>> RecordAsync(Workflow workflow, CancellationToken stop)
    {
        await using World world = await World.SeedAsync(workflow, seed, stop);
        WorldState before = world.Look();
        Attempt attempt = await Attempt.RunAsync(workflow, world, stop);
        IReadOnlyList<Step> steps = Step.Of(world.Sandbox.Calls.Snapshot());
        await world.EndOfSshAsync();
        world.Settle();
        Verdict verdict = Judge.Of(workflow, before, world.Look(), attempt);
        return verdict.Ending == Ending.Complete ? steps : throw new InvalidOperationException(
            $"{workflow.Name} does not complete without any fault: {string.Join("; ", verdict.Problems)} {attempt.Failure}");
    }

    /// <summary>All cells of some workflows and troubles, in an order by chance: any part of them has something of each.</summary>
    public async Task<IReadOnlyList<Cell>> CellsAsync(
        IEnumerable<Workflow> workflows, IReadOnlyCollection<Trouble> troubles, CancellationToken stop)
    {
        var cells = new List<Cell>();
        foreach (Workflow workflow in workflows)
        {
            IReadOnlyList<Step> steps = await RecordAsync(workflow, stop);
            cells.AddRange(steps.SelectMany(step => troubles.Where(trouble => trouble.Fits(step))
                .Select(trouble => new Cell(workflow, step, trouble, seed))));
        }

        Cell[] mixed = [.. cells];
        new Random(seed).Shuffle(mixed);
        return mixed;
    }

    /// <summary>Runs cells, some at once, in an order by chance, and tells of each as it ends.</summary>
    public async Task<IReadOnlyList<CellResult>> RunAsync(
        IReadOnlyCollection<Cell> cells, int atOnce, Action<CellResult> ended, Sample sample, CancellationToken stop)
    {
        var results = new ConcurrentBag<CellResult>();
        foreach (IGrouping<bool, Cell> some in cells.GroupBy(cell => cell.Trouble.Hangs))
        {
            await sample.TryAsync(
                some, seed, some.Key ? HangingAtOnce : atOnce,
                async (cell, token) =>
                {
                    CellResult result = await cell.RunAsync(token);
                    results.Add(result);
                    ended(result);
                },
                stop);
        }

        return [.. results];
    }
}
