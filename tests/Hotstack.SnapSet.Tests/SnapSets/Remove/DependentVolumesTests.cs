using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Remove;

/// <summary>Removal of sets whose volume snapshots volumes were made from, with a driver that keeps these (RBD) and one that copies (LVM).</summary>
public sealed class DependentVolumesTests : IncludeVolumesFixture
{
    private SandboxOptions? _options;

    protected override SandboxOptions Options => _options ??= new() { Clock = Clock, VolumesAreClones = true };

    private IEnumerable<Hotstack.Sandbox.Call> Deletions => Calls.Where(c => c.Method == "DELETE");

    private IEnumerable<Hotstack.Sandbox.Call> VolumeLists =>
        Calls.Where(c => c.Path.Contains("/volumes/detail", StringComparison.Ordinal));

    [Theory]
    [InlineData(5)]
    // No poll sees it deleting.
    [InlineData(0.5)]
    public async Task Dependent_volumes_keep_the_whole_set_and_are_named(double seconds)
    {
        Options.Durations.VolumeSnapshotDelete = TimeSpan.FromSeconds(seconds);
        (SnapSet set, string[] clones) = await MadeAsync();
        DateTimeOffset begun = Clock.GetUtcNow();

        var e = await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set));

        Assert.True(Clock.GetUtcNow() - begun < TimeSpan.FromSeconds(30));
        Leftover left = Assert.Single(e.Leftovers);
        Assert.Equal("Cinder reset it to available instead of deleting it; nothing else was deleted", left.Reason);
        Assert.All(clones, clone => Assert.Contains(clone, e.Hint, StringComparison.Ordinal));
        Assert.EndsWith(left.Id, Assert.Single(Deletions).Path, StringComparison.Ordinal);
        SnapSet whole = Assert.Single(await FindAsync());
        Assert.Equal((SnapSetState.Complete, 6, 3), (whole.State, SetImages.Length, DataSnapshots.Length));

        Assert.All(clones, clone => Assert.True(Sandbox.Cloud.DeleteVolume(clone)));
        await RemoveAsync(set);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task With_a_copying_driver_one_snapshot_is_tried_first()
    {
        Options.VolumesAreClones = false;
        (SnapSet set, _) = await MadeAsync();

        await RemoveAsync(set);

        string[] order = [.. Deletions.Select(c => c.Path.Split('/')[^1])];
        Assert.Contains(order[0], set.Members.Single(m => m.Name == "worker1").VolumeSnapshots);
        Assert.Equal(set.Members.Single(m => m.Role == "controller").ImageId, order[1]);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task A_partly_removed_set_is_listed_as_incomplete()
    {
        Options.VolumesAreClones = false;
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "DELETE", Status = 409, Times = 0 });

        await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set));

        Assert.Equal(6, SetImages.Length);
        Assert.Equal(SnapSetState.Incomplete, Assert.Single(await FindAsync(new() { Incomplete = true })).State);
    }

    [Fact]
    public async Task Without_a_list_of_volumes_removal_warns()
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Path = "/volumes/detail", Status = 403, Times = 0 });
        DateTimeOffset begun = Clock.GetUtcNow();

        var e = await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set));

        Assert.Contains(Activity.Warnings, w => w.Contains("Volumes that depend on", StringComparison.Ordinal));
        Golden.Message(e);
        Assert.True(Clock.GetUtcNow() - begun < TimeSpan.FromSeconds(30));
        Assert.Equal(2, DataSnapshots.Length);
    }

    [Fact]
    public async Task A_refused_login_deletes_nothing()
    {
        (SnapSet set, _) = await MadeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Path = "/volumes/detail", Status = 401, Times = 0 });

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => RemoveAsync(set));

        Assert.Equal(ErrorCause.AuthenticationFailed, e.Cause);
        Assert.Empty(Deletions);
    }

    [Fact]
    public async Task The_volumes_are_listed_once_for_several_sets_and_not_for_sets_without_volumes()
    {
        Options.VolumesAreClones = false;
        Sandbox.Cloud.StopServers();
        await CreatedAsync();
        Sandbox.Calls.Clear();
        await PruneAsync();
        Assert.Empty(VolumeLists);

        Attach();
        await CreatedAsync(WithVolumes);
        await CreatedAsync(WithVolumes);
        Sandbox.Calls.Clear();
        await PruneAsync();
        Assert.Single(VolumeLists);
        Assert.Empty(SetImages);
    }

    /// <summary>A set of which a volume was made from a snapshot of each of two members.</summary>
    private async Task<(SnapSet Set, string[] Clones)> MadeAsync()
    {
        Attach();
        SnapSet set = await CreatedAsync(WithVolumes);
        string[] from = ["master0", "worker1"];
        string[] clones = [.. from.Select(name => Sandbox.Cloud.CloneVolume(set.Members.Single(m => m.Name == name).VolumeSnapshots[0]))];
        Sandbox.Calls.Clear();
        return (set, clones);
    }

    private Task<SnapSet?> RemoveAsync(SnapSet set) => new RemoveSnapSet(Cloud).RunAsync(set.Id, false, Activity, Yes, Stop);

    private async Task PruneAsync()
    {
        Clock.Advance(TimeSpan.FromDays(2));
        var failures = new List<HotstackException>();
        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Retention = new() { OlderThan = TimeSpan.FromDays(1) } }, Activity, Yes, _ => { }, failures.Add,
                Stop);
        Assert.Empty(failures);
    }
}
