using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Networking;

/// <summary>Makes networks, subnets and ports, with Neutron's refusals.</summary>
internal sealed class NetworkMaker(SandboxCloud cloud)
{
    public Network AddNetwork(string name, string project, bool external = false, int mtu = 1500, bool portSecurity = true)
    {
        new NetworkQuotas(cloud, project).Check("network");
        var network = new Network
        {
            Id = cloud.NewId(), Name = name, ProjectId = project, CreatedAt = cloud.Now, External = external, Mtu = mtu,
                PortSecurity = portSecurity,
        };
        cloud.NetworkList.Add(network);
        return network;
    }

    public Subnet AddSubnet(Network network, string name, string cidr, int version, SubnetOptions options)
    {
        new NetworkQuotas(cloud, network.ProjectId).Check("subnet");
        var range = AddressRange.Read(cidr);
        if (range is null || range.Version != version)
        {
            throw new ApiException(
                400, $"Invalid input for operation: Cidr '{cidr}' does not match the ip_version '{version}'.", "InvalidInput");
        }

        if (network.Subnets.Find(s => s.Range.Contains(range.Gateway) || range.Contains(s.Range.Gateway)) is { } other)
        {
            throw new ApiException(
                400, $"Invalid input for operation: Requested subnet with cidr: {range} for network: {network.Id} overlaps with another subnet ({other.Range}).",
                "InvalidInput");
        }

        var gateway = options.HasGateway ? options.Gateway ?? range.Gateway : null;
        var subnet = new Subnet
        {
            Id = cloud.NewId(), Name = name, Network = network, Range = range, Gateway = gateway, Dhcp = options.Dhcp,
            Pools = options.Pools.Count > 0 ? options.Pools : range.UsualPools(gateway), DnsNameservers = options.DnsNameservers,
            Ipv6AddressMode = options.Ipv6AddressMode, Ipv6RaMode = options.Ipv6RaMode,
        };
        network.Subnets.Add(subnet);
        return subnet;
    }

    public Port AddPort(Network network, string name, PortOptions options)
    {
        new NetworkQuotas(cloud, network.ProjectId).Check("port");
        var mac = options.MacAddress?.ToLowerInvariant() ?? NewMac(network);
        if (cloud.PortList.Exists(p => p.Network == network && p.MacAddress == mac))
        {
            throw new ApiException(
                409, $"Unable to complete operation for network {network.Id}. The mac address {mac} is in use.", "MacAddressInUse");
        }

        var port = new Port
        {
            Id = cloud.NewId(), Name = name, Network = network, MacAddress = mac, CreatedAt = cloud.Now,
                FixedIps = WithAutoAddresses(Addresses(network, options.FixedIps), network, mac, options.Router is not null),
            IsNovas = options.IsNovas, PortSecurity = options.PortSecurity ?? network.PortSecurity, ExtraDhcpOpts = options.ExtraDhcpOpts,
            SecurityGroups = options.SecurityGroups, Router = options.Router,
        };
        cloud.PortList.Add(port);
        return port;
    }

    /// <summary>Takes a port away, and what leads to it.</summary>
    public void RemovePort(Port port)
    {
        if (port.FloatingIp is { } floating)
        {
            floating.Port = null;
        }

        port.FloatingIp = null;
        port.Device?.Ports.Remove(port);
        cloud.PortList.Remove(port);
    }

    public void RemoveSubnet(Subnet subnet)
    {
        if (cloud.PortList.Exists(p => p.FixedIps.Any(f => f.Subnet == subnet)))
        {
            throw new ApiException(
                409, $"Unable to complete operation on subnet {subnet.Id}: One or more ports have an IP allocation from this subnet.",
                    "SubnetInUse");
        }

        subnet.Network.Subnets.Remove(subnet);
    }

    public void RemoveNetwork(Network network)
    {
        if (cloud.PortList.Exists(p => p.Network == network))
        {
            throw new ApiException(
                409, $"Unable to complete operation on network {network.Id}. There are one or more ports still in use on the network.",
                    "NetworkInUse");
        }

        cloud.NetworkList.Remove(network);
    }

    /// <summary>An address of a subnet that nobody has.</summary>
    public string Allocate(Subnet subnet) => subnet.Range.FirstFree(subnet.Pools, Taken(subnet)) ?? throw new ApiException(
        409, $"No more IP addresses available on network {subnet.Network.Id}.", "IpAddressGenerationFailure");

