using System.Net;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>The names and addresses that a node's serving certificate may hold: those of its status, by the same rules by which
/// a kubelet makes its request of them.</summary>
internal sealed class NodeAddresses
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _addresses = [];

    public NodeAddresses(IEnumerable<NodeAddress> addresses)
    {
        foreach (NodeAddress address in addresses)
        {
            bool isIp = Parse(address.Address) is not null;
            if (isIp && address.Type is "InternalIP" or "ExternalIP" or "Hostname")
            {
                _addresses.Add(Parse(address.Address)!.ToString());
            }
            else if (!isIp && address.Type is "InternalDNS" or "ExternalDNS" or "Hostname")
            {
                _hosts.Add(address.Address);
            }
        }
    }

    public bool Include(SubjectAltName name) => name.Kind switch
    {
        SubjectAltName.Dns => _hosts.Contains(name.Value),
        SubjectAltName.Ip => _addresses.Contains(name.Value),
        _ => false,
    };

    /// <summary>The same address has one form: <c>::ffff:10.0.0.1</c> is <c>10.0.0.1</c>.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Null for what is no address, or one only to .NET: <c>10.1</c>, <c>0x0a000001</c>, <c>[::1]:443</c>, <c>fe80::1%eth0</c>.</summary>
    private static IPAddress? Parse(string text)
    {
        bool isVersion6 = text.Contains(':', StringComparison.Ordinal);
        return text.All(sign => char.IsAsciiHexDigit(sign) || sign is '.' or ':')
            && IPAddress.TryParse(text, out IPAddress? address)
            && (isVersion6 || address.ToString() == text)
            ? Plain(address)
            : null;
    }
}
