using Hotstack.Http;

namespace Hotstack.Clusters;

/// <summary>What was read of a cluster, or why it could not be.</summary>
internal sealed record Reading<T>
{
    /// <summary>What was read; only if there is no <see cref="Problem"/>.</summary>
    public T? Value { get; init; }

    /// <summary>Why it could not be read, by verb and resource; null if it was.</summary>
    public string? Problem { get; init; }

    /// <summary>We lack the right to read it: that says nothing about the cluster.</summary>
    public bool IsForbidden { get; init; }

    /// <summary>That it cannot be read is the cluster's own failure: 5xx, or no answer in time.</summary>
    public bool IsFailure { get; init; }

    /// <summary>When the answer was made, by the cluster's clock; null if that is not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The same with another value.</summary>
    public Reading<TOther> Select<TOther>(Func<T, TOther> choose) => new()
    {
        Value = Problem is null ? choose(Value!) : default, Problem = Problem, IsForbidden = IsForbidden, IsFailure = IsFailure, At = At,
    };
}

/// <summary>Reads what may be refused, or fail.</summary>
internal static class Reading
{
    public static Reading<T> Of<T>(T value) => new() { Value = value };

    /// <param name="what">Verb and resource: <c>list nodes</c>.</param>
    /// <param name="read">The call.</param>
    /// <exception cref="HotstackException">The API server does not accept us, or is not reached: then nothing can be read.</exception>
    public static async Task<Reading<T>> TryAsync<T>(string what, Func<Task<T>> read)
    {
        try
        {
            return Of(await read());
        }
        catch (ServiceException e) when (e.Cause != ErrorCause.AuthenticationFailed && (e.Status is not null || e.Cause == ErrorCause.TimedOut))
        {
            bool isForbidden = e.Cause == ErrorCause.Forbidden;
            return new Reading<T>
            {
                Problem = !isForbidden ? $"cannot {what}: {e.Reason}" : $"we have no right to {what}" + (IsByRoles(e) ? "" : $": {e.Reason}"),
                IsForbidden = isForbidden,
                IsFailure = e.Status >= 500 || e.Cause == ErrorCause.TimedOut,
            };
        }
    }

    /// <summary>Its text repeats the verb and the resource, and adds nothing.</summary>
    private static bool IsByRoles(ServiceException forbidden) =>
        forbidden.Reason.Contains("is forbidden: User ", StringComparison.Ordinal) && forbidden.Reason.Contains(" cannot ", StringComparison.Ordinal);
}
