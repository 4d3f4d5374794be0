using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.SnapSets.Create;

public sealed class IncludeVolumesTests : IncludeVolumesFixture
{
    [Fact]
    public async Task Data_volumes_are_frozen_and_recorded_with_their_images()
    {
        string[] volumes = Attach();

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Empty(set.Problems);
        Assert.Equal((3, 55L << 30), (set.VolumeCount, set.VolumeSize));
        SnapSetMember master = Member(set, "master0");
        Assert.False(master.IsVolumeBacked);
        Assert.Equal([("/dev/vdb", 20, volumes[0]), ("/dev/vdc", 30, volumes[1])],
            master.Volumes.Select(v => (v.Device!, v.Size, v.VolumeId!)));
        Assert.All(master.Volumes, v => Assert.Equal(("available", false), (v.Status, v.IsRoot)));
        Assert.Equal(volumes[2], Assert.Single(Member(set, "worker1").Volumes).VolumeId);
        Assert.Empty(Member(set, "controller").Volumes);
        Assert.Equal(
            [$"hotstack-master0-volume0-snapshot-{set.Id}", $"hotstack-master0-volume1-snapshot-{set.Id}",
                $"hotstack-worker1-volume0-snapshot-{set.Id}"],
            DataSnapshots.Select(s => s.Name).Order());
        Assert.Equal(set.Members.SelectMany(m => m.VolumeSnapshots).Order(), DataSnapshots.Select(s => s.Id).Order());
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("not part of the set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Snapshots_are_whole_before_an_image_is_ordered_and_carry_what_finds_them()
    {
        Attach();

        SnapSet set = await CreatedAsync(WithVolumes);

        Call[] orders = [.. SnapshotOrders];
        Assert.Equal(3, orders.Length);
        Assert.All(orders, o =>
        {
            Assert.Contains("\"force\":true", o.Body.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Contains($"\"hotstack_snap_id\":\"{set.Id}\"", o.Body.Replace(" ", "", StringComparison.Ordinal),
                StringComparison.Ordinal);
        });
        Call firstImage = ImageOrders.First();
        Assert.All(orders, o => Assert.True(o.Number < firstImage.Number));
        Assert.True(firstImage.Time - orders[^1].Time >= new SandboxDurations().VolumeSnapshot);
        Assert.All(ImageOrders, o => Assert.Contains("hotstack_volumes", o.Body, StringComparison.Ordinal));
        Assert.Equal(3, ImageOrders.Sum(o => o.Body.Split("snapshot=").Length - 1));
    }

    [Fact]
    public async Task Without_it_attached_volumes_are_named_in_a_warning()
    {
        string[] volumes = Attach();

        SnapSet set = await CreatedAsync();

        Assert.Equal(0, set.VolumeCount);
        Assert.Empty(SnapshotOrders);
        Assert.Equal("0", Sandbox.Cloud.ImagesNamed(Member(set, "master0").ImageName)[0].Properties["hotstack_volumes"]);
        string warning = Assert.Single(Activity.Warnings, w => w.StartsWith("master0:", StringComparison.Ordinal));
        Assert.Contains($"master0-vdb ({volumes[0]}, 20 GiB, /dev/vdb), master0-vdc ({volumes[1]}, 30 GiB, /dev/vdc)", warning,
            StringComparison.Ordinal);
        Assert.Contains("-IncludeVolumes", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_warning_names_ids_where_Cinder_does_not_answer()
    {
        string[] volumes = Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "volume", Times = 0 });

        SnapSet set = await CreatedAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Contains(Activity.Warnings, w => w.Contains(volumes[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_it_a_Cinder_that_refuses_is_an_error_before_anything_is_changed()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "volume", Times = 0 });

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => CreateAsync(WithVolumes));

        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Assert.DoesNotContain(Calls, c => c.Method != "GET" && c.Service != "identity");
    }

    [Theory]
    [InlineData(false, false, "^Make 3 volume snapshots and 6 images and tag them: ")]
    [InlineData(true, false, "^Shut down 6 running servers, then make 3 volume snapshots and 6 images and tag them, then start the servers, WITHOUT regard to the cluster's certificates .*: ")]
    [InlineData(false, true, "^Make 6 images and tag them: ")]
    public async Task The_question_names_the_number_of_volume_snapshots(bool areRunning, bool isWithout, string expected)
    {
        Attach();
        if (areRunning)
        {
            Array.ForEach(AllNames, name => Sandbox.Cloud.SetServer(name, vmState: "active"));
        }

        string? asked = null;
        await new NewSnapSet(Cloud).RunAsync(
            WithVolumes with { IncludeVolumes = !isWithout, StopServers = areRunning, StartServers = areRunning }, Activity,
            (target, action) => Task.FromResult((asked = $"{action}: {target}") is null), Stop);

        Assert.Matches(expected, asked);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task A_volume_that_two_members_share_is_frozen_once_and_recorded_on_both()
    {
        string[] volumes = Attach();
        Sandbox.Cloud.ShareVolume(volumes[2], "master1", "/dev/vdf");

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal((3, 55L << 30), (set.VolumeCount, set.VolumeSize));
        SnapSetVolume first = Assert.Single(Member(set, "master1").Volumes);
        SnapSetVolume second = Assert.Single(Member(set, "worker1").Volumes);
        Assert.Equal(first.SnapshotId, second.SnapshotId);
        Assert.Equal(("/dev/vdf", "/dev/vdb"), (first.Device, second.Device));

        await new RemoveSnapSet(Cloud).RunAsync(set.Id, false, Activity, Yes, Stop);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task What_forbids_a_volumes_snapshot_is_told_at_once_and_before_anything_is_changed()
    {
        string[] volumes = Attach();
        Array.ForEach(AllNames, name => Sandbox.Cloud.SetServer(name, vmState: "active"));
        Sandbox.Cloud.SetVolume(volumes[0], status: "extending");
        Sandbox.Cloud.ShareVolume(volumes[2], "other-server", "/dev/vdb");

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(WithVolumes with { StopServers = true }));

        Assert.Equal(2, e.Violations.Count);
        Assert.Contains(e.Violations, v => v.Contains(volumes[0], StringComparison.Ordinal)
            && v.Contains("is extending, not in-use", StringComparison.Ordinal));
        Assert.Contains(e.Violations, v => v.Contains(volumes[2], StringComparison.Ordinal)
            && v.Contains($"also attached to server {Sandbox.Cloud.Server("other-server").Id}", StringComparison.Ordinal));
        Assert.DoesNotContain(Calls, c => c.Method != "GET" && c.Service != "identity");
    }

    [Fact]
    public async Task An_encrypted_volume_is_frozen_with_a_warning()
    {
        string[] volumes = Attach();
        Sandbox.Cloud.SetVolume(volumes[1], encrypted: true);

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(3, set.VolumeCount);
        Assert.Contains(Activity.Warnings, w => w.Contains(volumes[1], StringComparison.Ordinal)
            && w.Contains("encrypted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, 8, 3, true)]
    [InlineData(10, 7, 3, false)]
    [InlineData(null, 999, 3, false)]
    [InlineData(10, 12, 0, false)]
    public void A_quota_that_is_too_small_is_told_beforehand(int? limit, int used, int volumes, bool isTooSmall)
    {
        PlannedVolume[] missing = [.. Enumerable.Range(0, volumes)
            .Select(k => new PlannedVolume(new AttachedVolume($"v{k}", "", null, 1, null), "m", k, null))];

        Assert.Equal(isTooSmall ? 1 : 0,
            VolumePlanner.QuotaViolations(missing, [new Quota("snapshots", limit, used), new Quota("volumes", 0, 0)]).Count());
        Assert.Equal(isTooSmall ? 1 : 0, VolumePlanner.QuotaWarnings(missing, [new Quota("gigabytes", limit, used)]).Count());
    }

    [Fact]
    public async Task A_volume_backed_members_volumes_are_its_own_snapshots_root_first()
    {
        Attach();
        Sandbox.Cloud.MakeVolumeBacked("worker1");

        SnapSet set = await CreatedAsync(WithVolumes);

        SnapSetMember worker = Member(set, "worker1");
        Assert.True(worker.IsVolumeBacked);
        Assert.Equal(["/dev/vda", "/dev/vdb"], worker.Volumes.Select(v => v.Device));
        Assert.Equal([true, false], worker.Volumes.Select(v => v.IsRoot));
        Assert.Equal(Sandbox.Cloud.Server("worker1").Id, Sandbox.Cloud.Volumes.Single(v => v.Id == worker.Volumes[1].VolumeId).Server!.Id);
        Assert.Equal(2, DataSnapshots.Length);
        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(4, set.VolumeCount);
    }

    [Fact]
    public async Task A_restored_servers_image_does_not_inherit_volumes()
    {
        Attach();
        SnapSet older = await CreatedAsync(WithVolumes);
        var properties = Sandbox.Cloud.ImagesNamed(Member(older, "master0").ImageName)[0].Properties;
        Sandbox.Cloud.Do(() =>
        {
            foreach ((string key, string value) in properties)
            {
                Sandbox.Cloud.ServerList.Find(s => s.GuestName == "controller")!.ImageProperties[key] = value;
            }
        });

        SnapSet newer = await CreatedAsync();

        Assert.Contains("hotstack_volume_0", Sandbox.Cloud.ImagesNamed(Member(newer, "controller").ImageName)[0].Properties.Keys);
        Assert.Equal(0, newer.VolumeCount);
        await new RemoveSnapSet(Cloud).RunAsync(newer.Id, false, Activity, Yes, Stop);
        Assert.Equal(3, DataSnapshots.Length);
    }

    private static SnapSetMember Member(SnapSet set, string name) => set.Members.Single(m => m.Name == name);
}

/// <summary>A stack that has the volumes among its resources.</summary>
public sealed class VolumeResourceTests : SnapSetFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, Scenario = Scenario.Sno };

    private static NewSnapSetRequest OfSno => new() { Source = new InstanceSource { StackName = "hs-sno" }, IncludeVolumes = true };

    [Fact]
    public async Task A_volume_is_recorded_by_its_name_in_the_template()
    {
        Sandbox.Cloud.StopServers();

        SnapSet set = await CreatedAsync(OfSno);

        Assert.Equal(["master0-lvms-vol0", "master0-lvms-vol1"], set.Members[1].Volumes.Select(v => v.ResourceName));
    }

    [Fact]
    public async Task It_is_recorded_without_where_Heat_does_not_tell()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "orchestration", Path = "/resources$", Times = 0 });

        SnapSet set = await CreatedAsync(OfSno);

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal([null, null], set.Members[1].Volumes.Select(v => v.ResourceName));
    }

    [Fact]
    public async Task Also_the_volumes_of_a_server_that_boots_from_one()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("master0");

        SnapSet set = await CreatedAsync(OfSno with { IncludeVolumes = false });

        Assert.Equal([null, "master0-lvms-vol0", "master0-lvms-vol1"], set.Members[1].Volumes.Select(v => v.ResourceName));
        Assert.Equal([true, false, false], set.Members[1].Volumes.Select(v => v.IsRoot));
        Assert.All(set.Members[1].Volumes, v => Assert.NotNull(v.VolumeId));
    }
}
