using System.Globalization;

namespace Hotstack.Hosting;

/// <summary>
/// Shows work that is under way anew each second, even if nothing reports it: how long its status has lasted, and what then remains of the
/// time. Once a minute it tells the same in a line, for logs without a terminal.
/// </summary>
internal sealed class LiveProgress(Action<ProgressReport> show, Action<string> tell, TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Whoever waits so long goes away, and wants to know when to come back.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>A status that lasts no longer needs no age.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(3);

    private readonly ProgressThrottle _throttle = new(show, time);
    private readonly Dictionary<string, Work> _works = [];
    private ITimer? _timer;
    private long _toldAt;

    /// <summary>Shows a report, and keeps it alive until the work has completed.</summary>
    public void Report(ProgressReport report)
    {
        lock (_works)
        {
            long now = time.GetTimestamp();
            if (report.Completed)
            {
                _works.Remove(report.Work);
                StopIfIdle();
            }
            else
            {
                long since = _works.TryGetValue(report.Work, out Work? work) && work.Report.Status == report.Status ? work.Since : now;
                _works[report.Work] = new Work(report, since, now);
                Start(now);
            }

            // Within the lock: a tick must not show a work again that has just completed.
            _throttle.Report(_works.TryGetValue(report.Work, out Work? kept) ? Aged(kept) : report);
        }
    }

    /// <summary>Forgets what has not completed.</summary>
    public void End()
    {
        lock (_works)
        {
            _works.Clear();
            StopIfIdle();
        }
    }

    private void Start(long now)
    {
        if (_timer is null)
        {
            _toldAt = now;
            _timer = time.CreateTimer(_ => Tick(), null, Second, Second);
        }
    }

    private void StopIfIdle()
    {
        if (_works.Count == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Tick()
    {
        lock (_works)
        {
            foreach (Work work in _works.Values.Where(work => time.GetElapsedTime(work.At) >= Second).ToArray())
            {
                _throttle.Report(Aged(work));
            }

            if (_works.Count > 0 && time.GetElapsedTime(_toldAt) >= Minute)
            {
                _toldAt = time.GetTimestamp();
                tell(Line());
            }
        }
    }

    /// <summary>The report as it is now: a long time that remains stands in front as the time of day, and at the end how long the status has
    /// lasted, and how long it still may.</summary>
    private ProgressReport Aged(Work work)
    {
        TimeSpan age = time.GetElapsedTime(work.Since);
        string details = string.Join(", ", new[] { age >= Young ? Length(age) : null, age >= Young ? Limit(work) : null }.OfType<string>());
        return work.Report with
        {
            Status = $"{End(work)}{work.Report.Status}{(details.Length > 0 ? $" ({details})" : "")}",
            Remaining = Left(work),
        };
    }

    /// <summary>When a long wait ends: <c>by 01:05Z, in 11 h 41 min: </c>; with the date if it is more than a day ahead.</summary>
    private string End(Work work)
    {
        if (Left(work) is not { } left || left < Long)
        {
            return "";
        }

        string format = left < Day ? "HH:mm'Z'" : "yyyy-MM-dd HH:mm'Z'";
        return $"by {(time.GetUtcNow() + left).UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}, in {Minutes(left)}: ";
    }

    /// <summary>A timeout matters only if nobody knows how long the work takes.</summary>
    private string? Limit(Work work) => work.Report is { Remaining: null, Limit: { } limit }
        ? $"at most {Length(Positive(limit - time.GetElapsedTime(work.At)))} more"
        : null;

    private TimeSpan? Left(Work work) => work.Report.Remaining is { } remaining ? Positive(remaining - time.GetElapsedTime(work.At)) : null;

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    /// <summary>Of the works that have no parts: what they are a part of says less.</summary>
    private string Line()
    {
        HashSet<string?> wholes = [.. _works.Values.Select(work => work.Report.PartOf)];
        IEnumerable<string> works = _works.Values.Where(work => !wholes.Contains(work.Report.Work)).Select(work =>
            $"{work.Report.Work}: {Aged(work).Status}{(Left(work) is { } left && left < Long ? $", {Length(left)} left" : "")}");
        return string.Join("; ", works);
    }

    /// <summary><c>12 min</c>, <c>11 h 41 min</c>.</summary>
    private static string Minutes(TimeSpan length) => length.TotalHours < 1
        ? FormattableString.Invariant($"{length.Minutes} min")
        : FormattableString.Invariant($"{(int)length.TotalHours} h {length.Minutes} min");

    /// <summary><c>0:42</c>, <c>12:05</c>, <c>11:41:00</c>.</summary>
    private static string Length(TimeSpan length) => length.TotalHours < 1
        ? length.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{(int)length.TotalHours}:{length:mm\\:ss}");

    /// <param name="Report">The last report.</param>
    /// <param name="Since">When its status was first reported.</param>
    /// <param name="At">When it was last reported.</param>
    private sealed record Work(ProgressReport Report, long Since, long At);
}
