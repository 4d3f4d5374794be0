using System.Collections.Frozen;
using System.Globalization;
using Hotstack.Deployments;

namespace Hotstack.SnapSets.Marks;

/// <summary>The properties recorded on each image beside upstream's tags. Nova sets properties when it creates the image; tags can be
/// written only when it is active.</summary>
internal sealed record SnapSetProperties
{
    /// <summary>The filter for the images of all our sets, including untagged ones.</summary>
    public static readonly KeyValuePair<string, string> AnySet = new("hotstack_schema", "1");

    /// <summary>The set's id; on volume snapshots too.</summary>
    public const string IdKey = "hotstack_snap_id";

    /// <summary>The member's name; on volume snapshots too.</summary>
    public const string NameKey = "hotstack_name";

    /// <summary>How many members the set has; on volume snapshots too.</summary>
    public const string MemberCountKey = "hotstack_set_size";

    /// <summary>The member's role.</summary>
    internal const string RoleKey = "hotstack_role";
    private const string MacAddressesKey = "hotstack_mac_address";
    private const string SourceIdKey = "hotstack_source_uuid";
    private const string CreatedAtKey = "hotstack_created_at";

    public required string SnapId { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    /// <summary>The MAC address on the machine network first.</summary>
    public required IReadOnlyList<string> MacAddresses { get; init; }

    public required string SourceId { get; init; }

    public required int MemberCount { get; init; }

    public SnapSetFacts Facts { get; init; } = new();

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The server's volumes in the set; for a volume-backed server without the ids of the snapshots.</summary>
    public IReadOnlyList<SnapSetVolume> Volumes { get; init; } = [];

    /// <summary>The server's ports; empty if Neutron did not show them.</summary>
    public IReadOnlyList<SnapSetPort> Ports { get; init; } = [];

    /// <summary>The set has a blueprint.</summary>
    public bool HasBlueprint { get; init; }

    /// <summary>The cluster's record; when read from an image, with that image's node only. Null if not recorded.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>The Glance filter for the images of one set.</summary>
    public static KeyValuePair<string, string> OfSet(string id) => new(IdKey, id);

    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string>
        {
            [AnySet.Key] = AnySet.Value,
            [IdKey] = SnapId,
            [NameKey] = Name,
            [RoleKey] = Role,
            [MacAddressesKey] = string.Join(',', MacAddresses),
            [SourceIdKey] = SourceId,
            [MemberCountKey] = MemberCount.ToString(CultureInfo.InvariantCulture),
            [CreatedAtKey] = ClusterProperties.Text(CreatedAt),
            // Written even when empty: otherwise a snapshot of a restored server inherits the older set's.
            [PortableProperties.ImportKey] = "",
            [BlueprintImage.MarkKey] = HasBlueprint ? BlueprintImage.Mark : "",
        };
        foreach ((string key, string value) in Facts.ToMetadata().Concat(ClusterProperties.Of(Cluster, Name))
            .Concat(VolumeProperties.Of(Volumes)).Concat(PortProperties.Of(Ports)))
        {
            metadata[key] = value;
        }

        return metadata;
    }

    /// <summary>The names of properties valid in every cloud: all but those of the volumes; <see cref="PortProperties.IsKey"/>
    /// tells those of the ports.</summary>
    public static readonly FrozenSet<string> PortableKeys = new[]
    {
        AnySet.Key, IdKey, NameKey, RoleKey, MacAddressesKey, SourceIdKey, MemberCountKey, CreatedAtKey, BlueprintImage.MarkKey,
    }.Concat(SnapSetFacts.Keys).Concat(ClusterProperties.Of(null, "").Select(property => property.Key)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads them; null if they are missing, foreign or inherited.</summary>
    /// <remarks>A snapshot of a server booted from our image inherits all its properties. They are its own only if they name the server
    /// that Nova made it from; where Nova does not report the server (volume-backed), the image's name decides.</remarks>
    public static SnapSetProperties? From(OpenStack.Imaging.Image image)
    {
        IReadOnlyDictionary<string, string> all = image.Properties;
        if (all.GetValueOrDefault(AnySet.Key) != AnySet.Value
            || Value(IdKey) is not { } id || Value(NameKey) is not { } name || Value(RoleKey) is not { } role
            || Value(SourceIdKey) is not { } source
            || !int.TryParse(Value(MemberCountKey), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
        {
            return null;
        }

        bool isItsOwn = all.TryGetValue("instance_uuid", out string? instance)
            ? instance == source
            : image.Name == SnapSetImageName.Of(name, id);
        return !isItsOwn ? null : new SnapSetProperties
        {
            SnapId = id,
            Name = name,
            Role = role,
            MacAddresses = Value(MacAddressesKey)?.Split(',') ?? [],
            SourceId = source,
            MemberCount = size,
            Facts = SnapSetFacts.From(all),
            HasBlueprint = BlueprintImage.IsAnnounced(all),
            CreatedAt = DateTimeOffset.TryParse(
                Value(CreatedAtKey), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : image.CreatedAt,
            Cluster = ClusterProperties.From(all, name),
            Volumes = VolumeProperties.From(all),
            Ports = PortProperties.From(all),
        };

        string? Value(string key) => all.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }
}
