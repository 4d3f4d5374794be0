namespace Hotstack.SnapSets.Remove;

/// <summary>What became of one set.</summary>
/// <param name="Set">The set, if it was removed.</param>
/// <param name="Failure">Why it was not; null also if the user did not agree.</param>
internal sealed record RemovalOutcome(SnapSet? Set, HotstackException? Failure);

/// <summary>Removes sets: reads them and asks for them one after another, deletes several at the same time, and reports them in their
/// order.</summary>
/// <param name="report">Receives each outcome, one at a time, as soon as those before it are reported.</param>
/// <remarks>Most of the time is the cloud's: it deletes volume snapshots in the background. Calls are limited by the connections to a
/// service.</remarks>
internal sealed class RemovalsInOrder(Action<RemovalOutcome> report)
{
    /// <summary>Sets whose deletion has begun and not ended.</summary>
    private const int MaxAtOnce = 16;

    private readonly List<Task<RemovalOutcome>> _begun = [];
    private readonly Lock _lock = new();
    private int _reported;
    private int _ended;

    /// <summary>How many sets are done with.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Returns when all that was begun has ended.</summary>
    /// <param name="ids">The sets.</param>
    /// <param name="prepare">Reads a set and asks for it; null without consent.</param>
    /// <param name="delete">Deletes it.</param>
    /// <param name="stop">Begins no further deletion, and cancels the others.</param>
    /// <exception cref="HotstackException">The login is refused: no further set is begun.</exception>
    public async Task RunAsync(
        IReadOnlyList<SnapSetReference> ids, Func<SnapSetReference, CancellationToken, Task<SnapSetRemoval?>> prepare,
        Func<SnapSetRemoval, CancellationToken, Task<SnapSet>> delete, CancellationToken stop)
    {
        using var places = new SemaphoreSlim(MaxAtOnce);
        var last = new Dictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            foreach (SnapSetReference id in ids)
            {
                // An id that comes twice is one set: the second time there is nothing left.
                await last.GetValueOrDefault(id.Id, Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await places.WaitAsync(stop);
                if (_begun.Any(task => task.IsFaulted))
                {
                    break;
                }

                Task<RemovalOutcome> task = await BeginAsync(id, prepare, delete, stop);
                last[id.Id] = EndAsync(task, places);
            }
        }
        finally
        {
            await Task.WhenAll(last.Values);
        }

        await Task.WhenAll(_begun);
    }

    /// <summary>Prepares a set and begins its deletion, without waiting for its end.</summary>
    private async Task<Task<RemovalOutcome>> BeginAsync(
        SnapSetReference id, Func<SnapSetReference, CancellationToken, Task<SnapSetRemoval?>> prepare,
        Func<SnapSetRemoval, CancellationToken, Task<SnapSet>> delete, CancellationToken stop)
    {
        Task<RemovalOutcome> task;
        try
        {
            task = await prepare(id, stop) is { } removal ? DeleteAsync(removal, delete, stop)
                : Task.FromResult(new RemovalOutcome(null, null));
        }
        catch (HotstackException e) when (e.Cause is not ErrorCause.AuthenticationFailed)
        {
            task = Task.FromResult(new RemovalOutcome(null, e));
        }

        lock (_lock)
        {
            _begun.Add(task);
        }

        return task;
    }

    private static async Task<RemovalOutcome> DeleteAsync(
        SnapSetRemoval removal, Func<SnapSetRemoval, CancellationToken, Task<SnapSet>> delete, CancellationToken stop)
    {
        try
        {
            return new RemovalOutcome(await delete(removal, stop), null);
        }
        catch (HotstackException e) when (e.Cause is not ErrorCause.AuthenticationFailed)
        {
            return new RemovalOutcome(null, e);
        }
    }

    private async Task EndAsync(Task<RemovalOutcome> task, SemaphoreSlim places)
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Increment(ref _ended);
        try
        {
            Report();
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Reports what has ended, up to the first set that has not.</summary>
    private void Report()
    {
        lock (_lock)
        {
            for (; _reported < _begun.Count && _begun[_reported].IsCompleted; _reported++)
            {
                if (_begun[_reported].IsCompletedSuccessfully)
                {
                    report(_begun[_reported].Result);
                }
            }
        }
    }
}
