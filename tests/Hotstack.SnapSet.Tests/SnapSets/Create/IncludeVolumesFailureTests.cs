using Hotstack.Sandbox;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets.Create;

/// <summary>All or nothing, for volume snapshots too; or kept and completed.</summary>
public sealed class IncludeVolumesFailureTests : IncludeVolumesFixture
{
    [Fact]
    public async Task A_volume_snapshot_that_fails_ends_the_run_before_any_image()
    {
        string[] volumes = Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Equal("SnapshotFailed", e.Id);
        Golden.Message(e, e.SnapSetId);
        Assert.Contains(volumes[2], e.Message, StringComparison.Ordinal);
        Assert.Empty(e.Leftovers);
        Assert.Empty(DataSnapshots);
        Assert.Empty(ImageOrders);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(406)]
    [InlineData(500)]
    public async Task A_Cinder_that_gives_no_reason_is_not_guessed_at(int status)
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Path = "/messages$", Status = status, Times = 0 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Equal("SnapshotFailed", e.Id);
        Assert.DoesNotContain("Cinder reports", e.Message, StringComparison.Ordinal);
        Golden.Message(e, e.SnapSetId);
    }

    [Fact]
    public async Task A_volume_backed_member_that_fails_is_told_by_Cinders_message()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal("SnapshotFailed", e.Id);
        Golden.Message(e, e.SnapSetId);
    }

    [Fact]
    public async Task Of_several_messages_the_latest_about_this_snapshot_counts_and_it_is_one_clean_line()
    {
        Sandbox.Cloud.TellOfVolume("one", "schedule allocate volume:older");
        Clock.Advance(TimeSpan.FromMinutes(1));
        Sandbox.Cloud.TellOfVolume("one", "create snapshot:new\u001b]0;title\u0007\r\nand password=hunter22 in it");
        Sandbox.Cloud.TellOfVolume("other", "create snapshot:of another");

        Assert.Equal("create snapshot: new`u{1b}]0;title`u{7} and password=*** in it", await Cloud.Volumes.FindMessageAsync("one", Stop));
        Assert.Null(await Cloud.Volumes.FindMessageAsync("none", Stop));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Limits_that_Cinder_does_not_tell_are_warned_of_and_passed_over(int status)
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Path = "/limits$", Status = status, Times = 0 });

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Single(Activity.Warnings, w => w.Contains("quota of volume snapshots", StringComparison.Ordinal)
            && w.Contains($"{status}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SnapshotLimitExceeded: Maximum number of snapshots allowed (10) exceeded")]
    [InlineData("VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 20G, quota is 30G and 20G has been consumed.")]
    public async Task A_used_up_quota_ends_the_run_before_any_image(string reason)
    {
        Attach();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Status = 413, Service = "volume", Method = "POST", Nth = 2, Headers = new() { ["Retry-After"] = "0" },
            Body = $$$"""{"overLimit": {"code": 413, "message": "{{{reason}}}", "retryAfter": "0"}}""",
        });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Equal((ErrorCause.QuotaExceeded, "QuotaExceeded"), (e.Cause, e.Id));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Empty(DataSnapshots);
        Assert.Empty(ImageOrders);
    }

    [Fact]
    public async Task An_image_that_fails_takes_the_volume_snapshots_back_too()
    {
        Attach();
        SnapSet older = await CreatedAsync(WithVolumes);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Matches("The rollback deleted [56] images and 3 volume snapshots", e.Message);
        Assert.Equal(older.Members.SelectMany(m => m.VolumeSnapshots).Order(), DataSnapshots.Select(s => s.Id).Order());
        Assert.Equal(6, SetImages.Length);
        Assert.Equal(SnapSetState.Complete, Assert.Single(await FindAsync()).State);
    }

    [Fact]
    public async Task An_order_whose_answer_is_lost_is_looked_for_and_not_given_again()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Service = "volume", Method = "POST", Nth = 2 });

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(3, SnapshotOrders.Count());
        Assert.Equal(3, DataSnapshots.Length);
    }

    [Fact]
    public async Task An_order_that_never_arrived_is_given_again()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Reset, Service = "volume", Method = "POST", Nth = 1 });

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(SnapSetState.Complete, set.State);
        Call[] orders = [.. SnapshotOrders];
        Assert.Equal(4, orders.Length);
        Assert.True(orders[3].Time - orders[2].Time >= TimeSpan.FromSeconds(30));
        Assert.Equal(3, DataSnapshots.Length);
    }

    [Fact]
    public async Task An_order_that_never_arrives_is_given_up()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Reset, Service = "volume", Method = "POST", Times = 0 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Equal("SnapshotFailed", e.Id);
        Assert.Equal(6, SnapshotOrders.Count());
        Golden.Message(e, e.SnapSetId);
    }

    [Fact]
    public async Task A_failing_run_takes_back_a_snapshot_whose_id_never_came()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Service = "volume", Method = "POST", Nth = 2 });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "volume", Method = "POST", Nth = 3 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Assert.Empty(DataSnapshots);
    }

    [Theory]
    [InlineData("0 of 3 volume")]
    [InlineData("3 of 3 volume")]
    [InlineData("6 of 6")]
    public async Task Cancelled_it_leaves_nothing(string when)
    {
        Attach();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var activity = new Interrupting(Activity, when, stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new NewSnapSet(Cloud).RunAsync(WithVolumes, activity, Yes, stop.Token));

        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
        Assert.Contains(Activity.Warnings, w => w.Contains("was not made", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_timeout_names_the_volumes_that_are_missing()
    {
        string[] volumes = Attach();

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { Timeout = TimeSpan.FromSeconds(2) }));

        Assert.Equal("SnapshotTimeout", e.Id);
        Assert.All(volumes, id => Assert.Contains(id, e.Message, StringComparison.Ordinal));
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task What_cannot_be_deleted_is_named_and_found_by_a_removal()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Method = "DELETE", Status = 400, Times = 1 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Leftover left = Assert.Single(e.Leftovers);
        Assert.Equal(("volume snapshot", Assert.Single(DataSnapshots).Id), (left.Kind, left.Id));
        SnapSet remains = Assert.Single(await FindAsync(new() { Ids = [e.SnapSetId] }));
        Assert.Equal((SnapSetState.Incomplete, 0, 6), (remains.State, remains.Members.Count, remains.ExpectedMembers ?? 0));
        Assert.False(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(e.SnapSetId, Stop)));
        string? asked = null;
        await new RemoveSnapSet(Cloud).RunAsync(
            e.SnapSetId, false, Activity, (target, action) => Task.FromResult((asked = $"{action}: {target}") is not null), Stop);
        Assert.StartsWith($"Delete 1 volume snapshot: SnapSet {e.SnapSetId} (no image;", asked, StringComparison.Ordinal);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task A_volume_snapshot_that_vanishes_while_images_are_made_keeps_the_set_from_being_tagged()
    {
        Attach();
        var activity = new Interrupting(Activity, "6 of 6 images", () => Sandbox.Cloud.DeleteVolumeSnapshot(DataSnapshots[0].Id));

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => new NewSnapSet(Cloud).RunAsync(WithVolumes, activity, Yes, Stop));

        Assert.Equal("SnapshotFailed", e.Id);
        Assert.DoesNotContain(Calls, c => c.Method == "PATCH");
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task What_was_kept_is_completed_with_the_snapshots_that_exist()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master0" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { KeepPartial = true }));
        string[] kept = [.. DataSnapshots.Select(s => s.Id).Order()];
        Clock.Advance(TimeSpan.FromMinutes(10));
        string? asked = null;

        SnapSet? set = await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { ResumeId = e.SnapSetId }, Activity, (_, action) => Task.FromResult((asked = action) is not null), Stop);

        Assert.Equal("Complete: make 1 missing image and tag all", asked);
        Assert.Equal((SnapSetState.Complete, 3), (set!.State, set.VolumeCount));
        Assert.Equal(kept, DataSnapshots.Select(s => s.Id).Order());
        Assert.Equal(kept, set.Members.SelectMany(m => m.VolumeSnapshots).Order());
        Assert.Equal(3, SnapshotOrders.Count());
    }

    [Fact]
    public async Task What_was_kept_before_any_image_is_completed_too()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(
            () => CreateAsync(WithVolumes with { KeepPartial = true, Facts = new() { Scenario = "x" } }));
        string failed = Assert.Single(DataSnapshots, s => s.Status == "error").Id;
        Assert.Equal(3, DataSnapshots.Length);
        string? asked = null;

        SnapSet? set = await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { ResumeId = e.SnapSetId }, Activity, (_, action) => Task.FromResult((asked = action) is not null), Stop);

        Assert.Equal("Complete: make 1 missing volume snapshot and 6 missing images and tag all", asked);
        Assert.Equal((e.SnapSetId, SnapSetState.Complete, 3), (set!.Id, set.State, set.VolumeCount));
        Assert.Equal((StackName, "x"), (set.StackName, set.Scenario));
        Assert.Equal(4, SnapshotOrders.Count());
        Assert.Equal(3, DataSnapshots.Length);
        Assert.DoesNotContain(DataSnapshots, s => s.Id == failed);
    }

    [Fact]
    public async Task A_failing_resume_leaves_what_the_earlier_run_made()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { KeepPartial = true }));
        string[] before = [.. DataSnapshots.Select(s => s.Id).Order()];
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });

        await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId }));

        Assert.Equal(before, DataSnapshots.Select(s => s.Id).Order());
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task A_server_that_ran_since_the_first_volume_snapshot_forbids_to_resume()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.FailVolumeSnapshot, Server = "worker1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { KeepPartial = true }));
        Clock.Advance(TimeSpan.FromMinutes(1));
        string master = Sandbox.Cloud.Server("master0").Id;
        await Cloud.Compute.StartServerAsync(master, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Cloud.Compute.StopServerAsync(master, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));

        var refused = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId }));

        Assert.Contains("master0: start at", Assert.Single(refused.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_whose_volumes_were_not_frozen_cannot_get_them_later()
    {
        string[] volumes = Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { KeepPartial = true }));
        Clock.Advance(TimeSpan.FromMinutes(10));

        var refused = await Assert.ThrowsAsync<ViolationsException>(
            () => CreateAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId, IncludeVolumes = true }));

        Assert.Equal(2, refused.Violations.Count);
        Assert.All(refused.Violations,
            v => Assert.Contains("image of master0 that names no snapshot of its volume", v, StringComparison.Ordinal));
        Assert.Contains(refused.Violations, v => v.Contains(volumes[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kept_image_whose_volume_snapshot_is_gone_cannot_be_completed()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { KeepPartial = true }));
        Clock.Advance(TimeSpan.FromMinutes(10));
        string gone = DataSnapshots.First(s => s.Name.Contains("master0", StringComparison.Ordinal)).Id;
        Sandbox.Cloud.DeleteVolumeSnapshot(gone);

        var refused = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId }));

        Assert.Contains(gone, Assert.Single(refused.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_kept_nobody_is_told_to_resume()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "volume", Method = "POST", Times = 0 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { KeepPartial = true }));

        Assert.DoesNotContain("-Resume", e.Message, StringComparison.Ordinal);
        Golden.Message(e, e.SnapSetId);
    }

    /// <summary>Does something once, when the progress of the set comes to a point.</summary>
    private sealed class Interrupting(RecordingActivity inner, string when, Action what) : IActivity
    {
        private int _done;

        public void Verbose(DisplayText message) => inner.Verbose(message);

        public void Debug(DisplayText message) => inner.Debug(message);

        public void Warning(DisplayText message) => inner.Warning(message);

        public void Progress(ProgressReport report)
        {
            inner.Progress(report);
            if (report.Status.StartsWith(when, StringComparison.Ordinal) && Interlocked.Exchange(ref _done, 1) == 0)
            {
                what();
            }
        }
    }
}
