namespace Hotstack.Sandbox.Cluster.Objects;

/// <summary>The cloud's time as the cluster uses it, and its schedule of what happens later.</summary>
internal sealed class ClusterClock(SandboxCloud cloud)
{
    public DateTimeOffset Now => cloud.Now;

    /// <summary>How far the cluster's own clock is ahead of the cloud's.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>What the cluster's own clock shows.</summary>
    public DateTimeOffset SkewedNow => Now + Skew;

    public ClusterDurations Durations => cloud.Options.ClusterDurations;

    public double Speed => cloud.Options.Speed;

    /// <summary>Schedules an action after a duration at the sandbox's speed.</summary>
    public void After(TimeSpan duration, Action action) => cloud.After(duration, action);

    /// <summary>Schedules an action at a time, whatever the speed.</summary>
    public void At(DateTimeOffset due, Action action) => cloud.At(due, action);

    /// <summary>A duration at the sandbox's speed.</summary>
    public TimeSpan Scaled(TimeSpan duration) => duration / Speed;

    /// <summary>When a thing has a certain age, if it ages at the sandbox's speed since the sandbox started, and by the clock before. It never
    /// ages more slowly than by the clock.</summary>
    /// <param name="made">When the thing was made.</param>
    /// <param name="due">When it has the age by the clock.</param>
    public DateTimeOffset Sooner(DateTimeOffset made, DateTimeOffset due)
    {
        var from = Later(made, cloud.StartedAt);
        return due == DateTimeOffset.MaxValue || due <= from ? due : from + ((due - from) / Haste);
    }

    /// <summary>How much of a thing's life is left if it ages at the sandbox's speed: less than by the clock.</summary>
    /// <param name="made">When it was made.</param>
    /// <param name="end">When its life ends by the clock.</param>
    /// <param name="at">The moment; not before it was made.</param>
    public TimeSpan Left(DateTimeOffset made, DateTimeOffset end, DateTimeOffset at)
    {
        var from = Later(made, cloud.StartedAt);
        var aged = at <= from ? 0 : (at - from).TotalSeconds * (Haste - 1);
        return aged < (end - at).TotalSeconds ? end - at - TimeSpan.FromSeconds(aged) : TimeSpan.Zero;
    }

    private double Haste => Math.Max(1, Speed);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
