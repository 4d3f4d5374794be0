using Hotstack.Http;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Faults;

/// <summary>One workflow, one call of it, one trouble with that call.</summary>
internal sealed record Cell(Workflow Workflow, Step Step, Trouble Trouble, int Seed)
{
    /// <summary>Whoever runs longer than this, in real time, is taken to hang.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What runs this one cell again.</summary>
    public string Command => $"-- faults --seed {Seed} --workflow {Workflow.Name} --call \"{Step}\" --fault {Trouble}";

    /// <summary>Runs it, and after a failure the same command again.</summary>
    public async Task<CellResult> RunAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        await using World world = await World.SeedAsync(Workflow, Seed, stop);
        var retrial = new Retrial(Workflow, world);
        var refusal = new Refusal(Step, Trouble.Lasts);
        if (Trouble.FaultAt(Step) is { } fault)
        {
            world.Sandbox.Faults.Add(fault);
        }

        Attempt attempt = await retrial.TryAsync(
            limit.Token,
            new Interceptor(inner => Trouble.Kind is null ? new RefusingHandler(inner, refusal) : inner)
            {
                Patience = Trouble.Hangs ? Trouble.Patience : TimeSpan.MaxValue,
            });
        stop.ThrowIfCancellationRequested();
        int hits = refusal.Count + world.Sandbox.Faults.Faults.Sum(f => f.Hits);
        world.Sandbox.Faults.Clear();
        Verdict verdict = limit.IsCancellationRequested
            ? Verdict.Bad([$"it did not end within {Limit.TotalSeconds:0} s"])
            : await retrial.JudgeAsync(attempt, limit.Token);
        return new CellResult(this, hits > 0, verdict, attempt, retrial.Again);
    }
}

/// <summary>How a cell ended.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="WasHit">The fault met its call: else the run took another way, and shows nothing.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Attempt">The run with the fault.</param>
/// <param name="Again">The run after it, without; null if it was not needed.</param>
internal sealed record CellResult(Cell Cell, bool WasHit, Verdict Verdict, Attempt Attempt, Attempt? Again)
{
    /// <summary>The error that the user saw, in short.</summary>
    public string Error => Attempt.Failure switch
    {
        null => "",
        HotstackException e => $"{e.Cause}/{e.Id}",
        var e => e.GetType().Name,
    };
}
