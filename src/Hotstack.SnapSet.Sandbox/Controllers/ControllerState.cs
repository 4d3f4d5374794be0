using System.Net;
using Hotstack.Sandbox.Cluster.Api;
using Hotstack.Sandbox.Compute.HostKeys;

namespace Hotstack.Sandbox.Controllers;

/// <summary>A controller as it is now.</summary>
/// <param name="Id">The server's.</param>
/// <param name="IsUp">Whether its sshd listens.</param>
/// <param name="Keys">Its host keys.</param>
/// <param name="Addresses">Its floating IPs.</param>
internal sealed record ControllerServer(string Id, bool IsUp, HostKeySet Keys, IReadOnlyList<string> Addresses);

/// <summary>Which controllers there are, and what their sshd is made to do.</summary>
internal sealed class ControllerState(SandboxCloud cloud)
{
    private readonly Dictionary<string, string> _aliases = [];

    public bool IsStopped { get; set; }

    /// <summary>Connections are accepted, and nothing is ever answered.</summary>
    public bool IsSilent { get; set; }

    public bool ForbidsForwarding { get; set; }

    public bool RefusesKeys { get; set; }

    /// <summary>The names of the user's ssh config, with their addresses.</summary>
    public IReadOnlyList<(string Name, string Address)> Aliases
    {
        get
        {
            lock (_aliases)
            {
                return [.. _aliases.Select(p => (p.Key, p.Value))];
            }
        }
    }

    /// <summary>The starts of the external networks' addresses, <c>203.0.113.</c>: nothing else is asked there.</summary>
    public IReadOnlyList<string> Outside => cloud.Do<IReadOnlyList<string>>(() => [.. cloud.NetworkList.Where(n => n.External)
        .SelectMany(n => n.Subnets).Select(s => s.Range.ToString())
        .Where(r => r.EndsWith(".0/24", StringComparison.Ordinal)).Select(r => r[..^4])]);

    /// <summary>All controllers, also those that are off: servers that boot from the disk of the deployment's, or from a copy of
    /// it.</summary>
    public IReadOnlyList<ControllerServer> Servers => cloud.Do<IReadOnlyList<ControllerServer>>(() =>
        cloud.OpenShift is not { } cluster ? []
        : [.. cloud.ServerList.Where(s => s.Disk.Origin == cluster.Control.ControllerOrigin).Select(s => new ControllerServer(
            s.Id, !IsStopped && s.IsOn && cloud.BootOf(s) >= 1, s.Disk.HostKeys,
            [.. s.Ports.Select(p => p.FloatingIp?.Address).OfType<string>()]))]);

    /// <summary>The network that a controller is in.</summary>
    public ClusterWay WayFrom(string controllerId) => new(() => cloud.Clusters.Behind(controllerId));

    public void AddAlias(string name, string address)
    {
        lock (_aliases)
        {
            _aliases[name] = address;
        }
    }

    /// <summary>The address behind a name of the ssh config; other names are their own.</summary>
    public (string Address, bool IsAlias) Resolve(string host) =>
        Aliases.FirstOrDefault(a => a.Name == host) is { Address: { } address } ? (address, true) : (host, false);

    /// <summary>Whether an address may be one of the cloud's.</summary>
    public bool IsOutside(string address) =>
        IPAddress.TryParse(address, out _) && Outside.Any(start => address.StartsWith(start, StringComparison.Ordinal));
}
