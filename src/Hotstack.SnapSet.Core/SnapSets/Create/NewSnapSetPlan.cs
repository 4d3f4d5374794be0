using System.Globalization;
using Hotstack.Deployments;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>A set that can be created: all checks passed.</summary>
internal sealed record NewSnapSetPlan
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IReadOnlyList<PlannedMember> Members { get; init; }

    /// <summary>The texts to record.</summary>
    public required SnapSetFacts Facts { get; init; }

    /// <summary>What made the stack; null if the set does not keep it.</summary>
    public PlannedBlueprint? Blueprint { get; init; }

    /// <summary>The cluster before it was shut down; null if nothing was recorded.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>Why nothing is known of the cluster whose nodes still run; null if it is known, or no node runs.</summary>
    public string? UnknownCluster { get; init; }

    /// <summary>The data volumes that need a snapshot before any image is requested.</summary>
    public IReadOnlyList<PlannedVolume> Volumes { get; init; } = [];

    /// <summary>The volume snapshots of an earlier run, which this run does not roll back.</summary>
    public IReadOnlyList<string> EarlierVolumeSnapshots { get; init; } = [];

    /// <summary>An earlier run began the set.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The names of the members that were off before the shutdown; null if it was not recorded.</summary>
    public IReadOnlyCollection<string>? OffInstances { get; init; }

    /// <summary>The members that are not started afterwards: they were off while the deployment ran.</summary>
    public IReadOnlyList<Instance> StayingOff
    {
        get
        {
            Instance[] instances = [.. Members.Select(m => m.Instance)];
            return OffInstances is { } off ? [.. instances.Where(i => off.Contains(i.Name))]
                : Array.Exists(instances, i => i.Status == ServerRules.Active) ? [.. Roles.OffAmong(instances)]
                : [];
        }
    }

    /// <summary>The title of its progress.</summary>
    public string Work => $"Creating SnapSet {Id}";

    /// <summary>The properties recorded on a member's image.</summary>
    /// <param name="member">The member.</param>
    /// <param name="volumes">Its volumes, with their snapshots.</param>
    public SnapSetProperties PropertiesOf(PlannedMember member, IReadOnlyList<SnapSetVolume> volumes) => new()
    {
        SnapId = Id,
        Name = member.Instance.Name,
        Role = member.Instance.Role,
        MacAddresses = member.Instance.MacAddresses,
        SourceId = member.Instance.Id,
        MemberCount = Members.Count,
        Facts = Facts,
        CreatedAt = CreatedAt,
        Cluster = Cluster,
        Volumes = volumes,
        HasBlueprint = Blueprint is not null,
        Ports = PortProperties.PortsOf(member.Instance),
    };

    public SnapSetTags TagsOf(PlannedMember member) =>
        new(member.Instance.Name, member.Instance.Role, Id, member.Instance.MacAddress);
}

/// <param name="Instance">The instance.</param>
/// <param name="Server">Its server when the plan was made.</param>
/// <param name="Existing">The image that an earlier run made; null for none.</param>
internal sealed record PlannedMember(Instance Instance, Server Server, Image? Existing)
{
    /// <summary>The volumes that its image names, in the order of their devices.</summary>
    public IReadOnlyList<AttachedVolume> Volumes { get; init; } = [];

    public override string ToString() => Instance.Name;
}

/// <summary>A volume that needs a snapshot; one, even if several members share it.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Member">The first member that it is attached to.</param>
/// <param name="Index">Its number among that member's volumes, from 0.</param>
/// <param name="ExistingId">The snapshot that an earlier run made; null for none.</param>
internal sealed record PlannedVolume(AttachedVolume Volume, string Member, int Index, string? ExistingId);

/// <summary>A volume that is attached to a server.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Device">Its device in this server; null if Cinder does not know.</param>
/// <param name="Size">GiB.</param>
/// <param name="ResourceName">Its name among the resources of the stack; null if it has none, or if that is not known.</param>
internal sealed record AttachedVolume(string Id, string Name, string? Device, long Size, string? ResourceName)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Name.Length > 0 ? Name : "unnamed")} ({Id}, {Size} GiB{(Device is null ? "" : $", {Device}")})");
}
