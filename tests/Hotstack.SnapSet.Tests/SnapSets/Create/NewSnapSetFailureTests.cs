using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Create;

/// <summary>All or nothing: whatever goes wrong, what a run made is gone, and nothing else is.</summary>
public sealed class NewSnapSetFailureTests : SnapSetFixture
{
    [Fact]
    public async Task A_snapshot_that_vanishes_ends_the_run_at_the_next_look()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.SetDisk("master1", 1L << 30);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });
        DateTimeOffset begun = Clock.GetUtcNow();

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal("SnapshotFailed", e.Id);
        Assert.Equal(ErrorCause.OperationFailed, e.Cause);
        Golden.Message(e, e.SnapSetId);
        Assert.Empty(e.Leftovers);
        Assert.Empty(SetImages);
        // Upstream waits twenty minutes for it; the others here would take two.
        Assert.True(Clock.GetUtcNow() - begun < TimeSpan.FromSeconds(20), $"{Clock.GetUtcNow() - begun}");
    }

    [Fact]
    public async Task Rolling_back_deletes_what_the_run_made_and_nothing_else()
    {
        Sandbox.Cloud.StopServers();
        SnapSet older = await CreatedAsync();
        string other = Sandbox.Cloud.AddImage("hotstack-controller-snapshot-mine", tags: ["hotstack"]);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker0" });
        Sandbox.Calls.Clear();

        await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal(6, SetImages.Length);
        Assert.All(older.Members, m => Assert.Contains(SetImages, i => i.Id == m.ImageId));
        Assert.Contains(Sandbox.Cloud.Images, i => i.Id == other);
        Assert.True(Calls.Where(c => c.Method == "DELETE").Count() is 6 or 7);
        Assert.DoesNotContain(Calls, c => c.Method == "PATCH");
    }

    [Fact]
    public async Task A_snapshot_that_Nova_forgot_is_noticed_by_its_idle_server()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.StuckSnapshot, Server = "worker0" });
        DateTimeOffset begun = Clock.GetUtcNow();

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal("SnapshotStuck", e.Id);
        Assert.Empty(SetImages);
        Assert.InRange(Clock.GetUtcNow() - begun, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_used_up_image_quota_is_told_with_what_Nova_knows_of_it()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.SnapshotQuota, Server = "master2" });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal("SnapshotFailed", e.Id);
        Golden.Message(e, e.SnapSetId);
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task A_refused_order_fails_the_set_after_all_orders_have_ended()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Action = "createImage", Nth = 3, Status = 403 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Assert.Equal(6, Calls.Count(c => c.Body.Contains("createImage", StringComparison.Ordinal)));
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task An_order_whose_answer_is_lost_is_not_given_again_but_looked_for()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Action = "createImage", Nth = 2 });

        SnapSet set = await CreatedAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(6, SetImages.Length);
        Assert.Equal(6, Calls.Count(c => c.Body.Contains("createImage", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_order_that_was_lost_on_the_way_is_given_again_when_the_server_stays_idle()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Reset, Action = "createImage", Nth = 2 });

        SnapSet set = await CreatedAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(6, SetImages.Length);
        Call[] orders = [.. Calls.Where(c => c.Body.Contains("createImage", StringComparison.Ordinal))];
        Assert.Equal(7, orders.Length);
        Assert.True(orders[6].Time - orders[5].Time >= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_timeout_names_what_is_missing_and_leaves_nothing()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.SetDisk("worker1", 500L << 30);

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { Timeout = TimeSpan.FromMinutes(5) }));

        Assert.Equal("SnapshotTimeout", e.Id);
        Assert.Equal(ErrorCause.TimedOut, e.Cause);
        Golden.Message(e, e.SnapSetId);
        Assert.DoesNotContain("master0", e.Message, StringComparison.Ordinal);
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task A_server_that_someone_starts_meanwhile_spoils_the_set()
    {
        Sandbox.Cloud.StopServers();
        var activity = new Interrupting(Activity, report => report.Status.StartsWith("1 of 6", StringComparison.Ordinal)
            || report.Status.StartsWith("2 of 6", StringComparison.Ordinal) || report.Status.StartsWith("6 of 6", StringComparison.Ordinal),
            () => Sandbox.Cloud.SetServer("master0", vmState: "active"));

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(
            () => new NewSnapSet(Cloud).RunAsync(OfStack, activity, Yes, Stop));

        Assert.Equal("SnapSetInconsistent", e.Id);
        Golden.Message(e, e.SnapSetId);
        Assert.Empty(SetImages);
    }

    [Theory]
    [InlineData("0 of 6")]
    [InlineData("6 of 6")]
    public async Task Cancelled_it_deletes_what_it_made_and_starts_the_servers_again(string when)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var activity = new Interrupting(Activity, report => report.Status.StartsWith(when, StringComparison.Ordinal), stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new NewSnapSet(Cloud).RunAsync(
            OfStack with { StopServers = true, StartServers = true }, activity, Yes, stop.Token));

        Assert.Empty(SetImages);
        Assert.Contains(Activity.Warnings, w => w.Contains("The rollback deleted", StringComparison.Ordinal));
        Assert.All(AllNames, name => Assert.Equal("ACTIVE", Sandbox.Cloud.Server(name).Status));
    }

    [Fact]
    public async Task Cancelled_during_the_orders_it_finds_the_images_whose_ids_never_came()
    {
        Sandbox.Cloud.StopServers();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Action = "createImage", Nth = 1 });
        var activity = new Interrupting(Activity, _ => true, stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new NewSnapSet(Cloud).RunAsync(OfStack, activity, Yes, stop.Token));

        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task What_cannot_be_deleted_is_named()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master0" });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "DELETE", Status = 403, Times = 1 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Leftover left = Assert.Single(e.Leftovers);
        Assert.Equal("image", left.Kind);
        Assert.Equal(Assert.Single(SetImages).Id, left.Id);
        Assert.Contains(left.Id, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_volume_snapshots_of_a_volume_backed_member_are_taken_back_too()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master0" });
        int before = Sandbox.Cloud.VolumeSnapshots.Count;

        await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Empty(SetImages);
        Assert.Equal(before, Sandbox.Cloud.VolumeSnapshots.Count);
    }

    [Theory]
    [InlineData(FaultKind.Status, 503, 2)]
    [InlineData(FaultKind.Status, 429, 2)]
    [InlineData(FaultKind.Reset, 0, 2)]
    [InlineData(FaultKind.Truncate, 0, 2)]
    [InlineData(FaultKind.Garbage, 0, 2)]
    [InlineData(FaultKind.ExpireTokens, 0, 1)]
    public async Task A_passing_fault_while_waiting_does_no_harm(FaultKind kind, int status, int times)
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = kind, Status = status, Service = "image", Method = "GET", Nth = 2, Times = times });

        SnapSet set = await CreatedAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(6, SetImages.Length);
    }

    [Fact]
    public async Task Glance_being_away_for_minutes_does_not_end_the_run()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 503, Service = "image", Method = "GET", Nth = 1, Times = 15 });

        SnapSet set = await CreatedAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
    }

    [Fact]
    public async Task Whether_an_image_is_gone_is_asked_again_when_Glance_did_not_answer()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker1" });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 503, Service = "image", Method = "GET",
            Path = "images/[0-9a-f-]{36}$", Times = 6 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync());

        Assert.Equal("SnapshotFailed", e.Id);
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task Tags_that_Glance_loses_are_written_again()
    {
        Sandbox.Cloud.StopServers();
        var activity = new Interrupting(Activity, report => report.Completed, () => { });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 200, Body = LostPatch, Service = "image", Method = "PATCH",
            Nth = 2 });

        SnapSet? set = await new NewSnapSet(Cloud).RunAsync(OfStack with { NoBlueprint = true }, activity, Yes, Stop);

        Assert.Equal(SnapSetState.Complete, set!.State);
        Assert.Equal(7, Calls.Count(c => c.Method == "PATCH"));
        Assert.All(SetImages, image => Assert.Equal(6, image.Tags.Count));
    }

    [Fact]
    public async Task Tags_that_Glance_overwrites_after_its_answer_are_written_again()
    {
        Sandbox.Cloud.StopServers();
        bool isDone = false;
        Activity.Listener = (_, text) =>
        {
            if (!isDone && text.Contains("PATCH", StringComparison.Ordinal))
            {
                isDone = true;
                Sandbox.Cloud.Do(() => SetImages.Single(image => text.Contains(image.Id, StringComparison.Ordinal)).Tags.Clear());
            }
        };

        SnapSet set = await CreatedAsync(OfStack with { NoBlueprint = true });

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(7, Calls.Count(c => c.Method == "PATCH"));
        Assert.All(SetImages, image => Assert.Equal(6, image.Tags.Count));
    }

    private const string LostPatch = """{"id": "00000000-0000-4000-8000-000000000000", "name": "x", "status": "active", "tags": []}""";

    /// <summary>Does something once, when the progress comes to a point.</summary>
    private sealed class Interrupting(RecordingActivity inner, Predicate<ProgressReport> when, Action what) : IActivity
    {
        private int _done;

        public void Verbose(DisplayText message) => inner.Verbose(message);

        public void Debug(DisplayText message) => inner.Debug(message);

        public void Warning(DisplayText message) => inner.Warning(message);

        public void Progress(ProgressReport report)
        {
            inner.Progress(report);
            if (when(report) && Interlocked.Exchange(ref _done, 1) == 0)
            {
                what();
            }
        }
    }
}
