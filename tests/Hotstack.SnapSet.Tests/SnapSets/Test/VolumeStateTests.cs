using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.SnapSets.Test;

/// <summary>A set is judged by its volume snapshots too.</summary>
public sealed class VolumeStateTests : IncludeVolumesFixture
{
    [Theory]
    [InlineData("error", "is error, not available")]
    [InlineData("creating", "is creating, not available")]
    [InlineData("error_deleting", "is error_deleting, not available")]
    [InlineData(null, "is missing")]
    public async Task An_unusable_volume_snapshot_makes_a_set_incomplete(string? status, string reason)
    {
        (SnapSet set, SnapSetVolume volume) = await MadeAsync();
        if (status is null)
        {
            Sandbox.Cloud.DeleteVolumeSnapshot(volume.SnapshotId);
        }
        else
        {
            Sandbox.Cloud.SetVolumeSnapshot(volume.SnapshotId, status);
        }

        SnapSet found = Assert.Single(await FindAsync());

        Assert.Equal(SnapSetState.Incomplete, found.State);
        Assert.Equal($"master0: volume snapshot {volume.SnapshotId} (/dev/vdc) {reason}", Assert.Single(found.Problems));
        Assert.Equal(["master0"], found.Members.Where(m => !m.IsReady).Select(m => m.Name));
        Assert.Equal(status == "creating", found.MayBeInTheMaking);
        await Assert.ThrowsAsync<HotstackException>(() => FindAsync(new() { Latest = true }));
        IReadOnlyList<SnapSetFinding> findings = await new TestSnapSet(Cloud).RunAsync(set.Id, Stop);
        SnapSetFinding failed = Assert.Single(findings, f => f.Result == SnapSetCheckResult.Failed);
        Assert.Equal(("VolumeSnapshots", "master0", volume.SnapshotId), (failed.Check, failed.Member, failed.Target));
        Assert.Equal(2, findings.Count(f => f.Check == "VolumeSnapshots" && f.Result == SnapSetCheckResult.Passed));
    }

    [Fact]
    public async Task A_volume_backed_member_is_judged_by_its_own_snapshots()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        SnapSet set = await CreatedAsync();
        SnapSetMember worker = set.Members.Single(m => m.Name == "worker1");
        Sandbox.Cloud.SetVolumeSnapshot(worker.VolumeSnapshots[0], "error");

