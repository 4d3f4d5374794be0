using Hotstack.Deployments;

namespace Hotstack.SnapSets;

/// <summary>A server that belongs to a deployment: what a SnapSet would freeze.</summary>
public sealed record Instance
{
    /// <summary>Its name in the deployment, which is its Heat resource's: <c>controller</c>, <c>master0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for: <c>controller</c>, <c>ocp_master</c>, <c>ocp_worker</c> …</summary>
    public required string Role { get; init; }

    /// <summary>The server's UUID.</summary>
    public required string Id { get; init; }

    /// <summary>The MAC address on the machine network, in canonical form.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The MAC addresses of all its ports.</summary>
    public Listing<string> MacAddresses { get; init; } = [];

    /// <summary>The server's IP addresses.</summary>
    public Listing<string> IpAddresses { get; init; } = [];

    /// <summary>The server's status: <c>ACTIVE</c>, <c>SHUTOFF</c>; <c>NotFound</c> if there is no such server.</summary>
    public string? Status { get; init; }

    /// <summary>What Nova is doing with it; null when it is idle.</summary>
    public string? TaskState { get; init; }

    /// <summary>The flavor's name.</summary>
    public string? Flavor { get; init; }

    /// <summary>The id of the image that it was booted from; null when it boots from a volume.</summary>
    public string? Image { get; init; }

    /// <summary>The ids of the volumes attached.</summary>
    public Listing<string> Volumes { get; init; } = [];

    /// <summary>The stack that it is from, where that is known.</summary>
    public string? StackName { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The id of the project that the server belongs to; null where that is not known.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Freezes the deployment's controller, which is stopped last and started first.</summary>
    internal bool IsController => Role == Roles.Controller;

    /// <summary>The name, so that a list of instances reads well.</summary>
    public override string ToString() => Name;
}
