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
}
