using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Volumes;

/// <summary>What a project has of Cinder, and may have; -1 is as many as wanted.</summary>
internal sealed class VolumeQuotas(SandboxCloud cloud, string project)
{
    public int MostVolumes => cloud.Options.Quotas.Volumes ?? -1;

    public int MostGigabytes => cloud.Options.Quotas.VolumeGigabytes ?? -1;

    public int MostSnapshots => cloud.Options.Quotas.VolumeSnapshots ?? -1;

    public int Volumes => cloud.VolumeList.Count(v => v.ProjectId == project);

    public int Snapshots => cloud.VolumeSnapshotList.Count(s => s.Volume.ProjectId == project);

    public int Gigabytes =>
        cloud.VolumeList.Where(v => v.ProjectId == project).Sum(v => v.Size)
        + cloud.VolumeSnapshotList.Where(s => s.Volume.ProjectId == project).Sum(s => s.Volume.Size);

    /// <summary>Refuses one more volume of this size where there may be none.</summary>
    public void Check(int size)
    {
        if (MostGigabytes >= 0 && Gigabytes + size > MostGigabytes)
        {
            throw new ApiException(
                413, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota."
                + $" Requested {size}G, quota is {MostGigabytes}G and {Gigabytes}G has been consumed.", "quota");
        }

        if (MostVolumes >= 0 && Volumes >= MostVolumes)
        {
            throw new ApiException(
                413, $"VolumeLimitExceeded: Maximum number of volumes allowed ({MostVolumes}) exceeded for quota 'volumes'.", "quota");
        }
    }
}
