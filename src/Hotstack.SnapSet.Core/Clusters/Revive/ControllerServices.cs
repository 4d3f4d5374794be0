using System.Collections.Frozen;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Revive;

/// <summary>Looks at the services of the controller before the nodes start that need them: DNS, load balancer, NFS, and the web server for
/// network boots. One remote command; a problem is a warning, and a failure to look is none.</summary>
/// <remarks>
/// Which of them a scenario has, systemd says: its template enables them (openstack-k8s-operators/hotstack,
/// scenarios/**/heat_template.yaml, <c>runcmd</c>; roles/controller/tasks/setup_nfs.yml). 26 templates change <c>Listen 80</c> to
/// <c>Listen 8081</c> in httpd's configuration by sed without an end of the pattern; a restored controller is a new instance to cloud-init,
/// which runs that again: <c>Listen 808181</c>, with which httpd does not start.
/// </remarks>
internal sealed class ControllerServices(IControllerSession session, IActivity activity)
{
    private const string Unit = "unit ";
    private const string Listen = "listen ";

    /// <summary>A service that starts is waited for, so that a slow boot is no problem.</summary>
    private const string Script = """
        command -v systemctl >/dev/null 2>&1 || exit 0
        timeout 25 systemctl is-system-running --wait >/dev/null 2>&1
        for u in dnsmasq haproxy nfs-server httpd; do
          e=$(systemctl is-enabled $u.service 2>/dev/null)
          [ "$e" = enabled ] && echo "unit $u $(systemctl is-active $u.service 2>/dev/null)"
        done
        sed -n 's/^[[:space:]]*Listen[[:space:]]\{1,\}\([0-9.:]*\).*/listen \1/p' /etc/httpd/conf/httpd.conf 2>/dev/null
        exit 0
        """;

    private static readonly FrozenDictionary<string, string> Purposes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["dnsmasq"] = "the DNS and DHCP of the nodes (port 53)",
        ["haproxy"] = "the load balancer of the API and the routes (ports 6443, 22623, 80, 443)",
        ["nfs-server"] = "the volumes that the cluster mounts (port 2049)",
        ["httpd"] = "the files for boots over the network (port 8081)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <returns>What was found, in a few words; null if nothing could be found out.</returns>
    public async Task<string?> LookAsync(CancellationToken stop)
    {
        string? output;
        try
        {
            output = await session.RunAsync(Script, stop);
        }
        catch (HotstackException e)
        {
            activity.Verbose($"The services of the controller were not looked at: {e.Message}");
            return null;
        }

        return output is null ? null : Judge(output);
    }

    /// <summary>Warns about what the script's output shows.</summary>
    internal string? Judge(string output)
    {
        string[] lines = [.. output.Split('\n').Select(line => line.Trim())];
        string[][] units = [.. lines.Where(line => line.StartsWith(Unit, StringComparison.Ordinal)).Select(line => line[Unit.Length..].Split(' '))];
        bool isListenBroken = lines.Any(IsBroken);
        if (isListenBroken)
        {
            activity.Warning("The controller's httpd does not start: cloud-init has changed its port twice (Listen 808181 in "
                + "/etc/httpd/conf/httpd.conf), because a restored controller is a new instance to it. Run on the controller: "
                + "sudo sed -i -E 's/^Listen 80(81)+$/Listen 8081/' /etc/httpd/conf/httpd.conf && sudo systemctl restart httpd");
        }

        string[] down = [.. units.Where(unit => unit is [{ } name, "inactive" or "failed" or "deactivating"] && Purposes.ContainsKey(name)
            && !(name == "httpd" && isListenBroken)).Select(unit => unit[0])];
        foreach (string name in down)
        {
            activity.Warning($"The controller's service {name} is enabled and does not run: {Purposes[name]}. Look at 'systemctl status {name}' on the "
                + $"controller, and start it with 'sudo systemctl restart {name}'.");
        }

        string[] running = [.. units.Where(unit => unit is [{ } name, "active"] && Purposes.ContainsKey(name)).Select(unit => unit[0])];
        return down.Length > 0 ? $"its services do not all run: {string.Join(", ", down)}"
            : running.Length > 0 ? $"its services run: {string.Join(", ", running)}"
            : null;
    }

    private static bool IsBroken(string line) => line.StartsWith(Listen, StringComparison.Ordinal)
        && long.TryParse(
            line[Listen.Length..].Split(':')[^1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
            out long port)
        && port > ushort.MaxValue;
}
