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

    /// <summary>The connection to the controller is lost, and the run goes on.</summary>
    Drop,
}

/// <summary>What became of a run that was cut off at one moment, after it was done again.</summary>
/// <param name="Name">Workflow, means and number of the moment: what repeats it.</param>
/// <param name="Point">The moment.</param>
/// <param name="WasReached">It came.</param>
/// <param name="Word"><c>completed</c>, <c>cleaned up</c>, <c>repeated</c> or <c>BAD</c>.</param>
/// <param name="Problems">What is bad, or else how it came about.</param>
internal sealed record Aftermath(string Name, CallPoint Point, bool WasReached, string Word, IReadOnlyList<string> Problems)
{
    public bool IsBad => Word == Interruption.Bad;
}

/// <summary>Cuts a workflow off at a moment, does it again as a user would, and judges what there is then.</summary>
internal sealed class Interruption(Workflow workflow, Means means, int seed)
{
    public const string Completed = "completed";
    public const string CleanedUp = "cleaned up";
    public const string Repeated = "repeated";
    public const string Bad = "BAD";

    /// <summary>By the real clock: a run takes a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The word on the command line.</summary>
    public static string CommandOf(Means means) => $"{means.ToString().ToLowerInvariant()}s";

    /// <summary>The moments of the workflow when nothing comes between.</summary>
    public async Task<IReadOnlyList<CallPoint>> PointsAsync(CancellationToken stop)
    {
        await using World world = await World.SeedAsync(workflow, seed, stop);
        await Attempt.RunAsync(workflow, world, stop);
        IReadOnlyList<Call> calls = world.Sandbox.Calls.Snapshot();
        return means == Means.Drop
            // Each twice: see DropAsync.
            ? [.. CallPoint.Of(calls.Where(c => c.Service == "kubernetes")).SelectMany(point => (CallPoint[])[point, point])]
            : CallPoint.Of(calls);
    }

    public async Task<Aftermath> RunAsync(int number, CallPoint point, CancellationToken stop)
    {
        string name = $"{CommandOf(means)} {workflow.Name} {number}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await using World world = await World.SeedAsync(workflow, seed, patience.Token);
            if (means == Means.Drop)
            {
                return await DropAsync(world, name, number - 1, point, patience.Token);
            }

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
            await world.EndOfSshAsync();
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
        await world.QuietAsync(stop);
        return (moment.WasReached, moment.WasReached || victim.End is not null ? []
            : ["the victim ended before it was killed, without a word"]);
    }

    private async Task<(bool WasReached, string[] Problems)> CancelAsync(World world, WorldState before, CallPoint point,
        CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var moment = Moment.Await(world, point, cancel.CancelAsync);
        Attempt attempt = await Attempt.RunAsync(workflow, world, cancel.Token);
        world.Sandbox.Gate.Keeper = null;
        await world.QuietAsync(stop);
        // What was given up is as before, or is named; deletions that were ordered come to their end by then.
        if (attempt.Failure is not null)
        {
            world.Settle();
        }

        Verdict verdict = Judge.Of(workflow, before, world.Look(), attempt, wasCancelled: true);
        return (moment.WasReached, [.. verdict.Problems.Select(p => $"cancelled: {p}")]);
    }

    /// <summary>Loses the connection once, by its server or by the end of ssh; every second time for good, until the run has
    /// ended.</summary>
    private async Task<Aftermath> DropAsync(World world, string name, int index, CallPoint point, CancellationToken stop)
    {
        (bool isForGood, bool isByServer) = (index % 2 == 1, index / 4 % 2 == 0);
        var retrial = new Retrial(workflow, world);
        var moment = Moment.Await(world, point, async () =>
        {
            await (isForGood ? world.Controller.LeaveAsync() : world.Controller.LoseAsync(isByServer));
            if (point.Moment == CallMoment.Received)
            {
                throw new ConnectionCutException();
            }
        });
        Attempt attempt = await retrial.TryAsync(stop);
        stop.ThrowIfCancellationRequested();
        world.Sandbox.Gate.Keeper = null;
        world.Controller.Return();
        Verdict verdict = await retrial.JudgeAsync(attempt, stop);
        stop.ThrowIfCancellationRequested();
        string how = isForGood ? "for good" : isByServer ? "once, by its server" : "once, by the end of ssh";
        string word = verdict.Ending switch { Ending.Bad => Bad, Ending.Clean => Repeated, _ => Completed };
        string id = attempt.Failure is HotstackException { Id: var told } ? $"{told}: " : "";
        return new(name, point, moment.WasReached, word, [$"lost {how}", .. verdict.Problems, $"told: {id}{attempt.Told}"]);
    }
}
