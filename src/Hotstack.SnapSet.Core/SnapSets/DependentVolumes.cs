using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;

namespace Hotstack.SnapSets;

/// <summary>Volumes that were made from snapshots. Some drivers (RBD) keep such a snapshot until these volumes are deleted.</summary>
internal static class DependentVolumes
{
    /// <summary>Those of the snapshots that volumes were made from. Empty, with a warning, if the volumes cannot be listed.</summary>
    public static async Task<string[]> SnapshotsWithAnyAsync(
        Cloud cloud, IReadOnlyCollection<string> snapshots, IActivity activity, CancellationToken stop)
    {
        if (snapshots.Count == 0)
        {
            return [];
        }

        try
        {
            IReadOnlyList<Volume> volumes = await cloud.Volumes.ListVolumesAsync(stop).ConfigureAwait(false);
            return [.. snapshots.Intersect(volumes.Select(v => v.SnapshotId).OfType<string>())];
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Warning($"Whether volumes depend on the set's volume snapshots could not be found out: {e.Message}");
            return [];
        }
    }

    /// <summary>Why Cinder keeps a snapshot, with the ids of the volumes that were made from it.</summary>
    public static async Task<string> DescribeAsync(Cloud cloud, string snapshot, CancellationToken stop)
    {
        string volumes = "";
        try
        {
            volumes = string.Join(", ", (await cloud.Volumes.ListVolumesAsync(stop).ConfigureAwait(false))
                .Where(v => v.SnapshotId == snapshot).Select(v => v.Id));
        }
        catch (HotstackException)
        {
            // The reason stands without them.
        }

        return "Cinder set it back to available: " + (volumes.Length == 0
            ? "something depends on it"
            : $"volumes that were made from it depend on it: {volumes}; delete these first");
    }
}
