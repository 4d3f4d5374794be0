using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Hotstack;

/// <summary>
/// Runs asynchronous work beside the caller's thread, and on the caller's thread what the work posts. A cmdlet needs
/// it: PowerShell takes output only on the thread that called the cmdlet.
/// </summary>
public sealed class Pump
{
    private readonly BlockingCollection<Action> _posted = [];

    private Pump()
    {
    }

    /// <summary>Hands an action to the thread that is in <see cref="Run"/>. Any thread may call it.</summary>
    /// <returns>False if the work has ended, and nobody will run the action.</returns>
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

    /// <summary>Returns when the work has ended and all that it posted has run, in the order of posting.</summary>
    /// <param name="work">Gets the pump to post to, and a token that ends when <paramref name="stop"/> does or an
    /// action fails. Its clean-up is waited for, so it must be bounded in time.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="Exception">The first failure of an action; if none failed, the work's own, as it was thrown.</exception>
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

    /// <summary>An action that fails, because nobody takes the output any longer, ends the work; but what the work
    /// posts while it cleans up runs still: the user has to hear what could not be undone.</summary>
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
