using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>What Cinder holds of the volume snapshots of sets: one list for all of them.</summary>
/// <param name="Snapshots">By their ids.</param>
/// <param name="ProjectId">Whose they are; null if that is not known.</param>
/// <param name="Failure">Why there is no list; null if there is one.</param>
internal sealed record VolumeLook(
    IReadOnlyDictionary<string, VolumeSnapshot> Snapshots, string? ProjectId = null, string? Failure = null)
{
    /// <summary>For sets without volumes.</summary>
    public static readonly VolumeLook None = new(new Dictionary<string, VolumeSnapshot>());

    /// <summary>Asks Cinder if one of the images has volumes. That it does not answer is no failure of ours: the sets are then
    /// not known to be whole.</summary>
    public static async Task<VolumeLook> TakeAsync(
        Cloud cloud, VolumeShelf volumes, IEnumerable<SnapSetImage> images, CancellationToken stop)
    {
        if (!images.Any(image => image.Volumes.Count > 0))
        {
            return None;
        }

        try
        {
            return Of(
                await volumes.ReadAsync(stop),
                await cloud.GetProjectIdAsync(stop));
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            return None with { Failure = e.Message };
        }
    }

    public static VolumeLook Of(IEnumerable<VolumeSnapshot> snapshots, string? projectId) =>
        new(snapshots.DistinctBy(s => s.Id).ToDictionary(s => s.Id, StringComparer.Ordinal), projectId);

    /// <summary>Why the snapshots of a project's sets are not in the list; null if they are.</summary>
    public string? WhyNot(string? owner) => Failure
        ?? (ProjectId is not null && owner is not null && owner != ProjectId ? $"they are of project {owner}, and Cinder shows only our own" : null);

    /// <summary>A member's volumes with the status of their snapshots.</summary>
    public IReadOnlyList<SnapSetVolume> Complete(IReadOnlyList<SnapSetVolume> volumes, string? owner) => WhyNot(owner) is not null
        ? volumes
        : [.. volumes.Select(volume => volume.As(Snapshots.GetValueOrDefault(volume.SnapshotId)))];
}
