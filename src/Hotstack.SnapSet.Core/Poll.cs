namespace Hotstack;

/// <summary>Waits for a state that comes about elsewhere, or for time to pass. Nothing else in Core waits for time.</summary>
/// <remarks>To wait is not to retry: each poll succeeds. Lost calls are repeated by <c>Http/RetryPolicy</c>.</remarks>
public static class Poll
{
    /// <summary>What is shown in between counts down by itself, each second.</summary>
    private const int CountDownParts = 20;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Polls at once and then after every interval, until the state is reached.</summary>
    /// <param name="isReached">Reads the state; true ends the wait.</param>
    /// <param name="interval">The pause between two polls.</param>
    /// <param name="timeout">From now; after it there is one last poll.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>False on timeout.</returns>
    public static Task<bool> UntilAsync(
        Func<CancellationToken, Task<bool>> isReached, TimeSpan interval, TimeSpan timeout, TimeProvider time,
        CancellationToken stop) => UntilAsync(isReached, _ => interval, timeout, time, stop);

    /// <summary>As above, with pauses by the time that has passed.</summary>
    /// <param name="isReached">Reads the state; true ends the wait.</param>
    /// <param name="pauseAfter">The pause before the next poll, by the time since the first one.</param>
    /// <param name="timeout">From now; after it there is one last poll.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>False on timeout.</returns>
    internal static async Task<bool> UntilAsync(
        Func<CancellationToken, Task<bool>> isReached, Func<TimeSpan, TimeSpan> pauseAfter, TimeSpan timeout, TimeProvider time,
        CancellationToken stop)
    {
        long began = time.GetTimestamp();
        DateTimeOffset end = time.GetUtcNow() + timeout;
        while (true)
        {
            if (await isReached(stop))
            {
                return true;
            }

            TimeSpan left = end - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            TimeSpan pause = pauseAfter(time.GetElapsedTime(began));
            await PauseAsync(left < pause ? left : pause, time, stop);
        }
    }

    /// <summary>Waits for a time, and reports as it passes: how much has passed and what remains.</summary>
    /// <param name="work">The title of the progress.</param>
    /// <param name="status">What is waited for.</param>
    /// <param name="length">How long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="activity">Receives the progress, which the caller completes.</param>
    /// <param name="stop">Ends the wait.</param>
    internal static async Task CountDownAsync(
        string work, string status, TimeSpan length, TimeProvider time, IActivity activity, CancellationToken stop)
    {
        long began = time.GetTimestamp();
        TimeSpan longest = length / CountDownParts > Second ? length / CountDownParts : Second;
        for (TimeSpan left; (left = length - time.GetElapsedTime(began)) > TimeSpan.Zero;)
        {
            activity.Progress(new(work, status) { Percent = (int)Math.Clamp(100 * (length - left).Ticks / length.Ticks, 0, 100), Remaining = left });
            await PauseAsync(left < longest ? left : longest, time, stop);
        }
    }

    /// <summary>Waits for a time.</summary>
    internal static Task PauseAsync(TimeSpan pause, TimeProvider time, CancellationToken stop) => Task.Delay(pause, time, stop);

    /// <summary>Waits until work has ended, at most for a time by the computer's clock. A failure of the work is not thrown.</summary>
    internal static Task EndOfAsync(Task work, TimeSpan limit, CancellationToken stop = default) =>
        Task.WhenAny(work, Task.Delay(limit, stop));
}

/// <summary>The moment of a timeout.</summary>
internal sealed class Deadline(TimeSpan timeout, TimeProvider time)
{
    private readonly DateTimeOffset _end = time.GetUtcNow() + timeout;

    public TimeSpan Timeout => timeout;

    public TimeSpan Left => _end - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
