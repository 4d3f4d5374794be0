namespace Hotstack.Http;

/// <summary>What a trial puts between us and a service. Nobody else does.</summary>
/// <param name="Wrap">Given what makes the connections, gives what the calls go through.</param>
/// <param name="Haste">How many times sooner than it says a call is given up: a trial cannot wait a minute for each that hangs.</param>
internal sealed record Wire(Func<HttpMessageHandler, HttpMessageHandler> Wrap, double Haste = 1)
{
    /// <summary>A time limit, as a trial keeps it.</summary>
    public TimeSpan Limit(TimeSpan usual) => usual == Timeout.InfiniteTimeSpan ? usual : usual / Haste;
}
