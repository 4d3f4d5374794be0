namespace Hotstack.SnapSets.Create;

/// <summary>
/// When to look whether Nova still works on a snapshot. A compute service that restarts forgets it, and the image stays
/// queued for ever: the server is idle then. Looked at ever less often, and believed only when seen twice, since
/// an image may become active a moment after its server is idle.
/// </summary>
internal sealed class StuckWatch
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SecondOpinion = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _nextLook;
    private TimeSpan _pause = FirstLook;
    private bool _wasIdle;

    /// <summary>Starts over, with a first look after a minute, or sooner where there is a doubt already.</summary>
    public void Start(DateTimeOffset now, bool isInDoubt)
    {
        _pause = FirstLook;
        _wasIdle = false;
        _nextLook = now + (isInDoubt ? SecondOpinion : FirstLook);
    }

    public bool IsDue(DateTimeOffset now) => now >= _nextLook;

    /// <summary>Takes in what a look showed.</summary>
    /// <returns>True if it is stuck.</returns>
    public bool Saw(bool serverIsIdle, DateTimeOffset now)
    {
        bool isStuck = serverIsIdle && _wasIdle;
        _wasIdle = serverIsIdle;
        _pause = serverIsIdle ? SecondOpinion : _pause * 2;
        _nextLook = now + _pause;
        return isStuck;
    }
}
