using System.Globalization;

namespace Hotstack.Clusters;

/// <summary>Times and durations in messages.</summary>
internal static class TimeText
{
    /// <summary>A moment to the minute: <c>2026-03-14 09:00Z</c>.</summary>
    public static string Of(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>A duration by its two greatest units: <c>6 d 3 h</c>, <c>14 h 20 min</c>, <c>40 s</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        TimeSpan length = duration.Duration();
        string text = length switch
        {
            { TotalMinutes: < 2 } => $"{(int)length.TotalSeconds} s",
            { TotalHours: < 1 } => $"{(int)length.TotalMinutes} min",
            { TotalDays: < 2 } => Pair((int)length.TotalHours, "h", length.Minutes, "min"),
            _ => Pair((int)length.TotalDays, "d", length.Hours, "h"),
        };
        return duration < TimeSpan.Zero ? $"-{text}" : text;
    }

    private static string Pair(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
