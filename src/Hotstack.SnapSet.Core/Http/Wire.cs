namespace Hotstack.Http;

/// <summary>What a trial puts between us and a service. Nobody else does.</summary>
/// <param name="Wrap">Given what makes the connections, gives what the calls go through.</param>
internal sealed record Wire(Func<HttpMessageHandler, HttpMessageHandler> Wrap)
{
    /// <summary>The longest that a call is waited for, in place of the minutes that it usually gets: those a trial cannot wait for each
    /// call that hangs.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.MaxValue;

    /// <summary>A time limit, as a trial keeps it.</summary>
    public TimeSpan Limit(TimeSpan usual) => usual != Timeout.InfiniteTimeSpan && usual > Patience ? Patience : usual;
}
