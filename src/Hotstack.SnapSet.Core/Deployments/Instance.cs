using Hotstack.Deployments;

namespace Hotstack.SnapSets;

/// <summary>A server of a deployment, which a SnapSet can freeze.</summary>
public sealed record Instance
{
    /// <summary>Its name in the deployment, that of its Heat resource: <c>controller</c>, <c>master0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its role: <c>controller</c>, <c>ocp_master</c>, <c>ocp_worker</c> …</summary>
    public required string Role { get; init; }

    /// <summary>The server's UUID.</summary>
    public required string Id { get; init; }

    /// <summary>The MAC address on the machine network, in canonical form.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The MAC addresses of all its ports, in the order of <see cref="Ports"/>.</summary>
    public Listing<string> MacAddresses { get; init; } = [];

    /// <summary>Its ports with their networks and fixed IP addresses, in the order of Nova's addresses, ports without an address last;
    /// empty if Neutron does not show them.</summary>
    public Listing<InstancePort> Ports { get; init; } = [];

    /// <summary>The server's IP addresses.</summary>
    public Listing<string> IpAddresses { get; init; } = [];

    /// <summary>The server's status: <c>ACTIVE</c>, <c>SHUTOFF</c>; <c>NotFound</c> if there is no such server.</summary>
    public string? Status { get; init; }

    /// <summary>Nova's current task; null when idle.</summary>
    public string? TaskState { get; init; }

    /// <summary>The flavor's name.</summary>
    public string? Flavor { get; init; }

    /// <summary>The id of the image it booted from; null when it boots from a volume.</summary>
    public string? Image { get; init; }

    /// <summary>The ids of the attached volumes.</summary>
    public Listing<string> Volumes { get; init; } = [];

    /// <summary>Its stack, if known.</summary>
    public string? StackName { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The id of the server's project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>It is the deployment's controller, which stops last and starts first.</summary>
    internal bool IsController => Role == Roles.Controller;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
