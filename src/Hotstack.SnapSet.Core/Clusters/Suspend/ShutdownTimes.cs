using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// When armed nodes shut down by themselves, if no command comes before: by the cluster's clock, workers before masters, all masters at one
/// instant, since the API may end with the first master.
/// </summary>
internal sealed record ShutdownTimes(DateTimeOffset Workers, DateTimeOffset Masters)
{
    /// <summary>On OpenShift's nodes systemd gives services 200 s before it kills them.</summary>
    private static readonly TimeSpan WorkersTake = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LatestArming = TimeSpan.FromSeconds(10);

    /// <summary>How far systemd's schedule may be from the one that was set.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <param name="now">By the cluster's clock.</param>
    /// <param name="lead">From now until the first node shuts down by itself.</param>
    /// <param name="haveWorkers">Some nodes are not masters.</param>
    public static ShutdownTimes After(DateTimeOffset now, TimeSpan lead, bool haveWorkers)
    {
        DateTimeOffset first = DateTimeOffset.FromUnixTimeSeconds((now + lead).ToUnixTimeSeconds() + 1);
        return new(first, haveWorkers ? first + WorkersTake : first);
    }

    public DateTimeOffset Of(V1Node node) => node.IsMaster ? Masters : Workers;

    /// <summary>Schedules the shutdown and prints the schedule. Run too late, it does nothing: the node would shut down at once.</summary>
    public string ScriptFor(V1Node node) =>
        $"{Logind.OnlyBefore(Of(node) - LatestArming, node.BootId)}{Logind.ScheduleScript(Of(node))}\n{Logind.ShowScript}";

    /// <summary>Replaces the schedule by an earlier time. Run too late, it does nothing, and the node keeps its time.</summary>
    public string ScriptFor(V1Node node, DateTimeOffset earlier) =>
        Logind.OnlyBefore(Of(node), node.BootId) + Logind.ScheduleScript(earlier);

    /// <param name="node">The node.</param>
    /// <param name="log">The output of its script.</param>
    /// <returns>Why the node is not armed; null if it is.</returns>
    public string? WhyNotArmed(V1Node node, string log) =>
        Logind.ReadSchedule(log) is not { } scheduled ? "systemd shows no scheduled shutdown"
        : (scheduled - Of(node)).Duration() <= Tolerance ? null
        : $"its shutdown is scheduled for {scheduled:u}, not for {Of(node):u}";
}
