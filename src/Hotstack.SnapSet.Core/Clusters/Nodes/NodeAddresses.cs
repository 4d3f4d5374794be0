using System.Net;
using Hotstack.OpenShift.Objects;

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

    /// <summary>Null for text that is not an address, or only to .NET: <c>10.1</c>, <c>0x0a000001</c>, <c>[::1]:443</c>,
    /// <c>fe80::1%eth0</c>.</summary>
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
