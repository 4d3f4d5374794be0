using System.Text.Json.Nodes;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Contract;

/// <summary>Volumes, their snapshots, and sets of servers that boot from them.</summary>
public abstract class VolumeTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task A_volume_snapshot_is_found_until_it_is_deleted()
    {
        string volume = await On.GetVolumeAsync(Stop);
        RawAnswer answer = await Raw.PostAsync(
            "block-storage", "snapshots",
            new JsonObject { ["snapshot"] = new JsonObject { ["volume_id"] = volume, ["name"] = "contract", ["force"] = true } }, Stop);
        string id = (string)answer.Json["snapshot"]!["id"]!;
        await Wait.UntilAsync(
            $"volume snapshot {id} is available",
            async () => (await Cloud.Volumes.FindSnapshotAsync(id, Stop))?.Status == "available", Stop);

        VolumeSnapshot snapshot = (await Cloud.Volumes.ListSnapshotsAsync(Stop)).Single(s => s.Id == id);
        Assert.Equal(("contract", volume), (snapshot.Name, snapshot.VolumeId));
        Assert.True(snapshot.Size > 0);

        await Cloud.Volumes.DeleteSnapshotAsync(id, Stop);
        await Wait.UntilAsync(
            $"volume snapshot {id} is gone", async () => await Cloud.Volumes.FindSnapshotAsync(id, Stop) is null, Stop);
        await Cloud.Volumes.DeleteSnapshotAsync(id, Stop);
    }

    [ContractFact]
    public async Task A_set_with_a_volume_backed_server_is_made_and_removed_with_its_volume_snapshots()
    {
        string backed = await On.GetVolumeBackedServerAsync(Stop);
        await On.Deployment.ShutOffAsync(Stop);
        var source = new InstanceSource { Servers = [backed, Master.Id], Roles = ["controller", "ocp_master"] };
        IReadOnlyList<Instance> instances = await new FindInstances(Cloud).RunAsync(source, On.Activity, Stop);
        Assert.Null(instances[0].Image);

        SnapSet set = await CreateAsync(OfStack with { Source = new InstanceSource { Instances = instances } });

        Assert.Equal(SnapSetState.Complete, set.State);
        SnapSetMember member = set.Members.Single(m => m.SourceId == backed);
        Assert.NotEmpty(member.VolumeSnapshots);
        foreach (string id in member.VolumeSnapshots)
        {
            VolumeSnapshot? snapshot = await Cloud.Volumes.FindSnapshotAsync(id, Stop);
            Assert.Equal("available", snapshot?.Status);
            Assert.Equal($"snapshot for {member.ImageName}", snapshot!.Name);
        }

        Assert.True(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(set.Id, Stop)));
        await new RemoveSnapSet(Cloud).RunAsync(set.Id, force: false, On.Activity, Yes, Stop);
        foreach (string id in member.VolumeSnapshots)
        {
            Assert.Null(await Cloud.Volumes.FindSnapshotAsync(id, Stop));
        }

        Assert.Null(await Cloud.Images.FindAsync(member.ImageId, Stop));
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxVolumeTests(SandboxContractCloud on) : VolumeTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabVolumeTests(LabCloud on) : VolumeTests(on), IOnLab;
