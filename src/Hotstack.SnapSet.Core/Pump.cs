using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Hotstack;

/// <summary>
/// Runs asynchronous work on other threads, and the actions that it posts on the caller's thread: PowerShell accepts output only
/// on the thread that called the cmdlet.
/// </summary>
public sealed class Pump
{
    private readonly BlockingCollection<Action> _posted = [];

    private Pump()
    {
    }

    /// <summary>Hands an action to the thread that is in <see cref="Run"/>. Any thread may call it.</summary>
    /// <returns>False if the work has ended and the action will not run.</returns>
    public bool Post(Action action)
    {
        try
        {
            _posted.Add(action);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Returns when the work has ended and all posted actions have run, in order.</summary>
    /// <param name="work">Gets the pump, and a token that is cancelled by <paramref name="stop"/> or when an
    /// action fails. Its clean-up needs a timeout of its own: the pump waits for it.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="Exception">The first failure of an action, otherwise that of the work.</exception>
    public static void Run(Func<Pump, CancellationToken, Task> work, CancellationToken stop)
    {
        var pump = new Pump();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task task = Task.Run(() => pump.WorkAsync(work, abandon.Token), CancellationToken.None);
        ExceptionDispatchInfo? failure = pump.RunPosted(abandon);
        failure?.Throw();
        task.GetAwaiter().GetResult();
    }

    private async Task WorkAsync(Func<Pump, CancellationToken, Task> work, CancellationToken stop)
    {
        try
        {
            await work(this, stop);
        }
        finally
        {
            _posted.CompleteAdding();
        }
    }

    /// <summary>A failed action (nobody reads the output any more) cancels the work. Actions that the work posts during its clean-up
    /// still run: they report what could not be undone.</summary>
    private ExceptionDispatchInfo? RunPosted(CancellationTokenSource abandon)
    {
        ExceptionDispatchInfo? failure = null;
        foreach (Action action in _posted.GetConsumingEnumerable())
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                abandon.Cancel();
            }
        }

        return failure;
    }
}
