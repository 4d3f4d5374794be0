namespace Hotstack.SnapSets;

/// <summary>A port of a member's server when the set was made.</summary>
public sealed record SnapSetPort
{
    /// <summary>Its MAC address, in canonical form.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The name of its network, or the network's id if it has no name; null if not recorded.</summary>
    public string? Network { get; init; }

    /// <summary>Its fixed IP addresses, each with the length of its subnet's prefix: <c>192.168.32.10/24</c>; without it if the subnet
    /// could not be read.</summary>
    public Listing<string> FixedIps { get; init; } = [];

    /// <summary>The MAC address and the IP addresses.</summary>
    public override string ToString() => string.Join(' ', FixedIps.Prepend(MacAddress));
}
