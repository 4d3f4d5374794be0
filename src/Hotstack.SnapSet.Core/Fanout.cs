namespace Hotstack;

/// <summary>Does the same work for many items, with a limit of calls at a time.</summary>
internal static class Fanout
{
    /// <summary>More calls at a time gain nothing and provoke rate limits.</summary>
    private const int MaxAtOnce = 16;

    /// <summary>Results in the order of the items. All run to their end, even if one fails; then the first failure is thrown.</summary>
    public static async Task<TResult[]> SelectAsync<T, TResult>(
        IEnumerable<T> items, Func<T, CancellationToken, Task<TResult>> work, CancellationToken stop)
    {
        using var places = new SemaphoreSlim(MaxAtOnce);
        Task<TResult>[] tasks = [.. items.Select(OneAsync)];
        return await Task.WhenAll(tasks);

        async Task<TResult> OneAsync(T item)
        {
            await places.WaitAsync(stop);
            try
            {
                return await work(item, stop);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>The same for work without a result.</summary>
    public static Task ForEachAsync<T>(
        IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken stop) =>
        SelectAsync(
            items,
            async (item, token) =>
            {
                await work(item, token);
                return true;
            },
            stop);
}
