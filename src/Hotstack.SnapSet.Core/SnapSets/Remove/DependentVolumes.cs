using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Remove;

/// <summary>Volumes that were made from a set's volume snapshots. Whether these can be deleted meanwhile is up to Cinder's driver: LVM
/// copies the data, and RBD keeps a snapshot until its clones are deleted.</summary>
internal static class DependentVolumes
{
    /// <summary>The ids of the volumes, by the snapshot that they were made from. Empty if the volumes cannot be listed, with a
    /// warning; that who we are is not accepted is thrown.</summary>
    public static async Task<ILookup<string, string>> OfAsync(
        IReadOnlyCollection<string> snapshots, VolumeShelf volumes, IActivity activity, CancellationToken stop)
    {
        try
        {
            return (snapshots.Count == 0 ? [] : await volumes.ReadVolumesAsync(stop))
                .Where(v => v.SnapshotId is { } id && snapshots.Contains(id)).ToLookup(v => v.SnapshotId!, v => v.Id);
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Warning($"Whether volumes depend on the set's volume snapshots could not be found out: {e.Message}");
            return Enumerable.Empty<string>().ToLookup(id => id);
        }
    }

    /// <summary>What to do about a snapshot that is in use; null for volumes that are not known.</summary>
    public static string? Hint(ILookup<string, string> dependents) => dependents.Count == 0
        ? null
        : "Delete the volumes that were made from the set's volume snapshots, or the stacks that hold them, and remove the set again: "
        + $"{string.Join(", ", dependents.SelectMany(volumes => volumes))}.";
}
