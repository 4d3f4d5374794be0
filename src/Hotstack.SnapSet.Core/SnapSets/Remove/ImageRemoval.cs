using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Remove;

/// <summary>Deletes one image of a set with the volume snapshots that go with it.</summary>
internal sealed class ImageRemoval(Cloud cloud)
{
    /// <summary>
    /// The volume snapshots go first: only the image remembers them, so while one cannot be deleted it stays, and
    /// doing it again finds them again.
    /// </summary>
    /// <returns>What could not be deleted, with the reason.</returns>
    public async Task<IReadOnlyList<Leftover>> RunAsync(
        string imageId, IReadOnlyList<string> volumeSnapshots, bool isProtected, IActivity activity, CancellationToken stop)
    {
        IReadOnlyList<Leftover> left = await new VolumeSnapshotRemoval(cloud)
            .RunAsync(volumeSnapshots, stop);
        if (left.Count > 0)
        {
            return [.. left, new("image", imageId, "kept, because it remembers its volume snapshots")];
        }

        try
        {
            if (isProtected)
            {
                await cloud.Images.SetProtectedAsync(imageId, false, stop);
            }

            await cloud.Images.DeleteAsync(imageId, stop);
            activity.Verbose($"Deleted image {imageId}.");
            return [];
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            return [new("image", imageId, e.Message)];
        }
    }
}
