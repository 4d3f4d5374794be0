namespace Hotstack.SnapSets.Create;

/// <summary>One image or volume snapshot that a run needs, and how far it is.</summary>
/// <param name="member">The name of the member that it belongs to.</param>
/// <param name="key">Finds the snapshot in a list before its id is known: the member's name, or the volume's id.</param>
/// <param name="existingId">The one that an earlier run made; null for none.</param>
internal abstract class SnapshotOrder<T>(string member, string key, string? existingId)
    where T : class
{
    private static readonly TimeSpan FirstCheck = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SecondCheck = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _nextCheck;
    private TimeSpan _pause;
    private bool _wasIdle;

    public string Member => member;

    public string Key => key;

    /// <summary>The server or volume, for messages.</summary>
    public abstract string Source { get; }

    /// <summary>Null until it is known.</summary>
    public string? Id { get; set; } = existingId;

    /// <summary>The image or volume snapshot as last read; null before the first time.</summary>
    public T? Snapshot { get; set; }

    /// <summary>This run requested it.</summary>
    public bool WasOrdered { get; set; }

    /// <summary>The request got no answer: the snapshot may exist.</summary>
    public bool IsOutcomeUnknown { get; set; }

    /// <summary>How often this run requested it.</summary>
    public int Attempts { get; set; }

    /// <summary>The data is complete.</summary>
    public bool IsReady { get; set; }

    public HotstackException? Failure { get; set; }

    public string Status => SnapshotStatus ?? (IsOutcomeUnknown ? "unknown" : "ordered");

    /// <summary>What the service said last; null before the first time.</summary>
    protected abstract string? SnapshotStatus { get; }

    public override string ToString() => $"{Member} ({Status})";

    /// <summary>Schedules the first check whether the service still works on the snapshot.</summary>
    /// <remarks>A service that restarts forgets its work. The checks become rarer, and two in a row must agree: an image may become
    /// active a moment after its server is idle.</remarks>
    public void ScheduleCheck(DateTimeOffset now)
    {
        _pause = FirstCheck;
        _wasIdle = false;
        _nextCheck = now + (IsOutcomeUnknown ? SecondCheck : FirstCheck);
    }

    public bool IsCheckDue(DateTimeOffset now) => now >= _nextCheck;

    /// <summary>Records a check and schedules the next.</summary>
    /// <returns>True if two checks in a row found the service idle.</returns>
    public bool IsIdleAgain(bool isIdle, DateTimeOffset now)
    {
        bool wasIdle = _wasIdle;
        _wasIdle = isIdle;
        _pause = isIdle ? SecondCheck : _pause * 2;
        _nextCheck = now + _pause;
        return isIdle && wasIdle;
    }
}
