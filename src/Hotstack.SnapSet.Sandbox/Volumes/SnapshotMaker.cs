using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Volumes;

/// <summary>Makes snapshots of volumes, for Cinder's users and for Nova.</summary>
internal sealed class SnapshotMaker(SandboxCloud cloud)
{
    public VolumeSnapshot Make(Volume volume, string name, string? description, string userId, bool refuse = false)
    {
        var used = cloud.VolumeSnapshotList.Count(s => s.Volume.ProjectId == volume.ProjectId);
        if (refuse || used >= cloud.Options.Quotas.VolumeSnapshots)
        {
            throw new ApiException(403, "SnapshotLimitExceeded: Maximum number of snapshots allowed exceeded for quota 'snapshots'.",
                "quota");
        }

        var all = cloud.VolumeList.Where(v => v.ProjectId == volume.ProjectId).Sum(v => v.Size)
            + cloud.VolumeSnapshotList.Where(s => s.Volume.ProjectId == volume.ProjectId).Sum(s => s.Volume.Size);
        if (cloud.Options.Quotas.VolumeGigabytes is { } most && all + volume.Size > most)
        {
            throw new ApiException(
                403, $"VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested {volume.Size}G, "
                + $"quota is {most}G and {all}G has been consumed.", "quota");
        }

        if (volume.Server is { } holder)
        {
            cloud.Clusters.Keep(holder);
        }

        var fails = cloud.Faults.TakeVolumeSnapshot(volume.Server) is not null;
        var snapshot = new VolumeSnapshot
        {
            Id = cloud.NewId(), Volume = volume, Name = name, Description = description, UserId = userId,
            CreatedAt = cloud.Now, Disk = volume.Disk.Copy(),
        };
        cloud.VolumeSnapshotList.Add(snapshot);
        cloud.After(cloud.Options.Durations.VolumeSnapshot, () =>
        {
            if (snapshot.Status == "creating")
            {
                snapshot.Status = fails ? "error" : "available";
                snapshot.UpdatedAt = cloud.Now;
                if (fails)
                {
                    cloud.VolumeMessageList.Add(new VolumeMessage
                    {
                        Id = cloud.NewId(), ProjectId = volume.ProjectId, ResourceType = "VOLUME_SNAPSHOT", ResourceId = snapshot.Id,
                        Event = "VOLUME_VOLUME_SNAPSHOT_009_013", Text = "create snapshot:Snapshot failed to create.",
                            CreatedAt = cloud.Now,
                    });
                }
            }
        });
        return snapshot;
    }

    public void Delete(VolumeSnapshot snapshot)
    {
        if (snapshot.Status is not ("available" or "error" or "error_deleting"))
        {
            throw new ApiException(
                400, $"Invalid snapshot: Snapshot status must be available or error, but is: {snapshot.Status}.");
        }

        snapshot.Status = "deleting";
        snapshot.UpdatedAt = cloud.Now;
        cloud.After(cloud.Options.Durations.VolumeSnapshotDelete, () =>
        {
            if (cloud.Options.VolumesAreClones && cloud.VolumeList.Any(v => v.SnapshotId == snapshot.Id))
            {
                // As Cinder does on SnapshotIsBusy.
                snapshot.Status = "available";
                snapshot.UpdatedAt = cloud.Now;
                return;
            }

            cloud.VolumeSnapshotList.Remove(snapshot);
        });
    }
}
