namespace Hotstack.Clusters;

/// <summary>Reads of one report, which have a time limit together: what has not answered by then is a reading with a problem.</summary>
/// <remarks>The limit is by the computer's clock, as that of each call: it is about connections that hang.</remarks>
internal sealed class BoundedReads : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _end;

    /// <param name="limit">The longest that they may take, from now.</param>
    /// <param name="stop">Ends them with an <see cref="OperationCanceledException"/>.</param>
    public BoundedReads(TimeSpan limit, CancellationToken stop)
    {
        (Limit, Stop) = (limit, stop);
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // A timer takes no more than some 49 days.
        _end.CancelAfter(limit < LongestTimer ? limit : LongestTimer);
    }

    /// <summary>The longest that they may take.</summary>
    public TimeSpan Limit { get; }

    /// <summary>The user's wish to stop, without the limit.</summary>
    public CancellationToken Stop { get; }

    /// <summary>The user's wish to stop, or the end of the time.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>The time is over, and nobody wished to stop.</summary>
    public bool AreOver => _end.IsCancellationRequested && !Stop.IsCancellationRequested;

    /// <param name="what">Verb and resource: <c>list nodes</c>.</param>
    /// <param name="read">The call.</param>
    /// <exception cref="HotstackException">The API server does not accept us, or is not reached: then nothing can be read.</exception>
    public async Task<Reading<T>> TryAsync<T>(string what, Func<CancellationToken, Task<T>> read)
    {
        try
        {
            return await Reading.TryAsync(what, () => read(Token));
        }
        catch (OperationCanceledException) when (AreOver)
        {
            return new Reading<T> { Problem = $"cannot {what}: no answer within {TimeText.Of(Limit)}", IsFailure = true };
        }
    }

    public void Dispose() => _end.Dispose();
}
