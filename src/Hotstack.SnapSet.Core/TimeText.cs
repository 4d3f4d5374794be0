using System.Globalization;

namespace Hotstack;

/// <summary>Times and durations for people.</summary>
internal static class TimeText
{
    /// <summary>What is left of a time that is over.</summary>
    public const string Expired = "expired";

    /// <summary>A moment to the minute: <c>2026-03-14 09:00Z</c>.</summary>
    public static string Of(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long it is until a moment: <c>15 d 18 h</c>; <see cref="Expired"/> if it is over, null if it is not known.</summary>
    public static string? Left(DateTimeOffset? until, DateTimeOffset now) =>
        until is not { } end ? null : end <= now ? Expired : Of(end - now);

    /// <summary>A duration by its two greatest units: <c>6 d 3 h</c>, <c>14 h 20 min</c>, <c>40 s</c>; a long one by its days.</summary>
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
