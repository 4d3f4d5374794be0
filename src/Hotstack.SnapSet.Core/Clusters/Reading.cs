using Hotstack.Http;

namespace Hotstack.Clusters;

/// <summary>A value read from a cluster, or the reason why it could not be read.</summary>
internal sealed record Reading<T>
{
    /// <summary>The value; only without a <see cref="Problem"/>.</summary>
    public T? Value { get; init; }

    /// <summary>Why it could not be read, with verb and resource; null if it was read.</summary>
    public string? Problem { get; init; }

    /// <summary>The permission to read it is missing, which proves nothing about the cluster.</summary>
    public bool IsForbidden { get; init; }

    /// <summary>The cluster failed to answer: 5xx, or a timeout.</summary>
    public bool IsFailure { get; init; }

    /// <summary>The time of the answer by the cluster's clock; null if unknown.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Converts the value.</summary>
    public Reading<TOther> Select<TOther>(Func<T, TOther> choose) => new()
    {
        Value = Problem is null ? choose(Value!) : default, Problem = Problem, IsForbidden = IsForbidden, IsFailure = IsFailure, At = At,
    };
}

/// <summary>Reads values from a cluster that may refuse or fail.</summary>
internal static class Reading
{
    public static Reading<T> Of<T>(T value) => new() { Value = value };

    /// <param name="what">Verb and resource: <c>list nodes</c>.</param>
    /// <param name="read">The call.</param>
    /// <exception cref="HotstackException">The API server refuses the login or is not reached: then nothing can be read.</exception>
    public static async Task<Reading<T>> TryAsync<T>(string what, Func<Task<T>> read)
    {
        try
        {
            return Of(await read());
        }
        catch (HotstackException e) when (e.Id == ApiPath.InvalidId)
        {
            return OfName<T>(what, e);
        }
        catch (ServiceException e) when (
            e.Cause != ErrorCause.AuthenticationFailed && (e.Status is not null || e.Cause == ErrorCause.TimedOut))
        {
            bool isForbidden = e.Cause == ErrorCause.Forbidden;
            return new Reading<T>
            {
                Problem = !isForbidden ? $"cannot {what}: {e.Reason}" : $"no permission to {what}" + (IsByRoles(e) ? "" : $": {e.Reason}"),
                IsForbidden = isForbidden,
                IsFailure = e.Status >= 500 || e.Cause == ErrorCause.TimedOut,
            };
        }
    }

    /// <summary>A name from the cluster that cannot stand in an address: no API server of Kubernetes accepts such a name.</summary>
    private static Reading<T> OfName<T>(string what, HotstackException refusal) =>
        new() { Problem = $"cannot {what}: {refusal.Message.TrimEnd('.')}" };

    /// <summary>The text of such a refusal only repeats the verb and the resource.</summary>
    private static bool IsByRoles(ServiceException forbidden) =>
        forbidden.Reason.Contains("is forbidden: User ", StringComparison.Ordinal)
        && forbidden.Reason.Contains(" cannot ", StringComparison.Ordinal);
}

/// <summary>Reads of one report with a common timeout: afterwards each read gives a problem.</summary>
/// <remarks>The timeout is by the computer's clock, since it is for connections that hang.</remarks>
internal sealed class BoundedReads : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _end;

    /// <param name="limit">The timeout, from now.</param>
    /// <param name="stop">Stops the reads with an <see cref="OperationCanceledException"/>.</param>
    public BoundedReads(TimeSpan limit, CancellationToken stop)
    {
        (Limit, Stop) = (limit, stop);
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // A timer takes at most 49 days.
        _end.CancelAfter(limit < LongestTimer ? limit : LongestTimer);
    }

    /// <summary>The timeout.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Cancelled by the user, not by the timeout.</summary>
    public CancellationToken Stop { get; }

    /// <summary>Cancelled by the user or the timeout.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>The timeout has expired, and the user has not stopped the reads.</summary>
    public bool AreOver => _end.IsCancellationRequested && !Stop.IsCancellationRequested;

    /// <param name="what">Verb and resource: <c>list nodes</c>.</param>
    /// <param name="read">The call.</param>
    /// <exception cref="HotstackException">The API server refuses the login or is not reached: then nothing can be read.</exception>
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
