using System.Text.Json;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Fuzz.Targets;

/// <summary>Volumes, their snapshots, and limits.</summary>
internal sealed class CinderTarget() : BodyTarget("cinder", "volumes", "snapshots", "limits")
{
    protected override void Read(JsonElement answer)
    {
        Many(answer, "volumes", Volume.From);
        VolumeSnapshot[] snapshots = [.. answer.Items("snapshots").Where(item => item.Text("id") is not null).Select(VolumeSnapshot.From)];
        KnownVolumeSnapshots.Of(snapshots, null);
        VolumeSnapshotMarks.OfSet(snapshots, "k3v9x2m1");
        if (answer.Field("limits")?.Field("absolute") is { } absolute)
        {
            Quota.From(absolute, "volumes", "maxTotalVolumes", "totalVolumesUsed").Fits(long.MaxValue);
        }
    }
}
