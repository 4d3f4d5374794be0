namespace Hotstack.SnapSets;

/// <summary>A port of a server, as Neutron shows it.</summary>
public sealed record InstancePort
{
    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its MAC address, in canonical form.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The UUID of its network.</summary>
    public required string NetworkId { get; init; }

    /// <summary>The name of its network; null if the network cannot be read.</summary>
    public string? NetworkName { get; init; }

    /// <summary>Its fixed IP addresses, in Neutron's order; empty for none.</summary>
    public Listing<PortAddress> FixedIps { get; init; } = [];

    /// <summary>The MAC address.</summary>
    public override string ToString() => MacAddress;
}

/// <summary>A fixed IP address of a port.</summary>
public sealed record PortAddress
{
    /// <summary>The address, in Neutron's form: <c>192.168.32.10</c>, <c>fd00:32::10</c>.</summary>
    public required string IpAddress { get; init; }

    /// <summary>The UUID of its subnet.</summary>
    public required string SubnetId { get; init; }

    /// <summary>The subnet's range: <c>192.168.32.0/24</c>; null if the subnet cannot be read.</summary>
    public string? Cidr { get; init; }

    /// <summary>The address.</summary>
    public override string ToString() => IpAddress;
}
