using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Remove;

/// <summary>Deletes Cinder snapshots.</summary>
internal sealed class VolumeSnapshotRemoval(Cloud cloud)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A snapshot is <c>deleting</c> before Cinder accepts the delete request. Cinder sets it back to <c>available</c> when its
    /// driver finds it busy (cinder: volume/manager.py, SnapshotIsBusy; RBD: volumes are clones of it), maybe before the first poll. This
    /// number of polls allows for a lagging database replica.</summary>
    private const int PollsUnchanged = 5;

    /// <summary>Deletes them and waits until they are gone.</summary>
    /// <returns>The leftovers, with the reason.</returns>
    public async Task<IReadOnlyList<Leftover>> RunAsync(IEnumerable<string> ids, CancellationToken stop)
    {
        Ending[] endings = await Fanout.SelectAsync([.. ids.Distinct()], DeleteAsync, stop);
        return
        [
            .. endings.Select(ending => ending.Left).OfType<Leftover>(),
            .. await StillListedAsync([.. endings.Where(ending => ending.WasNeverSeen).Select(ending => ending.Id)], stop),
        ];
    }

    /// <summary>Confirms a 404 for a snapshot by a list, because a misdirected proxy also answers 404.</summary>
    private async Task<IEnumerable<Leftover>> StillListedAsync(string[] gone, CancellationToken stop)
    {
        if (gone.Length == 0)
        {
            return [];
        }

        try
        {
            return (await cloud.Volumes.ListSnapshotsAsync(stop))
                .Where(s => gone.Contains(s.Id) && s.Status != "deleting")
                .Select(s => new Leftover("volume snapshot", s.Id, $"Cinder reports it as not found, but lists it as {s.Status}"));
        }
        catch (HotstackException)
        {
            // Without a list, the single answers count.
            return [];
        }
    }

    private async Task<Ending> DeleteAsync(string id, CancellationToken stop)
    {
        bool wasAsked = false;
        bool wasBegun = false;
        int unchanged = 0;
        string? state = null;
        try
        {
            bool isGone = await Poll.UntilAsync(
                async token =>
                {
                    if (await cloud.Volumes.FindSnapshotAsync(id, token) is not { } snapshot)
                    {
                        return true;
                    }

                    state = snapshot.Status;
                    if (wasAsked && state == "error_deleting")
                    {
                        string? told = await cloud.Volumes.FindMessageAsync(id, token);
                        throw new HotstackException(
                            ErrorCause.OperationFailed, "VolumeSnapshotNotDeleted",
                            told is null ? "Cinder failed to delete it" : $"Cinder failed to delete it: {told.TrimEnd('.')}");
                    }

                    wasBegun |= wasAsked && state == "deleting";
                    if (wasAsked && state == "available" && (wasBegun || ++unchanged >= PollsUnchanged))
                    {
                        throw new HotstackException(ErrorCause.Conflict, "VolumeSnapshotInUse",
                            "Cinder reset it to available instead of deleting it")
                        {
                            Hint = "Delete the volumes that were made from the volume snapshot first.",
                        };
                    }

                    // A snapshot in creation cannot be deleted yet; one in deletion need not be.
                    if (!wasAsked && state is not ("creating" or "deleting"))
                    {
                        wasAsked = true;
                        await AskAsync(id, token);
                    }

                    return false;
                },
                Interval, Patience, cloud.Time, stop);
            return new Ending(
                id, isGone ? null : new Leftover("volume snapshot", id, $"it is still {state} after {Patience.TotalMinutes} minutes"),
                    isGone && state is null);
        }
        catch (HotstackException e)
        {
            return new Ending(id, new Leftover("volume snapshot", id, e.Message) { Hint = e.Id == "VolumeSnapshotInUse" ? e.Hint : null },
                false);
        }
    }

    /// <summary>Two members may share a volume: Cinder refuses the second of two concurrent deletions.</summary>
    private async Task AskAsync(string id, CancellationToken stop)
    {
        try
        {
            await cloud.Volumes.DeleteSnapshotAsync(id, stop);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.Conflict)
        {
            if (await cloud.Volumes.FindSnapshotAsync(id, stop) is { Status: not "deleting" })
            {
                throw;
            }
        }
    }

    private sealed record Ending(string Id, Leftover? Left, bool WasNeverSeen);
}

/// <summary>Deletes one image of a set with its volume snapshots.</summary>
internal sealed class ImageRemoval(Cloud cloud)
{
    /// <summary>Deletes the volume snapshots first: only the image names them, so it stays while one cannot be deleted, and a second call
    /// finds them.</summary>
    /// <returns>The leftovers, with the reason.</returns>
    public async Task<IReadOnlyList<Leftover>> RunAsync(
        string imageId, IReadOnlyList<string> volumeSnapshots, bool isProtected, IActivity activity, CancellationToken stop)
    {
        IReadOnlyList<Leftover> left = await new VolumeSnapshotRemoval(cloud)
            .RunAsync(volumeSnapshots, stop);
        if (left.Count > 0)
        {
            return [.. left, new("image", imageId, "kept, because it names the volume snapshots that are left")];
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
