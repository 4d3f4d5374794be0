using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;

namespace Hotstack.Sandbox.Networking;

/// <summary>A port of a server or a router, or one that waits for a server.</summary>
public sealed class Port
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public required Network Network { get; init; }

    public required string MacAddress { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The first of its addresses; empty if it has none.</summary>
    public string Address => FixedIps.Count > 0 ? FixedIps[0].Address : "";

    public IReadOnlyList<FixedIp> FixedIps { get; set; } = [];

    /// <summary>The server it belongs to.</summary>
    public Server? Device { get; internal set; }

    /// <summary>An address of an external network that leads to it.</summary>
    public FloatingIp? FloatingIp { get; internal set; }

    internal Router? Router { get; init; }

    internal Trunk? Trunk { get; set; }

    internal bool IsSubPort { get; set; }

    /// <summary>Nova made it, and takes it away with the server.</summary>
    internal bool IsNovas { get; init; }

    internal bool PortSecurity { get; set; } = true;

    internal JsonArray ExtraDhcpOpts { get; set; } = [];

    internal IReadOnlyList<SecurityGroup> SecurityGroups { get; set; } = [];
}

/// <summary>An address from outside.</summary>
public sealed class FloatingIp
{
    public required string Id { get; init; }

    public required string Address { get; init; }

    public required Network Network { get; init; }

    public required string ProjectId { get; init; }

    public Port? Port { get; internal set; }
}
