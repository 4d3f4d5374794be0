using System.Diagnostics;

namespace Hotstack;

/// <summary>A clock that stands still until it is told to move; timers fire as it passes them.</summary>
public sealed class ManualClock : TimeProvider
{
    /// <summary>How often a timer that fires by itself lets others go first.</summary>
    private const int MostTurns = 20;

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _numbered;

    /// <summary>A clock that shows <paramref name="start"/>; a usual day if none is given.</summary>
    public ManualClock(DateTimeOffset? start = null)
    {
        _start = _now = start ?? new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
    }

    /// <summary>
    /// Whether whoever waits is spared the waiting: a timer, once set, fires soon by itself, on the thread
    /// pool, and takes the clock along to the time it was set for.
    /// </summary>
    public bool AutoAdvance { get; set; }

    /// <summary>Longer timers than this do not fire by themselves, but when the clock gets to them: timeouts.</summary>
    public TimeSpan AutoAdvanceUpTo { get; set; } = TimeSpan.MaxValue;

    /// <summary>What is under way by the real clock, such as calls. Timers do not fire by themselves meanwhile.</summary>
    public RealWork Work { get; } = new();

    /// <summary>How many timers wait for the clock.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    /// <summary>Lets <paramref name="by"/> pass. Timers due by then fire on the way, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        MoveTo(GetUtcNow() + by);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void MoveTo(DateTimeOffset target)
    {
        while (TakeNext(target) is { } fire)
        {
            // Outside the lock: what it does may well look at the clock.
            fire();
        }
    }

    private Action? TakeNext(DateTimeOffset target)
    {
        lock (_gate)
        {
            var next = _timers.Where(t => t.Due <= target).MinBy(t => (t.Due, t.Number));
            _now = next is not null && next.Due > _now ? next.Due : next is null && target > _now ? target : _now;
            next?.Rearm();
            return next?.Fire;
        }
    }

    private void Set(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Due = _now + dueTime;
            timer.Period = period;
            timer.Number = ++_numbered;
            _timers.Add(timer);
        }

        if (dueTime == TimeSpan.Zero || (AutoAdvance && dueTime <= AutoAdvanceUpTo))
        {
            _ = FireSoonAsync(timer, timer.Number, timer.Due);
        }
    }

    /// <summary>Lets others have their turn first: one loop could otherwise spin the clock by hours while another waits for an answer,
    /// or for the thread that brings it.</summary>
    private async Task FireSoonAsync(ManualTimer timer, long number, DateTimeOffset due)
    {
        long begun = Stopwatch.GetTimestamp();
        // Work that waits for the clock itself does not hold it up.
        int own = Work.CountHere;
        for (int turns = MostTurns; turns > 0; turns--)
        {
            await Task.Yield();
            if (Work.IsUnderWayBesides(own) && Stopwatch.GetElapsedTime(begun) < RealWork.Patience)
            {
                await Task.Delay(1);
                turns = MostTurns;
            }
            else if (ThreadPool.PendingWorkItemCount == 0)
            {
                break;
            }
        }

        if (IsSet(timer, number))
        {
            MoveTo(due);
        }
    }

    private bool IsSet(ManualTimer timer, long number)
    {
        lock (_gate)
        {
            return _timers.Contains(timer) && timer.Number == number;
        }
    }

    private void Drop(ManualTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        public Action Fire { get; } = fire;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; set; }

        public long Number { get; set; }

        /// <summary>Under the clock's lock: gone, or due again a period later.</summary>
        public void Rearm()
        {
            if (Period > TimeSpan.Zero)
            {
                Due += Period;
            }
            else
            {
                clock._timers.Remove(this);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime, period);
            return true;
        }

        public void Dispose() => clock.Drop(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
