using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>A set that can be made: everything that could be checked beforehand has been.</summary>
internal sealed record CreationPlan
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IReadOnlyList<PlannedMember> Members { get; init; }

    public string? StackName { get; init; }

    public string? Scenario { get; init; }

    /// <summary>How the cluster was before it was shut down; null if that was not recorded.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>Why nothing is known of the cluster whose nodes still run; null if something is, or none runs.</summary>
    public string? UnknownCluster { get; init; }

    /// <summary>The data volumes of which there must be a snapshot before any image is ordered.</summary>
    public IReadOnlyList<PlannedVolume> Volumes { get; init; } = [];

    /// <summary>The volume snapshots that an earlier run made; they are not this run's to take back.</summary>
    public IReadOnlyList<string> EarlierVolumeSnapshots { get; init; } = [];

    /// <summary>The set was begun by an earlier run.</summary>
    public bool IsResumed { get; init; }

    /// <summary>What an image of a member is told of itself.</summary>
    /// <param name="member">The member.</param>
    /// <param name="volumes">Its volumes, with the snapshots that were made of them.</param>
    public SnapSetProperties PropertiesOf(PlannedMember member, IReadOnlyList<SnapSetVolume> volumes) => new()
    {
        SnapId = Id,
        Name = member.Instance.Name,
        Role = member.Instance.Role,
        MacAddresses = member.Instance.MacAddresses,
        SourceId = member.Instance.Id,
        SetSize = Members.Count,
        StackName = StackName,
        Scenario = Scenario,
        CreatedAt = CreatedAt,
        Cluster = Cluster,
        Volumes = volumes,
    };

    public SnapSetTags TagsOf(PlannedMember member) =>
        new(member.Instance.Name, member.Instance.Role, Id, member.Instance.MacAddress);
}

/// <param name="Instance">What is frozen.</param>
/// <param name="Server">Its server, as it was when the plan was made.</param>
/// <param name="Existing">The image that an earlier run made of it; null for none.</param>
internal sealed record PlannedMember(Instance Instance, Server Server, Image? Existing)
{
    /// <summary>The volumes of the server that are recorded with its image, in the order of their devices.</summary>
    public IReadOnlyList<AttachedVolume> Volumes { get; init; } = [];

    public override string ToString() => Instance.Name;
}
