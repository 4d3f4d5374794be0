using System.Globalization;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets.Marks;

/// <summary>Names and metadata of the snapshots that we make of data volumes. They find the snapshots when no image names them yet, or no
/// longer.</summary>
internal static class VolumeSnapshotMarks
{
    private const string IdKey = "hotstack_snap_id";
    private const string NameKey = "hotstack_name";
    private const string DeviceKey = "hotstack_device";
    private const string SetSizeKey = "hotstack_set_size";
    private const string StackNameKey = "hotstack_stack_name";
    private const string ScenarioKey = "hotstack_scenario";
    private const string NameStart = "hotstack-";

    /// <summary>Cinder takes no longer names.</summary>
    private const int MaxCharacters = 255;

    /// <summary>The name of a snapshot; a very long name of an instance is cut.</summary>
    public static string NameOf(string member, int index, string snapId)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"-volume{index}{NameEnd(snapId)}");
        int room = MaxCharacters - NameStart.Length - end.Length;
        return NameStart + (member.Length > room ? member[..room] : member) + end;
    }

    /// <summary>The metadata of one snapshot: which volume of which member it is of, and enough of the set to resume it while it has no image.</summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(
        string snapId, string member, string? device, int setSize, string? stackName, string? scenario) => new Dictionary<string, string>
    {
        [IdKey] = snapId,
        [NameKey] = member,
        [DeviceKey] = device ?? "",
        [SetSizeKey] = setSize.ToString(CultureInfo.InvariantCulture),
        [StackNameKey] = stackName ?? "",
        [ScenarioKey] = scenario ?? "",
    };

    /// <summary>The snapshots of one set, the oldest first.</summary>
    public static async Task<IReadOnlyList<VolumeSnapshot>> OfSetAsync(Cloud cloud, string id, CancellationToken stop) =>
        OfSet(await cloud.Volumes.ListSnapshotsAsync(stop), id);

    /// <summary>The same; none in a cloud without volumes, or without permission.</summary>
    public static async Task<IReadOnlyList<VolumeSnapshot>> OfSetIfAnyAsync(VolumeCache volumes, string id, CancellationToken stop) =>
        OfSet(await IfAnyAsync(() => volumes.ReadAsync(stop)), id);

    /// <summary>All snapshots of sets, by the sets' ids; none in a cloud without volumes, or without permission.</summary>
    public static async Task<ILookup<string, VolumeSnapshot>> OfAllSetsIfAnyAsync(Cloud cloud, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> all = await IfAnyAsync(() => cloud.Volumes.ListSnapshotsAsync(stop));
        return all.Select(s => s.Metadata.GetValueOrDefault(IdKey)).OfType<string>().Distinct()
            .SelectMany(id => OfSet(all, id).Select(snapshot => (id, snapshot))).ToLookup(s => s.id, s => s.snapshot);
    }

    /// <summary>By metadata and name: either alone may have been copied.</summary>
    public static IReadOnlyList<VolumeSnapshot> OfSet(IEnumerable<VolumeSnapshot> snapshots, string id) =>
    [
        .. snapshots
            .Where(s => s.Metadata.GetValueOrDefault(IdKey) == id
                && s.Name.StartsWith(NameStart, StringComparison.Ordinal) && s.Name.EndsWith(NameEnd(id), StringComparison.Ordinal))
            .OrderBy(s => s.CreatedAt),
    ];

    /// <summary>A set of which there are volume snapshots only: its making was interrupted before the first image.</summary>
    public static SnapSet ToSnapSet(string id, IReadOnlyList<VolumeSnapshot> snapshots, Cloud cloud, string? projectId)
    {
        IReadOnlyDictionary<string, string> metadata = snapshots[0].Metadata;
        return new SnapSet
        {
            Id = id,
            CreatedAt = snapshots[0].CreatedAt,
            Age = cloud.Now - snapshots[0].CreatedAt,
            State = SnapSetState.Incomplete,
            Members = [],
            ExpectedMembers = int.TryParse(
                metadata.GetValueOrDefault(SetSizeKey), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : null,
            StackName = Value(StackNameKey),
            Scenario = Value(ScenarioKey),
            ProjectId = projectId,
            Cloud = cloud.Name,
            Region = cloud.Region,
            Problems = [$"there is no image, only {CountText.Of(snapshots.Count, "volume snapshot")}"],
        };

        string? Value(string key) => metadata.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }

    private static string NameEnd(string snapId) => $"-snapshot-{snapId}";

    private static async Task<IReadOnlyList<VolumeSnapshot>> IfAnyAsync(Func<Task<IReadOnlyList<VolumeSnapshot>>> read)
    {
        try
        {
            return await read();
        }
        catch (HotstackException e) when (e.Cause is ErrorCause.NotFound or ErrorCause.Forbidden || ServiceClient.IsWithoutEndpoint(e))
        {
            return [];
        }
    }
}

/// <summary>The volume snapshots and volumes of our project, read at most once. Cinder lists all or none, so work on many sets would otherwise
/// read all of them for each set.</summary>
internal sealed class VolumeCache(Cloud cloud)
{
    private IReadOnlyList<VolumeSnapshot>? _all;
    private IReadOnlyList<Volume>? _volumes;

    /// <summary>The snapshots at the first call. A failure is not kept.</summary>
    public async Task<IReadOnlyList<VolumeSnapshot>> ReadAsync(CancellationToken stop) =>
        _all ??= await cloud.Volumes.ListSnapshotsAsync(stop);

    /// <summary>The volumes at the first call. A failure is not kept.</summary>
    public async Task<IReadOnlyList<Volume>> ReadVolumesAsync(CancellationToken stop) =>
        _volumes ??= await cloud.Volumes.ListVolumesAsync(stop);
}
