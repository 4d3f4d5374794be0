using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Contract.Clouds;

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

    /// <summary>A template can name the type by its id as well.</summary>
    [ContractFact]
    public async Task A_volume_tells_its_zone_and_the_name_of_its_type()
    {
        Volume volume = (await Cloud.Volumes.FindVolumeAsync(await On.GetVolumeAsync(Stop), Stop))!;
        IReadOnlyDictionary<string, string> types = await Cloud.Volumes.ListTypesAsync(Stop);

        Assert.NotEqual("", volume.AvailabilityZone ?? "");
        Assert.Contains(volume.Type, types.Values);
        Assert.All(types.Keys, id => Assert.True(Guid.TryParse(id, out _)));
        Assert.Null(await Cloud.Volumes.FindVolumeAsync(Guid.NewGuid().ToString(), Stop));
    }

    /// <summary>The base version of the API has no messages, and none of a volume that does well.</summary>
    [ContractFact]
    public async Task Messages_to_users_are_there_by_their_microversion()
    {
        string volume = await On.GetVolumeAsync(Stop);

        Assert.Null(await Cloud.Volumes.FindMessageAsync(volume, Stop));

        Assert.Contains(On.Activity.Everything, line => line.Contains("/messages -> 200", StringComparison.Ordinal));
        Assert.Equal(404, (await Raw.GetAsync("block-storage", "messages", Stop)).Status);
    }

    [ContractFact]
    public async Task A_set_with_a_volume_backed_server_is_made_and_removed_with_its_volume_snapshots()
    {
        string backed = await On.GetVolumeBackedServerAsync(Stop);
        await On.Deployment.ShutOffAsync(Stop);
        var source = new InstanceSource { Servers = [backed, Master.Id], Roles = ["controller", "ocp_master"] };
        IReadOnlyList<Instance> instances = await new GetInstances(Cloud).RunAsync(source, On.Activity, Stop);
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

    [ContractFact]
    public async Task A_data_volume_is_frozen_with_its_server_and_removed_with_the_set()
    {
        string attached = await On.AttachVolumeAsync(Stop);
        Volume shown = (await Cloud.Volumes.ListVolumesAsync(Stop)).Single(v => v.Id == attached);
        string device = Assert.Single(shown.Attachments, a => a.ServerId == Master.Id).Device!;

        SnapSet set = await CreateAsync(OfStack with { IncludeVolumes = true });

        Assert.Equal(SnapSetState.Complete, set.State);
        SnapSetMember member = set.Members.Single(m => m.Name == Master.Name);
        Assert.False(member.IsVolumeBacked);
        SnapSetVolume volume = member.Volumes.Single(v => v.VolumeId == attached);
        Assert.Equal((device, shown.Size, "available"), (volume.Device, volume.Size, volume.Status));
        VolumeSnapshot snapshot = (await Cloud.Volumes.ListSnapshotsAsync(Stop)).Single(s => s.Id == volume.SnapshotId);
        Assert.Equal(attached, snapshot.VolumeId);
        Assert.Equal(set.Id, snapshot.Metadata["hotstack_snap_id"]);
        Assert.Equal(device, snapshot.Metadata["hotstack_device"]);
        Assert.StartsWith($"hotstack-{Master.Name}-volume", snapshot.Name, StringComparison.Ordinal);
        Assert.True(snapshot.CreatedAt > DateTimeOffset.UtcNow.AddMinutes(-10));
        SnapSet found = await FindAsync(set.Id);
        Assert.Equal((SnapSetState.Complete, set.Members.Sum(m => m.Volumes.Count)), (found.State, found.VolumeCount));
        Assert.True(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(set.Id, Stop)));

        await new RemoveSnapSet(Cloud).RunAsync(set.Id, force: false, On.Activity, Yes, Stop);
        Assert.Null(await Cloud.Volumes.FindSnapshotAsync(volume.SnapshotId, Stop));
        Assert.Null(await Cloud.Images.FindAsync(member.ImageId, Stop));
    }

    [ContractFact]
    public async Task A_set_whose_volume_snapshot_is_gone_is_incomplete()
    {
        await On.AttachVolumeAsync(Stop);
        SnapSet set = await CreateAsync(OfStack with { IncludeVolumes = true });
        string gone = set.Members.SelectMany(m => m.VolumeSnapshots).First();
        await Cloud.Volumes.DeleteSnapshotAsync(gone, Stop);
        await Wait.UntilAsync(
            $"volume snapshot {gone} is gone", async () => await Cloud.Volumes.FindSnapshotAsync(gone, Stop) is null, Stop);

        SnapSet found = await FindAsync(set.Id);

        Assert.Equal(SnapSetState.Incomplete, found.State);
        Assert.Contains(gone, Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.False(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(set.Id, Stop)));
        await new RemoveSnapSet(Cloud).RunAsync(set.Id, force: false, On.Activity, Yes, Stop);
    }

    [ContractFact]
    public async Task Stopped_while_volume_snapshots_are_made_it_leaves_none()
    {
        string attached = await On.AttachVolumeAsync(Stop);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var trigger = new TriggerActivity("Cinder makes volume snapshot (?<id>[0-9a-f-]{36})", _ => stopped.CancelAsync());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CreateAsync(OfStack with { IncludeVolumes = true }, trigger, stopped.Token));

        await trigger.Action;
        Assert.DoesNotContain(
            await Cloud.Volumes.ListSnapshotsAsync(Stop),
            s => s.VolumeId == attached && s.Metadata.ContainsKey("hotstack_snap_id"));
    }

    [ContractFact]
    public async Task What_was_kept_is_completed_with_the_volume_snapshots_that_exist()
    {
        string attached = await On.AttachVolumeAsync(Stop);
        var trigger = new TriggerActivity(
            $"^{Master.Name}: Nova makes image (?<id>[0-9a-f-]{{36}})", order => Cloud.Images.DeleteAsync(order.Groups["id"].Value, Stop));
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(
            () => CreateAsync(OfStack with { IncludeVolumes = true, KeepPartial = true }, trigger));
        await trigger.Action;
        await On.Deployment.IdleAsync(Master, Stop);
        string kept = (await Cloud.Volumes.ListSnapshotsAsync(Stop)).Single(
            s => s.VolumeId == attached && s.Metadata.GetValueOrDefault("hotstack_snap_id") == e.SnapSetId).Id;

        SnapSet set = await CreateAsync(OfStack with { Source = new InstanceSource(), ResumeId = e.SnapSetId });

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Contains(set.Members.Single(m => m.Name == Master.Name).Volumes, v => v.SnapshotId == kept);
        await new RemoveSnapSet(Cloud).RunAsync(set.Id, force: false, On.Activity, Yes, Stop);
        Assert.Null(await Cloud.Volumes.FindSnapshotAsync(kept, Stop));
    }

    [ContractFact]
    public async Task Without_the_volumes_a_warning_names_them()
    {
        string attached = await On.AttachVolumeAsync(Stop);
        var activity = new RecordingActivity();

        SnapSet set = await CreateAsync(OfStack, activity);

        Assert.Empty(set.Members.Single(m => m.Name == Master.Name).Volumes);
        Assert.Contains(activity.Warnings, w => w.StartsWith($"{Master.Name}:", StringComparison.Ordinal)
            && w.Contains(attached, StringComparison.Ordinal) && w.Contains("-IncludeVolumes", StringComparison.Ordinal));
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxVolumeTests(SandboxContractCloud on) : VolumeTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabVolumeTests(LabCloud on) : VolumeTests(on), IOnLab;
