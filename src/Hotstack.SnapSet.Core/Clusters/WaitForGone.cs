namespace Hotstack.Clusters;

/// <summary>Waits until none of some things is left, and shows how many have gone.</summary>
/// <param name="work">The title of the work.</param>
/// <param name="things">What is counted: <c>pods deleted</c>.</param>
/// <param name="activity">Receives the progress.</param>
/// <param name="time">The clock.</param>
internal sealed class WaitForGone(string work, string things, IActivity activity, TimeProvider time)
{
    /// <param name="count">How many are left.</param>
    /// <param name="interval">The pause between two polls.</param>
    /// <param name="timeout">The timeout.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>False on timeout.</returns>
    public async Task<bool> RunAsync(Func<CancellationToken, Task<int>> count, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        IActivity shown = activity.AtMost(timeout, time);
        int total = 0;
        try
        {
            return await Poll.UntilAsync(
                async token =>
                {
                    int left = await count(token);
                    total = Math.Max(total, left);
                    shown.Progress(new Tally(total - left, total, things).Of(work));
                    return left == 0;
                },
                interval, timeout, time, stop);
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }
}
