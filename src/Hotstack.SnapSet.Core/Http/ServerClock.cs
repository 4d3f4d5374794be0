using System.Globalization;

namespace Hotstack.Http;

/// <summary>The server's clock by the <c>Date</c> of its answers. Its times are by this clock, not by ours.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    /// <summary>A clock that is further off is useless, and its times could overflow.</summary>
    private static readonly TimeSpan MaxSkew = TimeSpan.FromDays(100 * 366);

    private long _offset = long.MinValue;

    /// <summary>The server's time; ours before the first answer.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + (Skew ?? TimeSpan.Zero);

    /// <summary>How far it is ahead of ours, to about a second; null before the first answer.</summary>
    public TimeSpan? Skew => Interlocked.Read(ref _offset) is var offset && offset == long.MinValue ? null : new TimeSpan(offset);

    /// <summary>When an answer was made by the server's clock; null if unknown.</summary>
    public static DateTimeOffset? DateOf(ApiResponse response) => DateTimeOffset.TryParseExact(
        response.Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date : null;

    public void Read(ApiResponse response)
    {
        if (DateOf(response) is { } date)
        {
            // The header omits the fraction of the second.
            TimeSpan offset = date - time.GetUtcNow();
            if (offset.Duration() > MaxSkew)
            {
                return;
            }

            bool isWithinASecond = offset <= TimeSpan.Zero && offset > TimeSpan.FromSeconds(-1);
            Interlocked.Exchange(ref _offset, isWithinASecond ? 0 : offset.Ticks);
        }
    }
}
