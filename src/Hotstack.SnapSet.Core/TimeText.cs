using System.Globalization;

namespace Hotstack;

/// <summary>Times and durations for people.</summary>
internal static class TimeText
{
    /// <summary>The text for a time that has passed.</summary>
    public const string Expired = "expired";

    /// <summary>A moment to the minute: <c>2026-03-14 09:00Z</c>.</summary>
    public static string Of(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>The time until a moment: <c>15 d 18 h</c>; <see cref="Expired"/> if it has passed, null if unknown.</summary>
    public static string? Left(DateTimeOffset? until, DateTimeOffset now) =>
        until is not { } end ? null : end <= now ? Expired : Of(end - now);

    /// <summary>A duration in its two largest units: <c>6 d 3 h</c>, <c>14 h 20 min</c>, <c>40 s</c>; from 60 days on in days.</summary>
    public static string Of(TimeSpan duration)
    {
        TimeSpan length = duration.Duration();
        string text = length switch
        {
            { TotalMinutes: < 2 } => $"{(int)length.TotalSeconds} s",
            { TotalHours: < 1 } => $"{(int)length.TotalMinutes} min",
            { TotalDays: < 2 } => Pair((int)length.TotalHours, "h", length.Minutes, "min"),
            { TotalDays: < 60 } => Pair((int)length.TotalDays, "d", length.Hours, "h"),
            _ => $"{(int)length.TotalDays} d",
        };
        return duration < TimeSpan.Zero ? $"-{text}" : text;
    }

    private static string Pair(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
