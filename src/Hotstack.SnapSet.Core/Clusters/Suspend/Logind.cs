using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// Scripts for a node's systemd-logind, which keeps one scheduled shutdown. It survives the pod that set it, the kubelet, and a restart of
/// logind; a later one replaces it; <c>shutdown -c</c> cancels it. <c>shutdown -h</c> knows whole minutes only, logind microseconds
/// (org.freedesktop.login1(5); measured with systemd 252, that of RHEL 9).
/// </summary>
internal static partial class Logind
{
    /// <summary>Cancels a scheduled shutdown, and fails if one is still there.</summary>
    public const string CancelScript = $"shutdown -c\nif cat {Schedule} 2>/dev/null; then exit 1; fi";

    private const string Schedule = "/run/systemd/shutdown/scheduled";

    private const string Call =
        "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ScheduleShutdown st poweroff";

    /// <summary>Prints the schedule; fails if there is none.</summary>
    public const string ShowScript = $"cat {Schedule}";

    /// <summary>Schedules a shutdown, instead of an earlier one. A time that has passed means at once.</summary>
    public static string ScheduleScript(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{Call} {at.ToUnixTimeMilliseconds() * 1000}");

    /// <summary>Ends a script that runs too late: after a time, or after another boot, in which the kubelet starts a pod again that had not
    /// ended.</summary>
    /// <param name="before">The time, by the node's clock.</param>
    /// <param name="bootId">The boot, as the kubelet reports it; null if it does not.</param>
    public static string OnlyBefore(DateTimeOffset before, string? bootId) =>
        string.Create(CultureInfo.InvariantCulture, $"test $(date +%s) -lt {before.ToUnixTimeSeconds()}\n")
        + (Guid.TryParse(bootId, out Guid boot) ? $"test $(cat /proc/sys/kernel/random/boot_id) = {boot}\n" : "");

    /// <summary>When the printed schedule shuts the node down; null if the text has none.</summary>
    public static DateTimeOffset? ReadSchedule(string log) =>
        long.TryParse(Scheduled().Match(log).Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long micros)
        && micros <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(micros)
            : null;

    /// <summary>systemd's file of key and value, times in microseconds since 1970.</summary>
    [GeneratedRegex("^USEC=([0-9]{1,18})\\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Scheduled();
}
