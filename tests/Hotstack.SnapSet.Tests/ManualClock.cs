namespace Hotstack;

/// <summary>A clock that stands still until it is told to move; timers fire as it passes them.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly DateTimeOffset start;
    private DateTimeOffset now;
    private long numbered;

    /// <summary>A clock that shows <paramref name="start"/>; a usual day if none is given.</summary>
    public ManualClock(DateTimeOffset? start = null)
    {
        this.start = now = start ?? new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
    }

    /// <summary>
    /// Whether whoever waits is spared the waiting: a timer, once set, fires soon by itself, on the thread
    /// pool, and takes the clock along to the time it was set for.
    /// </summary>
    public bool AutoAdvance { get; set; }

    /// <summary>Longer timers than this do not fire by themselves, but when the clock gets to them: timeouts.</summary>
    public TimeSpan AutoAdvanceUpTo { get; set; } = TimeSpan.MaxValue;

    /// <summary>How many timers wait for the clock.</summary>
    public int PendingTimers
    {
        get
        {
            lock (gate)
            {
                return timers.Count;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => (GetUtcNow() - start).Ticks;

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
        lock (gate)
        {
            var next = timers.Where(t => t.Due <= target).MinBy(t => (t.Due, t.Number));
            now = next is not null && next.Due > now ? next.Due : next is null && target > now ? target : now;
            next?.Rearm();
            return next?.Fire;
        }
    }

    private void Set(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Due = now + dueTime;
            timer.Period = period;
            timer.Number = ++numbered;
            timers.Add(timer);
        }

        if (dueTime == TimeSpan.Zero || (AutoAdvance && dueTime <= AutoAdvanceUpTo))
        {
            var (number, due) = (timer.Number, timer.Due);
            ThreadPool.QueueUserWorkItem(_ =>
            {
                if (IsSet(timer, number))
                {
                    MoveTo(due);
                }
            });
        }
    }

    private bool IsSet(ManualTimer timer, long number)
    {
        lock (gate)
        {
            return timers.Contains(timer) && timer.Number == number;
        }
    }

    private void Drop(ManualTimer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
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
                clock.timers.Remove(this);
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
