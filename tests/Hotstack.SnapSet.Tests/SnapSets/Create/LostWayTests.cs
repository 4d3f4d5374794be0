using Hotstack.Sandbox;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.SnapSets.Create;

/// <summary>Services that answer wrongly, or no more, in the middle of something: what the fault matrix found.</summary>
public sealed class LostWayTests : IncludeVolumesFixture
{
    [Fact]
    public async Task A_404_for_an_image_that_is_there_is_no_deletion()
    {
        Attach();
        SnapSet set = await CreatedAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 404, Service = "image", Method = "DELETE",
            Path = set.Members[1].ImageId });

        var e = await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set.Id));

        Assert.Equal(set.Members[1].ImageId, Assert.Single(e.Leftovers).Id);
        Assert.Equal(set.Members[1].ImageId, Assert.Single(SetImages).Id);
    }

    [Fact]
    public async Task A_404_for_a_volume_snapshot_that_is_there_is_no_deletion()
    {
        Attach();
        SnapSet set = await CreatedAsync(WithVolumes);
        string snapshot = DataSnapshots[0].Id;
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 404, Service = "volume", Method = "GET", Path = snapshot });

        var e = await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set.Id));

        Assert.Contains(e.Leftovers, l => l.Id == snapshot);
        Assert.Equal(snapshot, Assert.Single(DataSnapshots).Id);
    }

    [Fact]
    public async Task What_is_known_by_its_id_is_taken_back_also_where_nothing_can_be_listed_any_more()
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Service = "image", Method = "GET", Path = "/images$",
            Times = 0 });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes));

        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Assert.Empty(e.Leftovers);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task Servers_that_could_not_be_started_again_are_named_and_keep_no_other_from_it()
    {
        string controller = Sandbox.Cloud.Server("controller").Id;
        Activity.Listener = (_, text) =>
        {
            if (text.StartsWith("controller: os-start", StringComparison.Ordinal))
            {
                Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Method = "GET", Path = $"/servers/{controller}$",
                    Times = 0 });
            }
        };

        await CreatedAsync(OfStack with { StopServers = true, StartServers = true });

        Assert.Contains(controller, Assert.Single(Activity.Warnings, w => w.Contains("started again", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.All(AllNames, name => Assert.Equal("ACTIVE", Sandbox.Cloud.Server(name).Status));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_set_whose_volume_snapshots_may_not_be_seen_is_not_completed_without_them(int status)
    {
        Attach();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master0" });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker1" });
        var begun = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(WithVolumes with { KeepPartial = true }));
        Clock.Advance(TimeSpan.FromMinutes(10));
        Sandbox.Faults.Clear();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = status, Service = "volume", Path = "/snapshots/detail$",
            Times = 0 });

        await Assert.ThrowsAnyAsync<HotstackException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = begun.SnapSetId }));

        Assert.Equal(SnapSetState.Incomplete, Assert.Single(await FindAsync()).State);
    }

    private Task<SnapSet?> RemoveAsync(string id) => new RemoveSnapSet(Cloud).RunAsync(id, false, Activity, Yes, Stop);
}
