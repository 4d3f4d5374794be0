using System.Globalization;
using System.Text.RegularExpressions;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// When nodes shut down: whole minutes of the cluster's clock, workers before masters, all masters at one instant, since
/// the first master that is gone may take the API with it.
/// </summary>
internal sealed partial record ShutdownTimes(DateTimeOffset Workers, DateTimeOffset Masters)
{
    /// <summary>What systemd gives services to end before it kills them is 200 s on OpenShift's nodes.</summary>
    private static readonly TimeSpan WorkersTake = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LatestArming = TimeSpan.FromSeconds(10);

    /// <param name="now">By the cluster's clock.</param>
    /// <param name="lead">What it may take until all nodes are armed.</param>
    /// <param name="haveWorkers">There are nodes that are no masters.</param>
    public static ShutdownTimes After(DateTimeOffset now, TimeSpan lead, bool haveWorkers)
    {
        DateTimeOffset first = CeilingToMinute(now + lead);
        return new(first, haveWorkers ? first + WorkersTake : first);
    }

    public DateTimeOffset Of(V1Node node) => node.IsMaster ? Masters : Workers;

    /// <summary>Schedules the shutdown (logind keeps it when the pod has ended) and shows what is scheduled. Too late it does
    /// nothing: systemd would take the time of day for tomorrow's.</summary>
    public string ScriptFor(V1Node node) =>
        $"test $(date +%s) -lt {(Of(node) - LatestArming).ToUnixTimeSeconds()}\n"
        + $"TZ=UTC shutdown -h {Of(node).UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)}\n"
        + "cat /run/systemd/shutdown/scheduled";

    /// <summary>Takes a scheduled shutdown back, and fails if one is still there.</summary>
    public const string CancelScript = "shutdown -c\nif cat /run/systemd/shutdown/scheduled 2>/dev/null; then exit 1; fi";

    /// <summary>Why a node is not armed, by what its helper showed; null if it is.</summary>
    public string? WhyNotArmed(V1Node node, string log)
    {
        if (!long.TryParse(Scheduled().Match(log).Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long micros)
            || micros > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000)
        {
            return "systemd does not show that a shutdown is scheduled";
        }

        DateTimeOffset scheduled = DateTimeOffset.UnixEpoch.AddMicroseconds(micros);
        return (scheduled - Of(node)).Duration() < TimeSpan.FromSeconds(30)
            ? null
            : $"its shutdown is scheduled for {scheduled:u}, not for {Of(node):u}: its clock or an older schedule differs";
    }

    private static DateTimeOffset CeilingToMinute(DateTimeOffset time)
    {
        long minute = TimeSpan.TicksPerMinute;
        return new DateTimeOffset((time.UtcTicks + minute - 1) / minute * minute, TimeSpan.Zero);
    }

    /// <summary>systemd's file of key and value, times in microseconds since 1970.</summary>
    [GeneratedRegex("^USEC=([0-9]{1,18})\\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Scheduled();
}
