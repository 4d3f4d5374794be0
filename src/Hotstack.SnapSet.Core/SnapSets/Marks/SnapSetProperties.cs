using System.Collections.Frozen;
using System.Globalization;
using Hotstack.Deployments;

namespace Hotstack.SnapSets.Marks;

/// <summary>
/// What we record on each image beside upstream's tags. Properties can be given to Nova with the order to make an
/// image, so they are there from its first moment; tags only when it is active.
/// </summary>
internal sealed record SnapSetProperties
{
    /// <summary>Finds the images of all sets that we made, also of those that were never tagged.</summary>
    public static readonly KeyValuePair<string, string> AnySet = new("hotstack_schema", "1");

    private const string IdKey = "hotstack_snap_id";
    private const string NameKey = "hotstack_name";
    private const string RoleKey = "hotstack_role";
    private const string MacAddressesKey = "hotstack_mac_address";
    private const string SourceIdKey = "hotstack_source_uuid";
    private const string SetSizeKey = "hotstack_set_size";
    private const string StackNameKey = "hotstack_stack_name";
    private const string ScenarioKey = "hotstack_scenario";
    private const string CreatedAtKey = "hotstack_created_at";

    public required string SnapId { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    /// <summary>The one of the machine network first.</summary>
    public required IReadOnlyList<string> MacAddresses { get; init; }

    public required string SourceId { get; init; }

    public required int MemberCount { get; init; }

    public string? StackName { get; init; }

    public string? Scenario { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The volumes of the server, as far as they are in the set. Of a volume-backed server without the snapshots'
    /// ids.</summary>
    public IReadOnlyList<SnapSetVolume> Volumes { get; init; } = [];

    /// <summary>How the cluster was; of an image that was read, with its own node only. Null if nobody recorded it.</summary>
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
            [SetSizeKey] = MemberCount.ToString(CultureInfo.InvariantCulture),
            [CreatedAtKey] = CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            // Written even when empty: else a snapshot of a restored server would inherit the older set's.
            [StackNameKey] = StackName ?? "",
            [ScenarioKey] = Scenario ?? "",
            [PortableProperties.ImportKey] = "",
        };
        foreach ((string key, string value) in ClusterProperties.Of(Cluster, Name).Concat(VolumeProperties.Of(Volumes)))
        {
            metadata[key] = value;
        }

        return metadata;
    }

    /// <summary>The names of those that mean something in another cloud too: all but those of the volumes.</summary>
    public static readonly FrozenSet<string> PortableKeys = new[]
    {
        AnySet.Key, IdKey, NameKey, RoleKey, MacAddressesKey, SourceIdKey, SetSizeKey, StackNameKey, ScenarioKey, CreatedAtKey,
    }.Concat(ClusterProperties.Of(null, "").Select(property => property.Key)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads them; null if they are not there, not ours, or inherited.</summary>
    /// <remarks>
    /// The image of a server that was booted from our image inherits all its properties. They are its own only if they
    /// name the server that Nova made it from; where Nova does not say which (volume-backed), its name has to fit.
    /// </remarks>
    public static SnapSetProperties? From(OpenStack.Imaging.Image image)
    {
        IReadOnlyDictionary<string, string> all = image.Properties;
        if (all.GetValueOrDefault(AnySet.Key) != AnySet.Value
            || Value(IdKey) is not { } id || Value(NameKey) is not { } name || Value(RoleKey) is not { } role
            || Value(SourceIdKey) is not { } source
            || !int.TryParse(Value(SetSizeKey), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
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
            StackName = Value(StackNameKey),
            Scenario = Value(ScenarioKey),
            CreatedAt = DateTimeOffset.TryParse(
                Value(CreatedAtKey), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : image.CreatedAt,
            Cluster = ClusterProperties.From(all, name),
            Volumes = VolumeProperties.From(all),
        };

        string? Value(string key) => all.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }
}
