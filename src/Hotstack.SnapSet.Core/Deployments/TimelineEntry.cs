namespace Hotstack.Clusters;

/// <summary>A completed step of a run: of a shutdown, a revival, a renewal.</summary>
/// <param name="At">When it began, by this machine's clock, in UTC.</param>
/// <param name="Step">Which: <c>Cordon</c>, <c>Masters</c>, <c>Servers</c>, <c>Api</c>.</param>
/// <param name="Result">Its result, in a sentence.</param>
/// <param name="Duration">How long it took.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Step, string Result, TimeSpan Duration)
{
    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The step and its result.</summary>
    public override string ToString() => $"{Step}: {Result}";
}
