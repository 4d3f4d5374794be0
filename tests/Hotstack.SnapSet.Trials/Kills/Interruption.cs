using Hotstack.Sandbox;
using Hotstack.Sandbox.Http;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary>How a run is cut off.</summary>
internal enum Means
{
    /// <summary>SIGKILL: nothing is taken back.</summary>
    Kill,

    /// <summary>Ctrl+C: the run takes back what it can, and says what it cannot.</summary>
    Cancel,
}

/// <summary>What became of a run that was cut off at one moment, after it was done again.</summary>
/// <param name="Name">Workflow, means and number of the moment: what repeats it.</param>
/// <param name="Point">The moment.</param>
/// <param name="WasReached">It came.</param>
/// <param name="Word"><c>completed</c>, <c>cleaned up</c> or <c>BAD</c>.</param>
/// <param name="Problems">What is bad.</param>
internal sealed record Aftermath(string Name, CallPoint Point, bool WasReached, string Word, IReadOnlyList<string> Problems)
{
    public bool IsBad => Word == Interruption.Bad;
}

/// <summary>Cuts a workflow off at a moment, does it again as a user would, and judges what there is then.</summary>
internal sealed class Interruption(Workflow workflow, Means means, int seed)
{
    public const string Completed = "completed";
    public const string CleanedUp = "cleaned up";
    public const string Bad = "BAD";

    /// <summary>By the real clock: a run takes a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The moments of the workflow when nothing comes between.</summary>
    public async Task<IReadOnlyList<CallPoint>> PointsAsync(CancellationToken stop)
    {
        await using World world = await World.SeedAsync(workflow, seed, stop);
        using Session session = world.Connect();
        await Attempt.RunAsync(workflow, session, stop);
        return CallPoint.Of(world.Sandbox.Calls.Snapshot());
    }

    public async Task<Aftermath> RunAsync(int number, CallPoint point, CancellationToken stop)
    {
        string name = $"{(means == Means.Kill ? "kills" : "cancels")} {workflow.Name} {number}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await using World world = await World.SeedAsync(workflow, seed, patience.Token);
            WorldState before = world.Look();
            (bool wasReached, string[] problems) = means == Means.Kill
                ? await KillAsync(world, point, patience.Token)
                : await CancelAsync(world, before, point, patience.Token);
            // Every other time the user comes back much later: what was under way has ended, what was armed has gone.
            if (number % 2 == 0)
            {
                world.Settle();
            }

            (Attempt again, bool wasRemoved) = await Recovery.RunAsync(workflow, world, patience.Token);
            world.Settle();
            Verdict verdict = Judge.Of(workflow, before, world.Look(), again);
            problems = verdict.Ending == Ending.Complete ? problems
                : [.. problems, .. again.Failure is { } failure ? [$"done again it ends with: {failure.Message}"] : Array.Empty<string>(),
                    .. verdict.Problems];
            return new(name, point, wasReached, problems.Length > 0 ? Bad : wasRemoved ? CleanedUp : Completed, problems);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(name, point, true, Bad, [$"it hangs: more than {Patience.TotalSeconds:0} s"]);
        }
    }

    private async Task<(bool WasReached, string[] Problems)> KillAsync(World world, CallPoint point, CancellationToken stop)
    {
        using Victim victim = Victim.Start(workflow, world);
        var moment = Moment.Await(world, point, async () =>
        {
            await victim.KillAsync();
            if (point.Moment == CallMoment.Received)
            {
                throw new ConnectionCutException();
            }
        });
        await victim.EndAsync(stop);
        world.Sandbox.Gate.Keeper = null;
        await QuietAsync(world, stop);
        return (moment.WasReached, moment.WasReached || victim.End is not null ? []
            : ["the victim ended before it was killed, without a word"]);
    }

    private async Task<(bool WasReached, string[] Problems)> CancelAsync(World world, WorldState before, CallPoint point,
        CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using Session session = world.Connect();
        var moment = Moment.Await(world, point, cancel.CancelAsync);
        Attempt attempt = await Attempt.RunAsync(workflow, session, cancel.Token);
        world.Sandbox.Gate.Keeper = null;
        await QuietAsync(world, stop);
        // What was given up is as before, or is named; deletions that were ordered come to their end by then.
        if (attempt.Failure is not null)
        {
            world.Settle();
        }

        Verdict verdict = Judge.Of(workflow, before, world.Look(), attempt, wasCancelled: true);
        return (moment.WasReached, [.. verdict.Problems.Select(p => $"cancelled: {p}")]);
    }

    /// <summary>Calls that had arrived when their caller died come to their end.</summary>
    private static async Task QuietAsync(World world, CancellationToken stop)
    {
        for (int i = 0; i < 100 && world.Sandbox.Calls.Snapshot().Any(c => c.Status is null); i++)
        {
            await Task.Delay(10, stop);
        }
    }
}
