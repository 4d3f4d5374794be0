namespace Hotstack.Sandbox.Networking;

/// <summary>A network.</summary>
public sealed class Network
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string ProjectId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether routers and floating addresses may use it.</summary>
    public bool External { get; init; }

    public int Mtu { get; init; } = 1500;

    public bool PortSecurity { get; init; } = true;

    internal List<Subnet> Subnets { get; } = [];
}

/// <summary>A range of addresses of a network.</summary>
public sealed class Subnet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Network Network { get; init; }

    public required AddressRange Range { get; init; }

    public string? Gateway { get; init; }

    public bool Dhcp { get; init; } = true;

    internal IReadOnlyList<AddressPool> Pools { get; init; } = [];

    internal IReadOnlyList<string> DnsNameservers { get; init; } = [];

    internal string? Ipv6AddressMode { get; init; }

    internal string? Ipv6RaMode { get; init; }

    /// <summary>Hosts make their addresses of the prefix and their MAC address.</summary>
    internal bool HasAutoAddresses => Ipv6AddressMode is "slaac" or "dhcpv6-stateless" || Ipv6RaMode is "slaac" or "dhcpv6-stateless";
}

/// <summary>An address of a port.</summary>
public sealed record FixedIp(Subnet Subnet, string Address);
