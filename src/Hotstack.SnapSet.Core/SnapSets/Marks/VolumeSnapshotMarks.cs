using System.Globalization;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets.Marks;

/// <summary>Names and metadata of our snapshots of data volumes. They identify snapshots that no image names.</summary>
internal static class VolumeSnapshotMarks
{
    private const string DeviceKey = "hotstack_device";
    private const string NameStart = "hotstack-";

    /// <summary>Cinder's limit for a name.</summary>
    private const int MaxCharacters = 255;

    /// <summary>The name of a snapshot; a very long instance name is cut.</summary>
    public static string NameOf(string member, int index, string snapId)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"-volume{index}{NameEnd(snapId)}");
        int room = MaxCharacters - NameStart.Length - end.Length;
        return NameStart + (member.Length > room ? member[..room] : member) + end;
    }

    /// <summary>The metadata of one snapshot: its volume, its member, and what a resume of the set needs while there is no image.</summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(
        string snapId, string member, string? device, int memberCount, SnapSetFacts facts) =>
        new Dictionary<string, string>(facts.ToMetadata())
        {
            [SnapSetProperties.IdKey] = snapId,
            [SnapSetProperties.NameKey] = member,
            [DeviceKey] = device ?? "",
            [SnapSetProperties.MemberCountKey] = memberCount.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>The snapshots of one set, the oldest first.</summary>
    public static async Task<IReadOnlyList<VolumeSnapshot>> OfSetAsync(Cloud cloud, string id, CancellationToken stop) =>
        OfSet(await cloud.Volumes.ListSnapshotsAsync(stop), id);

    /// <summary>The snapshots of one set, the oldest first; none in a cloud without volumes, or without permission.</summary>
    public static async Task<IReadOnlyList<VolumeSnapshot>> OfSetIfAnyAsync(VolumeCache volumes, string id, CancellationToken stop) =>
        OfSet(await IfAnyAsync(() => volumes.ReadAsync(stop)), id);

    /// <summary>All snapshots of sets, by the sets' ids; none in a cloud without volumes, or without permission.</summary>
    public static async Task<ILookup<string, VolumeSnapshot>> OfAllSetsIfAnyAsync(VolumeCache volumes, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> all = await IfAnyAsync(() => volumes.ReadAsync(stop));
        return all.Select(s => s.Metadata.GetValueOrDefault(SnapSetProperties.IdKey)).OfType<string>().Distinct()
            .SelectMany(id => OfSet(all, id).Select(snapshot => (id, snapshot))).ToLookup(s => s.id, s => s.snapshot);
    }

    /// <summary>Matches metadata and name: either alone may have been copied.</summary>
    public static IReadOnlyList<VolumeSnapshot> OfSet(IEnumerable<VolumeSnapshot> snapshots, string id) =>
    [
        .. snapshots
            .Where(s => s.Metadata.GetValueOrDefault(SnapSetProperties.IdKey) == id
                && s.Name.StartsWith(NameStart, StringComparison.Ordinal) && s.Name.EndsWith(NameEnd(id), StringComparison.Ordinal))
            .OrderBy(s => s.CreatedAt),
    ];

    /// <summary>The set that a snapshot of ours names; null for another snapshot.</summary>
    public static string? SetIdOf(VolumeSnapshot snapshot) =>
        snapshot.Metadata.GetValueOrDefault(SnapSetProperties.IdKey) is { } id && OfSet([snapshot], id).Count > 0 ? id : null;

    /// <summary>A set with volume snapshots only: its creation was interrupted before the first image.</summary>
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
                metadata.GetValueOrDefault(SnapSetProperties.MemberCountKey), NumberStyles.None, CultureInfo.InvariantCulture,
                    out int size) ? size : null,
            Facts = SnapSetFacts.From(metadata),
            ProjectId = projectId,
            Cloud = cloud.Name,
            Region = cloud.Region,
            Problems = [$"there is no image, only {CountText.Of(snapshots.Count, "volume snapshot")}"],
        };
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

/// <summary>The volume snapshots and volumes of our project, read at most once. Cinder lists all or none, so one list serves many
/// sets.</summary>
internal sealed class VolumeCache(Cloud cloud)
{
    private readonly Once<IReadOnlyList<VolumeSnapshot>> _snapshots = new(cloud.Volumes.ListSnapshotsAsync);
    private readonly Once<IReadOnlyList<Volume>> _volumes = new(cloud.Volumes.ListVolumesAsync);

    /// <summary>The snapshots, read at the first call. A failure is not cached.</summary>
    public Task<IReadOnlyList<VolumeSnapshot>> ReadAsync(CancellationToken stop) => _snapshots.ReadAsync(stop);

    /// <summary>The volumes, read at the first call. A failure is not cached.</summary>
    public Task<IReadOnlyList<Volume>> ReadVolumesAsync(CancellationToken stop) => _volumes.ReadAsync(stop);

    /// <summary>Callers at the same time share one reading.</summary>
    private sealed class Once<T>(Func<CancellationToken, Task<T>> read)
    {
        private readonly Lock _lock = new();
        private Task<T>? _reading;

        public Task<T> ReadAsync(CancellationToken stop)
        {
            lock (_lock)
            {
                return _reading is { IsFaulted: false, IsCanceled: false } ? _reading : _reading = read(stop);
            }
        }
    }
}
