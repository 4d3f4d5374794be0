using System.Diagnostics;

namespace Hotstack.Contract;

/// <summary>Waiting for a cloud, by the real clock.</summary>
internal static class Wait
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <exception cref="TimeoutException">It did not come about within two minutes.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (watch.Elapsed > s_patience)
            {
                throw new TimeoutException($"Not so after {s_patience}: {what}.");
            }

            await Task.Delay(s_interval, stop);
        }
    }
}
