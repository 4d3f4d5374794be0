using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Concurrency;

/// <summary>What a run ended with.</summary>
internal sealed record Outcome(object? Value, Exception? Failure)
{
    public bool IsDone => Failure is null;

    /// <summary>The error's id, or <c>done</c>.</summary>
    public string Word => Failure switch
    {
        null => "done",
        HotstackException e => e.Id,
        _ => Failure.GetType().Name,
    };

    public static async Task<Outcome> OfAsync(Func<Task<object?>> run)
    {
        try
        {
            return new Outcome(await run(), null);
        }
        catch (Exception e)
        {
            return new Outcome(null, e);
        }
    }
}

/// <summary>Two runs on one sandbox: the first is held up at a moment until the second has ended.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Seed">Brings the sandbox to where both begin.</param>
/// <param name="First">The run that is held up.</param>
/// <param name="Second">The run that comes in between.</param>
/// <param name="Judge">What is wrong after both.</param>
internal sealed record Duel(
    string Name,
    Func<Arena, CancellationToken, Task> Seed,
    Func<Arena, CancellationToken, Task<object?>> First,
    Func<Arena, CancellationToken, Task<object?>> Second,
    Func<Arena, Outcome, Outcome, CancellationToken, Task<IReadOnlyList<string>>> Judge)
{
    /// <summary>By the real clock: for two runs of a second at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The moments at which the first run can be held up.</summary>
    public async Task<IReadOnlyList<CallPoint>> PointsAsync(CancellationToken stop)
    {
        await using Arena arena = await Arena.OpenAsync(stop);
        await Seed(arena, stop);
        arena.Sandbox.Calls.Clear();
        await Outcome.OfAsync(() => First(arena, stop));
        return CallPoint.Of(arena.Sandbox.Calls.Snapshot());
    }

    /// <summary>Both runs, the first one held up at a moment.</summary>
    public async Task<DuelResult> RunAsync(CallPoint point, CancellationToken stop)
    {
        await using Arena arena = await Arena.OpenAsync(stop);
        await Seed(arena, stop);
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int seen = 0;
        arena.Sandbox.Gate.Keeper = (call, moment) =>
        {
            if (moment != point.Moment || CallPoint.KindOf(call) != point.Kind || Interlocked.Increment(ref seen) != point.Nth)
            {
                return Task.CompletedTask;
            }

            isHeld.TrySetResult();
            return arena.Clock.Work.ExceptWhileAsync(release.Task);
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            Task<Outcome> first = Outcome.OfAsync(() => First(arena, patience.Token));
            await Task.WhenAny(isHeld.Task, first);
            bool wasReached = isHeld.Task.IsCompleted;
            // One that is not reached this time, such as the last of many looks, is one run after the other: a call of the second run
            // must not be held up in its place.
            if (!wasReached)
            {
                arena.Sandbox.Gate.Keeper = null;
            }

            Outcome second = await Outcome.OfAsync(() => Second(arena, patience.Token));
            release.TrySetResult();
            Outcome held = await first;
            arena.Sandbox.Gate.Keeper = null;
            var problems = new List<string>();
            problems.AddRange(Unclear("first", held));
            problems.AddRange(Unclear("second", second));
            problems.AddRange(await Judge(arena, held, second, stop));
            return new DuelResult(point, wasReached, held, second, problems);
        }
        finally
        {
            release.TrySetResult();
        }
    }

    /// <summary>Whoever loses is told by one of our errors, with an id and a sentence.</summary>
    private static IEnumerable<string> Unclear(string who, Outcome outcome)
    {
        if (outcome.Failure is { } failure and not HotstackException { Id.Length: > 0, Message.Length: > 20 })
        {
            yield return $"the {who} run ended by {failure.GetType().Name}: {failure.Message}";
        }
    }
}

/// <summary>How a duel ended that was held up at one moment.</summary>
internal sealed record DuelResult(CallPoint Point, bool WasReached, Outcome First, Outcome Second, IReadOnlyList<string> Problems)
{
    public bool IsBad => Problems.Count > 0;

    public override string ToString() =>
        $"held at {Point}{(WasReached ? "" : " (not reached)")}: first {First.Word}, second {Second.Word}{(IsBad ? $": {string.Join("; ", Problems)}" : "")}";
}
