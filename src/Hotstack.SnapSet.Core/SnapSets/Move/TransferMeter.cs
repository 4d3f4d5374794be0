using System.Collections.Concurrent;

namespace Hotstack.SnapSets.Move;

/// <summary>Reports the progress of a transfer in total and by image: bytes, rate, remaining time.</summary>
/// <param name="work">The title of the progress.</param>
/// <param name="total">Bytes of all images.</param>
/// <param name="activity">Receives the progress.</param>
/// <param name="time">The clock for the rate.</param>
internal sealed class TransferMeter(string work, long total, IActivity activity, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    private readonly object _gate = new();
    private readonly Queue<(long At, long Moved)> _samples = new();
    private readonly List<TransferPart> _parts = [];
    private long _done;
    private long _moved;
    private long? _shownAt;

    /// <summary>Transferred bytes.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>The meter of one image.</summary>
    public TransferPart Part(string name, long size)
    {
        var part = new TransferPart(this, name, size);
        lock (_gate)
        {
            _parts.Add(part);
        }

        return part;
    }

    /// <summary>Completes all progress.</summary>
    public void Complete()
    {
        TransferPart[] parts;
        lock (_gate)
        {
            parts = [.. _parts];
        }

        foreach (TransferPart part in parts)
        {
            part.Complete();
        }

        activity.Progress(new(work, "") { Completed = true });
    }

    internal void Count(TransferPart part, long bytes, bool isMoved)
    {
        lock (_gate)
        {
            _done += bytes;
            _moved += isMoved ? bytes : 0;
            long now = time.GetTimestamp();
            if (!IsDue(part.ShownAt, now) && (part.Done < part.Size || part.Size == 0))
            {
                return;
            }

            part.ShownAt = now;
            if (IsDue(_shownAt, now) || _done == total)
            {
                // Within the lock: no part is shown before the whole.
                _shownAt = now;
                activity.Progress(Report(now));
            }
        }

        string status = part.Size == 0 ? ByteText.Of(part.Done) : $"{ByteText.Of(part.Done)} of {ByteText.Of(part.Size)}";
        activity.Progress(new(part.Name, status) { PartOf = work, Percent = part.Size == 0 ? null : Percent(part.Done, part.Size) });
    }

    private bool IsDue(long? shownAt, long now) => shownAt is not { } shown || time.GetElapsedTime(shown, now) >= Pause;

    internal void Complete(TransferPart part) => activity.Progress(new(part.Name, "") { PartOf = work, Completed = true });

    private ProgressReport Report(long now)
    {
        _samples.Enqueue((now, _moved));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
        {
            _samples.Dequeue();
        }

        (long at, long moved) = _samples.Peek();
        double seconds = time.GetElapsedTime(at, now).TotalSeconds;
        double rate = seconds > 0 ? (_moved - moved) / seconds : 0;
        string status = $"{ByteText.Of(_done)} of {ByteText.Of(Math.Max(_done, total))}"
            + (rate > 0 ? $", {ByteText.Of(rate)}/s" : "");
        return new(work, status)
        {
            Percent = Percent(_done, total),
            Remaining = rate > 0 ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, total - _done) / rate, TimeSpan.FromDays(30).TotalSeconds))
                : null,
        };
    }

    private static int Percent(long done, long size) => size == 0 ? 100 : (int)Math.Clamp(100 * done / size, 0, 100);
}

/// <summary>Counts the bytes of one image.</summary>
internal sealed class TransferPart(TransferMeter meter, string name, long size)
{
    public string Name => name;

    public long Size => size;

    public long Done { get; private set; }

    /// <summary>When it was last reported; null for never.</summary>
    public long? ShownAt { get; set; }

    /// <summary>Counts transferred bytes.</summary>
    public void Move(long bytes) => Count(bytes, isMoved: true);

    /// <summary>Counts bytes that an earlier run transferred.</summary>
    public void Skip(long bytes) => Count(bytes, isMoved: false);

    /// <summary>Subtracts bytes of a failed attempt.</summary>
    public void Restart() => Count(-Done, isMoved: false);

    public void Complete() => meter.Complete(this);

    private void Count(long bytes, bool isMoved)
    {
        Done += bytes;
        meter.Count(this, bytes, isMoved);
    }
}

/// <summary>Moves several images at once.</summary>
internal static class Transfers
{
    /// <summary>Maximum number of attempts without progress.</summary>
    public const int MaxFailures = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>After a failure no other transfer starts; running ones finish, because a complete file need not be moved again.</summary>
    /// <exception cref="HotstackException">Cause and id of the first failure, messages of all.</exception>
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

    /// <summary>The pause after the nth failure in a row.</summary>
    public static Task PauseAsync(int failures, TimeProvider time, CancellationToken stop) =>
        Poll.PauseAsync(FirstPause * Math.Pow(2, failures - 1), time, stop);
}