    private static ApiException NotOfNetwork(string address) => new(
        400, $"IP address {address} is not a valid IP for any of the subnets on the specified network.", "InvalidIpForNetwork");

    /// <summary>Without a wish, an address of one subnet of each version, as far as there are any.</summary>
    private List<FixedIp> Addresses(Network network, IReadOnlyList<(string? Subnet, string? Address)> wishes)
    {
        if (wishes.Count == 0)
        {
            return [.. network.Subnets.Where(s => !s.HasAutoAddresses).GroupBy(s => s.Range.Version).OrderBy(g => g.Key)
                .Select(g => new FixedIp(g.First(), Allocate(g.First())))];
        }

        List<FixedIp> made = [];
        foreach (var (id, wish) in wishes)
        {
            var subnet = id is not null ? network.Subnets.Find(s => s.Id == id || s.Name == id)
                : wish is not null ? network.Subnets.Find(s => s.Range.Contains(wish))
                : network.Subnets.FirstOrDefault();
            if (subnet is null)
            {
                throw wish is not null
                    ? NotOfNetwork(wish)
                    : new ApiException(400, $"Failed to create port on network {network.Id}, because fixed_ips included invalid subnet {id}.", "InvalidInput");
            }

            if (wish is null)
            {
                made.Add(new FixedIp(subnet, Allocate(subnet)));
                continue;
            }

            var address = AddressRange.Canonical(wish);
            if (address is null || !subnet.Range.Contains(address))
            {
                throw new ApiException(400, $"IP address {wish} is not a valid IP for the specified subnet.", "InvalidIpForSubnet");
            }

            if (Taken(subnet).Contains(address))
            {
                throw new ApiException(409, $"IP address {address} already allocated in subnet {subnet.Id}", "IpAddressAlreadyAllocated");
            }

            made.Add(new FixedIp(subnet, address));
        }

        return made;
    }

    /// <summary>Ports have an address of each SLAAC and DHCPv6-stateless subnet, whatever is asked for, but for routers' ports
    /// (neutron/db/ipam_pluggable_backend.py, <c>_allocate_ips_for_port</c>).</summary>
    private static List<FixedIp> WithAutoAddresses(List<FixedIp> asked, Network network, string mac, bool isRouters) => isRouters ? asked :
    [
        .. asked,
        .. network.Subnets.Where(s => s.HasAutoAddresses && !asked.Exists(ip => ip.Subnet == s))
            .Select(s => new FixedIp(s, s.Range.Eui64(mac))),
    ];

    private HashSet<string> Taken(Subnet subnet) =>
    [
        .. cloud.PortList.SelectMany(p => p.FixedIps).Where(f => f.Subnet == subnet).Select(f => f.Address),
        .. cloud.FloatingIpList.Where(f => f.Network == subnet.Network).Select(f => f.Address),
        .. cloud.RouterList.Where(r => r.Outside == subnet.Network).Select(r => r.OutsideAddress).OfType<string>(),
    ];

    private string NewMac(Network network)
    {
        for (; ; )
        {
            var digits = cloud.NewId();
            var mac = $"fa:16:3e:{digits[..2]}:{digits[2..4]}:{digits[4..6]}";
            if (!cloud.PortList.Exists(p => p.Network == network && p.MacAddress == mac))
            {
                return mac;
            }
        }
    }
}

/// <summary>What may be said of a subnet.</summary>
internal sealed record SubnetOptions
{
    /// <summary>False if it is to have none.</summary>
    public bool HasGateway { get; init; } = true;

    /// <summary>Null for the first address.</summary>
    public string? Gateway { get; init; }

    public bool Dhcp { get; init; } = true;

    public IReadOnlyList<AddressPool> Pools { get; init; } = [];

    public IReadOnlyList<string> DnsNameservers { get; init; } = [];

    public string? Ipv6AddressMode { get; init; }

    public string? Ipv6RaMode { get; init; }
}

/// <summary>What may be said of a port.</summary>
internal sealed record PortOptions
{
    public string? MacAddress { get; init; }

    public IReadOnlyList<(string? Subnet, string? Address)> FixedIps { get; init; } = [];

    public bool? PortSecurity { get; init; }

    public bool IsNovas { get; init; }

    public JsonArray ExtraDhcpOpts { get; init; } = [];

    public IReadOnlyList<SecurityGroup> SecurityGroups { get; init; } = [];

    public Router? Router { get; init; }
}
