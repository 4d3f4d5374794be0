namespace Hotstack.Clusters.Stability;

/// <summary>A length of time for people: <c>45 s</c>, <c>12 min</c>, <c>3 h 5 min</c>, <c>2 d 4 h</c>.</summary>
internal static class Age
{
    public static string Of(TimeSpan time) =>
        time < TimeSpan.FromMinutes(2) ? $"{(long)time.TotalSeconds} s"
        : time < TimeSpan.FromHours(2) ? $"{(long)time.TotalMinutes} min"
        : time < TimeSpan.FromDays(2) ? $"{(long)time.TotalHours} h {time.Minutes} min"
        : $"{(long)time.TotalDays} d {time.Hours} h";
}