        Assert.Equal(SnapSetState.Incomplete, Assert.Single(await FindAsync()).State);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task Without_an_answer_of_Cinder_a_set_is_unverified(int status)
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = status, Service = "volume", Times = 0 });

        SnapSet found = Assert.Single(await FindAsync());

        Assert.Equal(SnapSetState.Unverified, found.State);
        Assert.StartsWith("its volume snapshots could not be read: ", Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.All(found.Members.SelectMany(m => m.Volumes), v => Assert.Null(v.Status));
        IReadOnlyList<SnapSetFinding> findings = await new TestSnapSet(Cloud).RunAsync(set.Id, Stop);
        Assert.Equal(3, findings.Count(f => f is { Check: "VolumeSnapshots", Result: SnapSetCheckResult.Warning }));
        Assert.DoesNotContain(findings, f => f.Result == SnapSetCheckResult.Failed);
    }

    [Fact]
    public async Task An_incomplete_image_makes_a_set_incomplete_whatever_Cinder_reports()
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Cloud.SetImage(set.Members[0].ImageId, status: "deactivated");
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "volume", Times = 0 });

        SnapSet found = Assert.Single(await FindAsync());

        Assert.Equal(SnapSetState.Incomplete, found.State);
        Assert.Equal(2, found.Problems.Count);
    }

    [Fact]
    public async Task Sets_of_other_projects_with_volumes_are_unverified()
    {
        (SnapSet set, _) = await MadeAsync();
        foreach (SnapSetMember member in set.Members)
        {
            Sandbox.Cloud.SetImage(member.ImageId, visibility: "public");
        }

        Cloud other = Connect("sandbox-other");
        SnapSet found = Assert.Single(await new GetSnapSets(other).RunAsync(new() { AllProjects = true }, Stop));

        Assert.Equal(SnapSetState.Unverified, found.State);
        Assert.Contains("Cinder lists only our own", Assert.Single(found.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_calls_Cinder_once_and_only_if_a_member_has_volumes()
    {
        Sandbox.Cloud.StopServers();
        await CreatedAsync();
        Sandbox.Calls.Clear();
        await FindAsync();
        Assert.DoesNotContain(Calls, c => c.Service == "volume");

        Attach();
        await CreatedAsync(WithVolumes);
        await CreatedAsync(WithVolumes);
        Sandbox.Calls.Clear();
        await FindAsync();
        Assert.Single(Calls, c => c.Service == "volume");
    }

    [Fact]
    public async Task A_corrupt_record_is_a_missing_volume()
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Cloud.SetImageProperty(set.Members.Single(m => m.Name == "master0").ImageId, "hotstack_volume_1", null);

        SnapSet found = Assert.Single(await FindAsync());

        Assert.Equal(SnapSetState.Incomplete, found.State);
        Assert.Contains("does not name the snapshots of 1 of its volumes", Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.False(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(set.Id, Stop)));
    }

    [Fact]
    public async Task Removal_deletes_volume_snapshots_before_the_images()
    {
        (SnapSet set, _) = await MadeAsync();
        SnapSet kept = await CreatedAsync(WithVolumes);
        string? asked = null;
        Sandbox.Calls.Clear();

        await new RemoveSnapSet(Cloud).RunAsync(
            set.Id, false, Activity, (_, action) => Task.FromResult((asked = action) is not null), Stop);

        Assert.Equal("Delete 6 images, 3 volume snapshots and the blueprint", asked);
        Assert.Equal(kept.Members.SelectMany(m => m.VolumeSnapshots).Order(), DataSnapshots.Select(s => s.Id).Order());
        int image = Calls.First(c => c.Method == "DELETE"
            && c.Path.EndsWith(set.Members.Single(m => m.Name == "master0").ImageId, StringComparison.Ordinal)).Number;
        Assert.All(set.Members.Single(m => m.Name == "master0").VolumeSnapshots, id =>
            Assert.True(Calls.First(c => c.Method == "DELETE" && c.Path.EndsWith(id, StringComparison.Ordinal)).Number < image));
    }

    [Fact]
    public async Task A_busy_volume_snapshot_keeps_its_image_until_a_second_removal()
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Method = "DELETE", Status = 400, Times = 1 });

        var e = await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set.Id));

        Assert.Equal(["image", "volume snapshot"], e.Leftovers.Select(l => l.Kind).Order());
        Assert.Equal(Assert.Single(SetImages).Id, e.Leftovers.Single(l => l.Kind == "image").Id);
        await RemoveAsync(set.Id);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task Removal_finds_snapshots_that_no_image_names()
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Cloud.DeleteImage(set.Members.Single(m => m.Name == "master0").ImageId);

        await RemoveAsync(set.Id);

        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task Pruning_deletes_volume_snapshots()
    {
        await MadeAsync();
        Clock.Advance(TimeSpan.FromDays(2));
        var failures = new List<HotstackException>();

        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Retention = new() { OlderThan = TimeSpan.FromDays(1) } }, Activity, Yes, _ => { }, failures.Add,
                Stop);

        Assert.Empty(failures);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task An_unknown_id_is_not_found_without_Cinder()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "volume", Times = 0 });

        var e = await Assert.ThrowsAsync<HotstackException>(() => FindAsync(new() { Ids = ["nosuchid"] }));

        Assert.Equal("SnapSetNotFound", e.Id);
    }

    private async Task<(SnapSet Set, SnapSetVolume Volume)> MadeAsync()
    {
        if (Sandbox.Cloud.Volumes.Count == 0)
        {
            Attach();
        }

        SnapSet set = await CreatedAsync(WithVolumes);
        return (set, set.Members.Single(m => m.Name == "master0").Volumes[1]);
    }

    private Task<SnapSet?> RemoveAsync(string id) => new RemoveSnapSet(Cloud).RunAsync(id, false, Activity, Yes, Stop);
}
