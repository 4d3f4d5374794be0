namespace Hotstack.Http;

/// <summary>Waits for a state that comes about elsewhere. Waiting is not retrying: every look succeeds.</summary>
public static class Poll
{
    /// <summary>Looks at once and then after every interval, until the look says that it is done.</summary>
    /// <param name="look">Reads the state; true ends the wait.</param>
    /// <param name="interval">The pause between two looks.</param>
    /// <param name="timeout">From now; after it, there is one last look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>False if the time was over before the look said that it is done.</returns>
    public static async Task<bool> UntilAsync(
        Func<CancellationToken, Task<bool>> look, TimeSpan interval, TimeSpan timeout, TimeProvider time,
        CancellationToken stop)
    {
        DateTimeOffset end = time.GetUtcNow() + timeout;
        while (true)
        {
            if (await look(stop))
            {
                return true;
            }

            TimeSpan left = end - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Task.Delay(left < interval ? left : interval, time, stop);
        }
    }
}
