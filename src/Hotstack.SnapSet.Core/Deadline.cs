namespace Hotstack;

/// <summary>A moment until which something may take.</summary>
internal sealed class Deadline(TimeSpan timeout, TimeProvider time)
{
    private readonly DateTimeOffset _end = time.GetUtcNow() + timeout;

    public TimeSpan Timeout => timeout;

    public TimeSpan Left => _end - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
