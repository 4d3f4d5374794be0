using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Networking;

/// <summary>A network with its one subnet.</summary>
public sealed record Network(string Id, string Name, string ProjectId, string SubnetId, string SubnetName, string Cidr, bool External)
{
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A port of a server.</summary>
public sealed class Port
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Network Network { get; init; }

    public required string MacAddress { get; init; }

    public required string Address { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The server it belongs to.</summary>
    public Server? Device { get; internal set; }

    /// <summary>An address of an external network that leads to it.</summary>
    public FloatingIp? FloatingIp { get; internal set; }
}

/// <summary>An address from outside.</summary>
public sealed record FloatingIp(string Id, string Address, Network Network);
