using System.Runtime.CompilerServices;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift.Objects;

namespace Hotstack.OpenShift;

/// <summary>
/// Follows the objects of one kind for as long as wanted: through dropped streams, restarts of the API server, and its
/// forgetting where we were (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
/// </summary>
internal sealed class ResourceWatch<T>(
    ResourceClient<T> client, Selection selection, Func<T, ObjectMeta> metaOf, TimeProvider time, IActivity activity)
{
    private const int Gone = 410;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A server that has not ended the stream so long after its time is gone, and the connection does not know.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, ObjectMeta> _known = [];
    private readonly ApiPatience _patience = new(time);
    private string? _version;

    /// <summary>How long one stream lasts before the server ends it and we ask for the next.</summary>
    public TimeSpan StreamDuration { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>First all objects as added, then every change; never ends by itself.</summary>
    /// <exception cref="ServiceException">We are not, or no longer, allowed to, and that for longer than a restart explains.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> RunAsync([EnumeratorCancellation] CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            bool hadEvents = false;
            await foreach (WatchEvent<T> change in OnceAsync(stop).ConfigureAwait(false))
            {
                hadEvents = true;
                yield return change;
            }

            pause = hadEvents ? FirstPause : pause;
            await Task.Delay(pause, time, stop).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>A list if we do not know where we are, then one stream until it ends, for whatever reason.</summary>
    private async IAsyncEnumerable<WatchEvent<T>> OnceAsync([EnumeratorCancellation] CancellationToken stop)
    {
        if (_version is null)
        {
            (bool isThere, ObjectList<T>? list) = await _patience
                .TryAsync(() => client.ListPageByPageAsync(selection, stop)).ConfigureAwait(false);
            if (!isThere || list is null)
            {
                activity.Verbose($"Watching {client.Type}: {_patience.LastFailure?.Message}");
                yield break;
            }

            foreach (WatchEvent<T> change in Compare(list.Items))
            {
                yield return change;
            }

            _version = list.Version;
        }

        using var overdue = new CancellationTokenSource(StreamDuration + Overdue, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, overdue.Token);
        await using IAsyncEnumerator<string> lines = client
            .StreamChangesAsync(selection, _version, StreamDuration, end.Token).GetAsyncEnumerator(end.Token);
        while (await NextAsync(lines, stop).ConfigureAwait(false) is { } line && _version is not null)
        {
            if (Take(line) is { } change)
            {
                yield return change;
            }
        }
    }

    /// <returns>Null at the end of the stream.</returns>
    private async Task<string?> NextAsync(IAsyncEnumerator<string> lines, CancellationToken stop)
    {
        (bool isThere, bool isLine) = (false, false);
        try
        {
            (isThere, isLine) = await _patience.TryAsync(() => lines.MoveNextAsync().AsTask()).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            activity.Verbose($"Watching {client.Type}: the server does not end the stream");
            return null;
        }

        if (!isThere)
        {
            activity.Verbose($"Watching {client.Type}: {_patience.LastFailure?.Message}");
            if (_patience.LastFailure?.Status == Gone)
            {
                _version = null;
            }
        }

        return isThere && isLine ? lines.Current : null;
    }

    private WatchEvent<T>? Take(string line)
    {
        JsonElement change = Parse(line);
        JsonElement item = change.Field("object") ?? default;
        if (change.Text("type") is not ("ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK"))
        {
            // 410: the changes since our version are forgotten. Anything else: asked again from where we are.
            activity.Verbose($"Watching {client.Type}: {item.ToldOnOneLine("message") ?? "an event that is none"}");
            _version = item.Number("code") == Gone ? null : _version;
            return null;
        }

        _version = item.Field("metadata")?.Text("resourceVersion") ?? _version;
        if (change.Text("type") == "BOOKMARK")
        {
            return null;
        }

        T value = client.Read(item);
        ObjectMeta meta = metaOf(value);
        bool wasKnown = _known.ContainsKey(Key(meta));
        if (change.Text("type") == "DELETED")
        {
            _known.Remove(Key(meta));
            return new(WatchChange.Deleted, meta, value);
        }

        _known[Key(meta)] = meta;
        return new(wasKnown ? WatchChange.Modified : WatchChange.Added, meta, value);
    }

    /// <summary>What happened between what we knew and a new list.</summary>
    private IEnumerable<WatchEvent<T>> Compare(IReadOnlyList<T> items)
    {
        var gone = new Dictionary<string, ObjectMeta>(_known);
        foreach (T item in items)
        {
            ObjectMeta meta = metaOf(item);
            gone.Remove(Key(meta));
            bool wasKnown = _known.TryGetValue(Key(meta), out ObjectMeta? before);
            _known[Key(meta)] = meta;
            if (before?.ResourceVersion != meta.ResourceVersion)
            {
                yield return new(wasKnown ? WatchChange.Modified : WatchChange.Added, meta, item);
            }
        }

        foreach ((string key, ObjectMeta meta) in gone)
        {
            _known.Remove(key);
            yield return new(WatchChange.Deleted, meta, default);
        }
    }

    /// <summary>An object that was deleted and made anew between two lists is another.</summary>
    private static string Key(ObjectMeta meta) => meta.Uid ?? meta.ToString();

    private static JsonElement Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonText.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // The stream broke off within a line.
            return default;
        }
    }
}

/// <summary>What happened to an object.</summary>
internal enum WatchChange
{
    Added,
    Modified,
    Deleted,
}

/// <summary>What happened to an object.</summary>
/// <param name="Change">What.</param>
/// <param name="Meta">Which object.</param>
/// <param name="Item">How it is now, or was last; null where it vanished unseen.</param>
internal sealed record WatchEvent<T>(WatchChange Change, ObjectMeta Meta, T? Item);
