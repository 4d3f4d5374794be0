namespace Hotstack.Deployments;

/// <summary>How often servers that shut themselves down are polled: seldom before they begin, each second while they usually go, and then the
/// less often the longer they take, so that a shutdown is noticed at most 1/30 of its duration late.</summary>
/// <param name="Delay">After which time they begin; zero or less if they have begun or it is not known.</param>
/// <param name="Longest">The longest pause.</param>
internal readonly record struct ShutdownPace(TimeSpan Delay, TimeSpan Longest)
{
    private const int Share = 30;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <param name="elapsed">Since the wait began.</param>
    /// <returns>The pause before the next poll.</returns>
    public TimeSpan PauseAfter(TimeSpan elapsed)
    {
        TimeSpan begun = Delay > TimeSpan.Zero ? elapsed - Delay : elapsed;
        TimeSpan pause = begun < TimeSpan.Zero ? -begun : begun / Share;
        pause = pause > Second ? pause : Second;
        return pause < Longest ? pause : Longest;
    }
}
