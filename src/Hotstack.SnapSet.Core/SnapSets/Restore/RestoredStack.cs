using Hotstack.SnapSets.Restore;

namespace Hotstack.Restoring;

/// <summary>A stack made from a set.</summary>
public record RestoredStack
{
    /// <summary>The stack's name.</summary>
    public required string StackName { get; init; }

    /// <summary>Its UUID.</summary>
    public required string StackId { get; init; }

    /// <summary>Action and status: <c>CREATE_COMPLETE</c>, <c>UPDATE_COMPLETE</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The set that its servers booted from.</summary>
    public required string SnapSetId { get; init; }

    /// <summary>How the images got into the stack: <c>Parameter</c> or <c>Overlay</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The restored servers, the controller first; usable as input for a new set.</summary>
    public required Listing<Instance> Servers { get; init; }

    /// <summary>The servers' new ids and those of the servers that were frozen. BareMetalHosts, Ironic nodes and virtual BMCs of the
    /// restored cluster may still hold the old ones.</summary>
    public Listing<RestoredServerId> ServerIds { get; init; } = [];

    /// <summary>Servers of the stack that are not of the set, by their resources' names.</summary>
    public Listing<string> OtherServers { get; init; } = [];

    /// <summary>How long it took, from the request to the last check.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>The file with the stack's outputs; null if none was requested.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Until then the cluster revives by itself; null if not recorded.</summary>
    public DateTimeOffset? UnattendedUntil { get; init; }

    /// <summary>Until then the cluster revives with approvals; null if not recorded.</summary>
    public DateTimeOffset? AssistedUntil { get; init; }

    /// <summary>The cloud, by its name in clouds.yaml.</summary>
    public string? Cloud { get; init; }

    /// <summary>The region; null for the cloud's only one.</summary>
    public string? Region { get; init; }

    /// <summary>The id of the stack's project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => StackName;
}
