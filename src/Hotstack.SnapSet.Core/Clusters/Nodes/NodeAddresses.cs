using System.Net;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Nodes;

/// <summary>The names and addresses that a node's serving certificate may contain, by the same rules by which a kubelet derives its
/// request from its node's status (kubernetes, pkg/kubelet/certificate/kubelet.go).</summary>
internal sealed class NodeAddresses
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<IPAddress> _addresses = [];

    /// <summary>Addresses in place of names: a kubelet requests them as names.</summary>
    private readonly HashSet<IPAddress> _named = [];

    public NodeAddresses(IEnumerable<NodeAddress> addresses)
    {
        foreach (NodeAddress address in addresses)
        {
            IPAddress? ip = Parse(address.Address);
            bool isName = address.Type is "InternalDNS" or "ExternalDNS";
            if (ip is not null && (isName || address.Type is "InternalIP" or "ExternalIP" or "Hostname"))
            {
                (isName ? _named : _addresses).Add(ip);
            }
            else if (ip is null && (isName || address.Type is "Hostname"))
            {
                _hosts.Add(address.Address);
            }
        }
    }

    /// <summary>Whether a name is among them. If its status lists an IP address as InternalDNS, a kubelet requests it as a DNS name, which
    /// is valid only for the address itself.</summary>
    public bool Include(SubjectAltName name) => name.Kind switch
    {
        SubjectAltName.Dns => _hosts.Contains(name.Value) || IsIn(_addresses, name.Value) || IsIn(_named, name.Value),
        SubjectAltName.Ip => IsIn(_addresses, name.Value),
        _ => false,
    };

    /// <summary>Gives each address one form: <c>::ffff:10.0.0.1</c> is <c>10.0.0.1</c>.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Null for text that is not an address, or only to .NET: <c>10.1</c>, <c>0x0a000001</c>, <c>[::1]:443</c>, <c>fe80::1%eth0</c>.</summary>
    public static IPAddress? Parse(string text)
    {
        bool isVersion6 = text.Contains(':', StringComparison.Ordinal);
        return text.All(sign => char.IsAsciiHexDigit(sign) || sign is '.' or ':')
            && IPAddress.TryParse(text, out IPAddress? address)
            && (isVersion6 || address.ToString() == text)
            ? Plain(address)
            : null;
    }

    private static bool IsIn(HashSet<IPAddress> addresses, string text) => Parse(text) is { } ip && addresses.Contains(ip);
}

/// <summary>The addresses of servers in Nova and Neutron: Nova's list is a cache, and lacks the subports of trunks.</summary>
internal static class ServerAddresses
{
    /// <summary>Adds the addresses of the servers' ports, unless Nova lists all addresses that the nodes report.</summary>
    /// <remarks>A port's <c>allowed_address_pairs</c> do not count: any member of the port's project can write them, mostly ranges and virtual
    /// addresses, and they say what may pass, not which addresses the server has.</remarks>
    /// <param name="cloud">The cloud.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="reported">The addresses that the nodes report.</param>
    /// <param name="activity">Receives a line if Neutron does not answer.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="HotstackException">The cloud was not reached, or refused the login.</exception>
    public static async Task<IReadOnlyList<Instance>> CompleteAsync(
        Cloud cloud, IReadOnlyList<Instance> instances, IEnumerable<NodeAddress> reported, IActivity activity, CancellationToken stop)
    {
        HashSet<IPAddress> known = [.. instances.SelectMany(i => i.IpAddresses).Select(NodeAddresses.Parse).OfType<IPAddress>()];
        if (reported.Select(address => NodeAddresses.Parse(address.Address)).OfType<IPAddress>().All(known.Contains))
        {
            return instances;
        }

        ILookup<string, string>? found = await OptionalAnswer.AskAsync(
            () => cloud.Network.ListAddressesAsync(instances.Select(i => i.Id), stop),
            "The addresses of the servers' ports are unknown, so only the addresses in Nova count", activity);
        return found is null
            ? instances
            : [.. instances.Select(i => i with { IpAddresses = [.. i.IpAddresses.Concat(found[i.Id]).Distinct(StringComparer.Ordinal)] })];
    }
}
