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
            _throttle.Report(report);
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

    /// <summary>The report as it is now.</summary>
    private ProgressReport Aged(Work work) => work.Report with
    {
        Status = time.GetElapsedTime(work.Since) is var age && age >= Young ? $"{work.Report.Status} ({Length(age)})" : work.Report.Status,
        Remaining = Left(work),
    };

    private TimeSpan? Left(Work work) => work.Report.Remaining - time.GetElapsedTime(work.At) is { } left
        ? left > TimeSpan.Zero ? left : TimeSpan.Zero
        : null;

    /// <summary>Of the works that have no parts: what they are a part of says less.</summary>
    private string Line()
    {
        HashSet<string?> wholes = [.. _works.Values.Select(work => work.Report.PartOf)];
        IEnumerable<string> works = _works.Values.Where(work => !wholes.Contains(work.Report.Work)).Select(work =>
            $"{work.Report.Work}: {Aged(work).Status}{(Left(work) is { } left ? $", {Length(left)} left" : "")}");
        return $"{time.GetUtcNow().UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {string.Join("; ", works)}";
    }

    /// <summary><c>0:42</c>, <c>12:05</c>, <c>11:41:00</c>.</summary>
    private static string Length(TimeSpan length) => length.TotalHours < 1
        ? length.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{(int)length.TotalHours}:{length:mm\\:ss}");

    /// <param name="Report">The last report.</param>
    /// <param name="Since">When its status was first reported.</param>
    /// <param name="At">When it was last reported.</param>
    private sealed record Work(ProgressReport Report, long Since, long At);
}
