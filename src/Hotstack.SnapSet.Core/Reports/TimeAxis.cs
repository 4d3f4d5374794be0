using System.Globalization;

namespace Hotstack.Reports;

/// <summary>A span of time that a chart shows, as percent of its width. It holds today and at most two years before and after.</summary>
internal sealed class TimeAxis
{
    private const int MaxYears = 2;
    private const int MaxTicks = 5;
    private static readonly double[] StepsInHours = [1, 2, 3, 6, 12, 24, 48, 72, 168, 336];
    private static readonly int[] StepsInMonths = [1, 2, 3, 6, 12];

    private TimeAxis(DateTimeOffset from, DateTimeOffset to) => (From, To) = (from, to);

    /// <summary>Its left end.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Its right end, later than <see cref="From"/>.</summary>
    public DateTimeOffset To { get; }

    /// <summary>An axis for some moments; unknown ones are left out.</summary>
    public static TimeAxis Of(DateTimeOffset now, IEnumerable<DateTimeOffset?> moments)
    {
        (DateTimeOffset first, DateTimeOffset last) = (now.AddYears(-MaxYears), now.AddYears(MaxYears));
        DateTimeOffset[] shown = [now, .. moments.OfType<DateTimeOffset>().Select(at => at < first ? first : at > last ? last : at)];
        (DateTimeOffset from, DateTimeOffset to) = (shown.Min(), shown.Max());
        TimeSpan margin = TimeSpan.FromTicks(Math.Max(TimeSpan.FromHours(1).Ticks, (to - from).Ticks / 50));
        return new TimeAxis(from - margin, to + margin);
    }

    /// <summary>An axis of exactly this span; one of no length becomes a second long.</summary>
    public static TimeAxis Exactly(DateTimeOffset from, DateTimeOffset to) => new(from, to > from ? to : from.AddSeconds(1));

    /// <summary>Where a moment stands: 0 to 100; beyond the ends, the nearest end.</summary>
    public double At(DateTimeOffset moment) => Math.Clamp((moment - From) / (To - From) * 100, 0, 100);

    /// <summary>Round moments to label, at most five.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Label)> Ticks()
    {
        double hours = (To - From).TotalHours;
        double step = StepsInHours.FirstOrDefault(one => hours / one <= MaxTicks);
        return step > 0 ? [.. ByHours(step)] : [.. ByMonths(StepsInMonths.FirstOrDefault(one => hours / (one * 730) <= MaxTicks, 12))];
    }

    private IEnumerable<(DateTimeOffset, string)> ByHours(double step)
    {
        long ticks = TimeSpan.FromHours(step).Ticks;
        string format = step < 24 ? "MM-dd HH:mm" : "MM-dd";
        for (long at = (From.UtcTicks / ticks + 1) * ticks; at < To.UtcTicks; at += ticks)
        {
            yield return Labelled(new DateTimeOffset(at, TimeSpan.Zero), format);
        }
    }

    private IEnumerable<(DateTimeOffset, string)> ByMonths(int step)
    {
        DateTime from = From.UtcDateTime;
        var first = new DateTimeOffset(from.Year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int months = 0; first.AddMonths(months) is var at && at < To; months += step)
        {
            if (at > From)
            {
                yield return Labelled(at, "yyyy-MM");
            }
        }
    }

    private static (DateTimeOffset, string) Labelled(DateTimeOffset at, string format) =>
        (at, at.ToString(format, CultureInfo.InvariantCulture));
}
