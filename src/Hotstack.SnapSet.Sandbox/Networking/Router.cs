using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Networking;

/// <summary>A router.</summary>
internal sealed class Router
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string ProjectId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public bool AdminStateUp { get; init; } = true;

    /// <summary>The external network it leads to.</summary>
    public Network? Outside { get; init; }

    public string? OutsideAddress { get; init; }

    /// <summary>Its ports in other networks.</summary>
    public List<Port> Ports { get; } = [];

    public List<(string Destination, string NextHop)> Routes { get; } = [];
}

/// <summary>A port that carries the networks of others as VLANs.</summary>
internal sealed class Trunk
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Port Parent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IReadOnlyList<(Port Port, int Segment, string Type)> SubPorts { get; init; }
}

/// <summary>A group of rules, which the sandbox keeps as they were given.</summary>
internal sealed class SecurityGroup
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string ProjectId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string Description { get; init; } = "";

    public JsonArray Rules { get; init; } = [];
}
