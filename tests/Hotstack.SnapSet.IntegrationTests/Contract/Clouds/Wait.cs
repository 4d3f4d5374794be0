using System.Diagnostics;

namespace Hotstack.Contract.Clouds;

/// <summary>Waiting for a cloud, by the real clock.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <exception cref="TimeoutException">It did not come about within two minutes.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"Not so after {Patience}: {what}.");
            }

            await Task.Delay(Interval, stop);
        }
    }
}
