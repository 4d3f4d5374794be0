using System.Collections.Concurrent;

namespace Hotstack.Http;

/// <summary>
/// The rule for a 404 of a new object. Services keep records in replicated databases (Galera), and a read may reach a replica
/// without the new record. So a 404 within <see cref="Grace"/> after the creation is retried; later a 404 means that the object is
/// deleted. The rule applies to every call: a DELETE that misses the object would leave it behind.
/// </summary>
/// <remarks>Lists lag too: if an object is missing in a list, read it by its id.</remarks>
public sealed class NewObjects(TimeProvider time)
{
    /// <summary>How long a 404 is retried, from the creation on.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private const int NotFound = 404;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _madeAt = new(StringComparer.Ordinal);

    /// <summary>Records an object that was, or may have been, created now. A known object keeps its time.</summary>
    /// <param name="id">Its id or name in paths.</param>
    public void Add(string id)
    {
        if (id.Length > 0)
        {
            _madeAt.TryAdd(Uri.EscapeDataString(id), time.GetUtcNow());
        }
    }

    /// <summary>Makes a call, and retries it while it misses a new object.</summary>
    /// <param name="request">The call.</param>
    /// <param name="send">Makes it once.</param>
    /// <param name="statusOf">The status of an answer that is no exception.</param>
    /// <param name="stop">Ends the wait.</param>
    internal async Task<T> SendAsync<T>(ApiRequest request, Func<Task<T>> send, Func<T, int> statusOf, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                T answer = await send();
                if (statusOf(answer) != NotFound || !IsNew(request))
                {
                    ForgetDeleted(request);
                    return answer;
                }
            }
            catch (ServiceException e) when (e.Status == NotFound && IsNew(request))
            {
            }

            await Poll.PauseAsync(Pause, time, stop);
        }
    }

    private bool IsNew(ApiRequest request) =>
        Named(request).Any(id => _madeAt.TryGetValue(id, out DateTimeOffset made) && time.GetUtcNow() - made < Grace);

    /// <summary>A 404 for an object that we deleted counts at once.</summary>
    private void ForgetDeleted(ApiRequest request)
    {
        if (request.Method == HttpMethod.Delete)
        {
            foreach (string id in Named(request))
            {
                _madeAt.TryRemove(id, out _);
            }
        }
    }

    /// <summary>The object itself, or a part right below it: a stack is <c>stacks/NAME/ID</c>, an image's data
    /// <c>images/ID/file</c>.</summary>
    private static IEnumerable<string> Named(ApiRequest request) => request.Uri.OriginalString.Split('/').TakeLast(2);
}
