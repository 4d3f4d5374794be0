namespace Hotstack.Completion;

/// <summary>Does work whose answer is worth a short wait only.</summary>
internal static class Patiently
{
    /// <summary>The answer; null if it did not come in time. The work is told to end then, but not waited for.</summary>
    public static T? Get<T>(Func<CancellationToken, Task<T>> work, TimeSpan patience)
        where T : class
    {
        // Not disposed of: work that is not waited for may still look at it.
        var stop = new CancellationTokenSource();
        // On a thread of its own, since what is called asynchronous may begin by reading files.
        Task<T> task = Task.Factory.StartNew(
            () => work(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        if (((IAsyncResult)task).AsyncWaitHandle.WaitOne(patience))
        {
            return task.GetAwaiter().GetResult();
        }

        stop.CancelAsync();
        // Its failure, late as it is, is nobody's concern.
        task.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return null;
    }
}
