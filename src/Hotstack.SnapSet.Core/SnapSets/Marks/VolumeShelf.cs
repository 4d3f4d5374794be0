using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets.Marks;

/// <summary>The volume snapshots and the volumes of our project, each read at most once: Cinder gives all or none, so that work on many
/// sets would else read all of them for each.</summary>
internal sealed class VolumeShelf(Cloud cloud)
{
    private IReadOnlyList<VolumeSnapshot>? _all;
    private IReadOnlyList<Volume>? _volumes;

    /// <summary>The snapshots that there were at the first time. A failure is not kept.</summary>
    public async Task<IReadOnlyList<VolumeSnapshot>> ReadAsync(CancellationToken stop) =>
        _all ??= await cloud.Volumes.ListSnapshotsAsync(stop);

    /// <summary>The volumes that there were at the first time. A failure is not kept.</summary>
    public async Task<IReadOnlyList<Volume>> ReadVolumesAsync(CancellationToken stop) =>
        _volumes ??= await cloud.Volumes.ListVolumesAsync(stop);
}
