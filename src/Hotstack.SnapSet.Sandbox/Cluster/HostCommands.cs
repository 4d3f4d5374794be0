using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// What a helper pod's script does to its host. Nothing is interpreted as a shell would: the commands it
/// knows are looked for in the text and played in the order in which they stand there.
/// </summary>
internal sealed partial class HostCommands(OpenShift cluster, ClusterNode node, bool noShutdown)
{
    private readonly StringBuilder _log = new();

    public static bool RunsForEver(string command) =>
        command.Length == 0 || (!command.Contains("/host", StringComparison.Ordinal) && Sleeper().IsMatch(Spaces().Replace(command, " ")));

    /// <summary>Plays a script.</summary>
    /// <returns>What it prints and its exit code.</returns>
    public (string Log, int Code) Run(string command)
    {
        // The words of an argument vector stand on lines of their own.
        foreach (Match match in Known().Matches(Spaces().Replace(command, " ")))
        {
            if (match.Groups["cancel"].Success)
            {
                node.Shutdown = null;
            }
            else if (match.Groups["when"] is { Success: true } when)
            {
                Schedule(when.Value);
            }
            else if (match.Groups["show"].Success)
            {
                Show();
            }
            else if (match.Groups["dir"] is { Success: true } dir)
            {
                if (!node.IsMaster)
                {
                    _log.Append("sh: /usr/local/bin/cluster-backup.sh: No such file or directory\n");
                    return (_log.ToString(), 127);
                }

                node.Backups.Add(dir.Value);
                _log.Append(CultureInfo.InvariantCulture, $"snapshot db and kube resources are successfully saved to {dir.Value}\n");
            }
            else if (match.Groups["dates"] is { Success: true } dates)
            {
                var certificate = dates.Value == "client" ? node.Client : node.Serving;
                if (certificate is null || (dates.Value == "client" ? node.ClientFileGone : node.ServingFileGone))
                {
                    _log.Append(CultureInfo.InvariantCulture, $"Can't open /var/lib/kubelet/pki/kubelet-{dates.Value}-current.pem for reading, No such file or directory\n");
                    return (_log.ToString(), 1);
                }

                _log.Append(CultureInfo.InvariantCulture, $"notAfter={certificate.NotAfter.UtcDateTime:MMM d HH:mm:ss yyyy} GMT\n");
            }
            else if (match.Groups["restart"].Success)
            {
                cluster.RestartKubelet(node);
            }
            else if (match.Groups["gone"] is { Success: true } gone)
            {
                node.ClientFileGone |= gone.Value is "client";
                node.ServingFileGone |= gone.Value is "server";
            }
        }

        return (_log.ToString(), 0);
    }

    private void Schedule(string when)
    {
        if (noShutdown)
        {
            return;
        }

        var now = cluster.Now;
        DateTimeOffset due;
        if (when == "now")
        {
            due = now;
        }
        else if (when.Contains(':', StringComparison.Ordinal))
        {
            due = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + TimeSpan.ParseExact(when, @"h\:mm", CultureInfo.InvariantCulture);
            due = due <= now ? due.AddDays(1) : due;
        }
        else
        {
            due = now + TimeSpan.FromMinutes(int.Parse(when.TrimStart('+'), CultureInfo.InvariantCulture));
        }

        var boot = node.Boot;
        node.Shutdown = due;
        _log.Append(CultureInfo.InvariantCulture, $"Shutdown scheduled for {due.UtcDateTime:ddd yyyy-MM-dd HH:mm:ss} UTC, use 'shutdown -c' to cancel.\n");
        cluster.Cloud.At(due, () =>
        {
            if (node.Boot == boot && node.Shutdown == due && node.Server.IsOn)
            {
                cluster.PowerOff(node);
            }
        });
    }

    private void Show()
    {
        if (node.Shutdown is { } due)
        {
            var micros = (due - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            _log.Append(CultureInfo.InvariantCulture, $"USEC={micros}\nWARN_WALL=1\nMODE=poweroff\n");
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
        |(?<show>\bcat\s+/run/systemd/shutdown/scheduled)
        |/usr/local/bin/cluster-backup\.sh\s+(?<dir>[^\s;&|]+)
        |\bopenssl\s+x509\s[^;&|]*?/kubelet-(?<dates>client|server)-current\.pem
        |\bsystemctl\s+(?<restart>restart)\s+kubelet
        |\b(mv|rm)\s(?:-\w+\s)*[^\s;&|]*/kubelet-(?<gone>client|server)-current\.pem
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Known();
}
