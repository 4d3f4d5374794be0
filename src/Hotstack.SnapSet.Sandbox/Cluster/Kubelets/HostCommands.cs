using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Kubelets;

/// <summary>
/// What a helper pod's script does to its host. It is no shell: it finds the commands that it knows in the text, and plays them in
/// their order.
/// </summary>
internal sealed partial class HostCommands(ClusterClock clock, NodeKubelets kubelets, NodePower power, ClusterNode node, bool noShutdown)
{
    private readonly StringBuilder _log = new();

    /// <summary>Whether the command never ends, as that of a pod that only waits.</summary>
    public static bool RunsForever(string command) =>
        command.Length == 0 || (!command.Contains("/host", StringComparison.Ordinal) && Sleeper().IsMatch(Spaces().Replace(command, " ")));

    /// <summary>Plays a script.</summary>
    /// <returns>What it prints and its exit code.</returns>
    public (string Log, int Code) Run(string command)
    {
        // The words of an argument vector are on separate lines.
        foreach (Match match in Known().Matches(Spaces().Replace(command, " ")))
        {
            var code = Play(match.Groups);
            if (code != 0)
            {
                return (_log.ToString(), code);
            }
        }

        return (_log.ToString(), 0);
    }

    private int Play(GroupCollection found)
    {
        if (found["cancel"].Success)
        {
            node.Shutdown = null;
        }
        else if (found["when"] is { Success: true } when)
        {
            Schedule(when.Value);
        }
        else if (found["usec"] is { Success: true } usec)
        {
            return ScheduleAt(found["mode"].Value, usec.Value);
        }
        else if (found["before"] is { Success: true } before)
        {
            return clock.Now.ToUnixTimeSeconds() < long.Parse(before.Value, CultureInfo.InvariantCulture) ? 0 : 1;
        }
        else if (found["boot"] is { Success: true } boot)
        {
            return boot.Value == node.BootId ? 0 : 1;
        }
        else if (found["show"].Success)
        {
            Show();
        }
        else if (found["dir"] is { Success: true } directory)
        {
            return BackUp(directory.Value);
        }
        else if (found["dates"] is { Success: true } dates)
        {
            return ShowEnd(dates.Value);
        }
        else if (found["restart"].Success)
        {
            kubelets.Restart(node);
        }
        else if (found["gone"] is { Success: true } gone)
        {
            node.ClientFileGone |= gone.Value is "client";
            node.ServingFileGone |= gone.Value is "server";
        }

        return 0;
    }

    private int BackUp(string directory)
    {
        if (!node.IsMaster)
        {
            _log.Append("sh: /usr/local/bin/cluster-backup.sh: No such file or directory\n");
            return 127;
        }

        node.Backups.Add(directory);
        _log.Append(CultureInfo.InvariantCulture, $"snapshot db and kube resources are successfully saved to {directory}\n");
        return 0;
    }

    private int ShowEnd(string kind)
    {
        var (certificate, isGone) = kind == "client" ? (node.Client, node.ClientFileGone) : (node.Serving, node.ServingFileGone);
        if (certificate is null || isGone)
        {
            _log.Append(
                CultureInfo.InvariantCulture,
                    $"Can't open /var/lib/kubelet/pki/kubelet-{kind}-current.pem for reading, No such file or directory\n");
            return 1;
        }

        _log.Append(CultureInfo.InvariantCulture, $"notAfter={certificate.NotAfter.UtcDateTime:MMM d HH:mm:ss yyyy} GMT\n");
        return 0;
    }

    private void Schedule(string when)
    {
        if (noShutdown)
        {
            return;
        }

        var now = clock.Now;
        DateTimeOffset due;
        if (when == "now")
        {
            due = now;
        }
        else if (when.Contains(':', StringComparison.Ordinal))
        {
            due = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero)
                + TimeSpan.ParseExact(when, @"h\:mm", CultureInfo.InvariantCulture);
            due = due <= now ? due.AddDays(1) : due;
        }
        else
        {
            due = now + TimeSpan.FromMinutes(int.Parse(when.TrimStart('+'), CultureInfo.InvariantCulture));
        }

        ShutDownAt(due);
        _log.Append(CultureInfo.InvariantCulture,
            $"Shutdown scheduled for {due.UtcDateTime:ddd yyyy-MM-dd HH:mm:ss} UTC, use 'shutdown -c' to cancel.\n");
    }

    /// <summary>logind's <c>ScheduleShutdown</c>: to the microsecond, instead of an earlier schedule; at once if the time has passed.</summary>
    private int ScheduleAt(string mode, string usec)
    {
        if (mode != "poweroff" || !long.TryParse(usec, NumberStyles.None, CultureInfo.InvariantCulture, out long micros))
        {
            _log.Append("Call failed: Unsupported shutdown type\n");
            return 1;
        }

        if (!noShutdown)
        {
            ShutDownAt(DateTimeOffset.UnixEpoch.AddMicroseconds(micros));
        }

        return 0;
    }

    private void ShutDownAt(DateTimeOffset due)
    {
        var boot = node.Boot;
        node.Shutdown = due;
        clock.At(due, () =>
        {
            if (node.Boot == boot && node.Shutdown == due && node.IsOn)
            {
                power.PowerOff(node);
            }
        });
    }

    private void Show()
    {
        if (node.Shutdown is { } due)
        {
            var micros = (due - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            _log.Append(CultureInfo.InvariantCulture, $"USEC={micros}\nWARN_WALL=1\nMODE=poweroff\nUID=0\n");
        }
        else
        {
            _log.Append("cat: /run/systemd/shutdown/scheduled: No such file or directory\n");
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(sleep (infinity|\d+)|pause|tail -f)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Sleeper();

    [GeneratedRegex(
        """
        \bshutdown\s+(?<cancel>-c)\b
        |\bshutdown\s+(-h|-P|--poweroff)\s+"?(?<when>\d{1,2}:\d\d|\+?\d+|now)
        |\bbusctl\s[^;&|]*?\bScheduleShutdown\s+st\s+(?<mode>\S+)\s+(?<usec>\d+)
        |\btest\s+\$\(date\s+\+%s\)\s+-lt\s+(?<before>\d{1,18})
        |\btest\s+\$\(cat\s+/proc/sys/kernel/random/boot_id\)\s+=\s+(?<boot>\S+)
        |(?<show>\bcat\s+/run/systemd/shutdown/scheduled)
        |/usr/local/bin/cluster-backup\.sh\s+(?<dir>[^\s;&|]+)
        |\bopenssl\s+x509\s[^;&|]*?/kubelet-(?<dates>client|server)-current\.pem
        |\bsystemctl\s+(?<restart>restart)\s+kubelet
        |\b(mv|rm)\s(?:-\w+\s)*[^\s;&|]*/kubelet-(?<gone>client|server)-current\.pem
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Known();
}
