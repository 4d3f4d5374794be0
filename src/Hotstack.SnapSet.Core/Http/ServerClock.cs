using System.Globalization;

namespace Hotstack.Http;

/// <summary>The clock of the other side, as the <c>Date</c> of its answers shows it: its times are by it, and not by ours.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    /// <summary>A clock that is further off tells nothing, and times by it could be beyond all that there are.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromDays(100 * 366);

    private long _offset = long.MinValue;

    /// <summary>The time over there; ours until the first answer has come.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + (Skew ?? TimeSpan.Zero);

    /// <summary>How far it is ahead of ours, to about a second; null until the first answer has come.</summary>
    public TimeSpan? Skew => Interlocked.Read(ref _offset) is var offset && offset == long.MinValue ? null : new TimeSpan(offset);

    /// <summary>When an answer was made, by the clock over there; null if it does not tell.</summary>
    public static DateTimeOffset? DateOf(ApiResponse response) => DateTimeOffset.TryParseExact(
        response.Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date : null;

    public void Read(ApiResponse response)
    {
        if (DateOf(response) is { } date)
        {
            // The header leaves out the fraction of the second.
            TimeSpan offset = date - time.GetUtcNow();
            if (offset.Duration() > MostSkew)
            {
                return;
            }

            bool isWithinASecond = offset <= TimeSpan.Zero && offset > TimeSpan.FromSeconds(-1);
            Interlocked.Exchange(ref _offset, isWithinASecond ? 0 : offset.Ticks);
        }
    }
}
