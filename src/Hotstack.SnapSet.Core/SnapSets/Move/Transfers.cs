using System.Collections.Concurrent;

namespace Hotstack.SnapSets.Move;

/// <summary>Moves several images at once.</summary>
internal static class Transfers
{
    /// <summary>How often one that breaks off is tried again without getting any further.</summary>
    public const int MostFailures = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Those that were begun run to their end, since what is whole need not be moved again; but after a failure no
    /// other is begun.</summary>
    /// <exception cref="HotstackException">The first failure's cause and id, everybody's message.</exception>
    public static async Task RunAsync<T>(
        IEnumerable<T> items, int atOnce, Func<T, string> name, Func<T, CancellationToken, Task> move, CancellationToken stop)
    {
        using var places = new SemaphoreSlim(atOnce);
        var failures = new ConcurrentQueue<(string Name, HotstackException Failure)>();
        await Task.WhenAll(items.Select(OneAsync));
        if (!failures.IsEmpty)
        {
            throw CombinedFailure.Of([.. failures]);
        }

        async Task OneAsync(T item)
        {
            await places.WaitAsync(stop);
            try
            {
                if (failures.IsEmpty)
                {
                    await move(item, stop);
                }
            }
            catch (HotstackException e)
            {
                failures.Enqueue((name(item), e));
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>Whether it may succeed another time.</summary>
    public static bool IsPassing(HotstackException failure) =>
        failure.Cause is ErrorCause.ServiceUnavailable or ErrorCause.TimedOut or ErrorCause.RateLimited;

    /// <summary>The pause after the nth failure in a row.</summary>
    public static Task PauseAsync(int failures, TimeProvider time, CancellationToken stop) =>
        Task.Delay(FirstPause * Math.Pow(2, failures - 1), time, stop);
}
