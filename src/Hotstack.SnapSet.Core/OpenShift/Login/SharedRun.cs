namespace Hotstack.OpenShift.Login;

/// <summary>
/// One run of something for all who wait for it at the same time. It is cancelled when the last of them goes, who then waits until it
/// has ended: no program of ours outlives the call that started it.
/// </summary>
internal sealed class SharedRun<T>
{
    /// <summary>A run that does not obey is left behind.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private Run? _current;

    /// <summary>Joins the run that is going on, or starts one.</summary>
    /// <param name="start">Starts it; its token is cancelled when nobody waits any more.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<T> JoinAsync(Func<CancellationToken, Task<T>> start, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Run run = Enter(start);
        try
        {
            return await run.Task.WaitAsync(stop);
        }
        finally
        {
            await LeaveAsync(run);
        }
    }

    private Run Enter(Func<CancellationToken, Task<T>> start)
    {
        lock (_gate)
        {
            if (_current is null || _current.Task.IsCompleted || _current.Cancel.IsCancellationRequested)
            {
                var cancel = new CancellationTokenSource();
                // On another thread, since starting a program takes its time.
                _current = new Run(cancel, Task.Run(() => start(cancel.Token), CancellationToken.None));
            }

            _current.Waiting++;
            return _current;
        }
    }

    private async Task LeaveAsync(Run run)
    {
        lock (_gate)
        {
            if (--run.Waiting > 0)
            {
                return;
            }

            if (!run.Task.IsCompleted)
            {
                run.Cancel.Cancel();
            }
        }

        await Task.WhenAny(run.Task, Task.Delay(LongestEnd));
    }

    private sealed record Run(CancellationTokenSource Cancel, Task<T> Task)
    {
        public int Waiting { get; set; }
    }
}
