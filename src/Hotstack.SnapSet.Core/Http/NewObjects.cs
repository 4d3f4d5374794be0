using System.Collections.Concurrent;

namespace Hotstack.Http;

/// <summary>
/// The rule for a 404 of an object that was made just now. Services keep their records in replicated databases (Galera), and a read
/// may come to a replica that has not got the record yet. So for <see cref="Grace"/> after an object was made, a call that gets a 404
/// for it is repeated; after that, a 404 means at once that the object is gone. It holds for every call to the object: a DELETE
/// that misses it would leave it behind.
/// </summary>
/// <remarks>Lists lag too and say nothing about it: whoever misses an object in a list asks for it by its id.</remarks>
public sealed class NewObjects(TimeProvider time)
{
    /// <summary>How long a 404 is not believed, from when the object was made.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private const int NotFound = 404;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _madeAt = new(StringComparer.Ordinal);

    /// <summary>Takes note of an object that was made, or may have been made, now. An object that is known keeps its time.</summary>
    /// <param name="id">What stands for it in a path: an id, or a name.</param>
    public void Add(string id)
    {
        if (id.Length > 0)
        {
            _madeAt.TryAdd(Uri.EscapeDataString(id), time.GetUtcNow());
        }
    }

    /// <summary>Makes a call, and repeats it while it misses an object that is new.</summary>
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

            await Task.Delay(Pause, time, stop);
        }
    }

    private bool IsNew(ApiRequest request) =>
        Named(request).Any(id => _madeAt.TryGetValue(id, out DateTimeOffset made) && time.GetUtcNow() - made < Grace);

    /// <summary>What we have deleted is gone as soon as a 404 says so.</summary>
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

    /// <summary>The object itself, or what is right below it: a stack is <c>stacks/NAME/ID</c>, an image's data <c>images/ID/file</c>.</summary>
    private static IEnumerable<string> Named(ApiRequest request) => request.Uri.OriginalString.Split('/').TakeLast(2);
}
