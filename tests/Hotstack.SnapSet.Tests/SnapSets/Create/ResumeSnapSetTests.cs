using Hotstack.Deployments;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Create;

public sealed class ResumeSnapSetTests : SnapSetFixture
{
    [Fact]
    public async Task KeepPartial_keeps_what_there_is_and_Resume_completes_it()
    {
        string id = await InterruptedAsync("master1");
        string[] kept = [.. SetImages.Select(i => i.Id)];

        SnapSet set = await CreatedAsync(new NewSnapSetRequest { ResumeId = id });

        Assert.Equal(id, set.Id);
        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(5, kept.Length);
        Assert.All(kept, image => Assert.Contains(set.Members, m => m.ImageId == image));
        Assert.Equal(6, SetImages.Length);
        Assert.Equal(id, Assert.Single(await FindAsync()).Id);
    }

    [Fact]
    public async Task An_interrupted_set_is_listed_as_incomplete_and_never_as_the_latest()
    {
        Sandbox.Cloud.StopServers();
        SnapSet whole = await CreatedAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        string id = await InterruptedAsync("worker0");

        Assert.Equal(id, Assert.Single(await FindAsync(new() { Incomplete = true })).Id);
        Assert.Equal(whole.Id, Assert.Single(await FindAsync(new() { Latest = true })).Id);
        Assert.Equal([id, whole.Id], (await FindAsync()).Select(s => s.Id));
    }

    [Fact]
    public async Task A_failing_resume_leaves_what_the_earlier_run_made()
    {
        string id = await InterruptedAsync("master1");
        string[] before = [.. SetImages.Select(i => i.Id).Order()];
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });

        await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = id }));

        Assert.Equal(before, SetImages.Select(i => i.Id).Order());
    }

    [Fact]
    public async Task An_image_that_nobody_works_on_any_more_is_made_anew()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.StuckSnapshot, Server = "master2" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { KeepPartial = true }));
        string stuck = Assert.Single(SetImages, i => i.Status == "queued").Id;

        SnapSet set = await CreatedAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId });

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.DoesNotContain(SetImages, i => i.Id == stuck);
        Assert.Equal(6, SetImages.Length);
    }

    [Fact]
    public async Task A_server_that_ran_since_forbids_to_resume()
    {
        string id = await InterruptedAsync("master1");
        Clock.Advance(TimeSpan.FromMinutes(1));
        string controller = Sandbox.Cloud.Server("controller").Id;
        await Cloud.Compute.StartServerAsync(controller, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Cloud.Compute.StopServerAsync(controller, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = id }));

        Assert.Contains("controller: start at", Assert.Single(e.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_keeps_the_servers_off()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(
            () => CreateAsync(OfStack with { KeepPartial = true, StartServers = true }));

        Assert.All(AllNames, name => Assert.Equal("SHUTOFF", Sandbox.Cloud.Server(name).Status));
        Assert.Contains(Activity.Warnings, w => w.Contains("stay shut off", StringComparison.Ordinal));
        Clock.Advance(TimeSpan.FromMinutes(10));
        SnapSet set = await CreatedAsync(new NewSnapSetRequest { ResumeId = e.SnapSetId, StartServers = true });
        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.All(AllNames, name => Assert.Equal("ACTIVE", Sandbox.Cloud.Server(name).Status));
    }

    [Fact]
    public async Task Instances_that_do_not_fit_the_set_are_refused()
    {
        string id = await InterruptedAsync("master1");
        Instance[] instances = await InstancesAsync("controller", "master0");
        instances[0] = instances[0] with { Id = Sandbox.Cloud.Server("worker1").Id };

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(
            new NewSnapSetRequest { ResumeId = id, Source = new InstanceSource { Instances = instances } }));

        Assert.Contains(e.Violations, v => v.Contains("begun with 6 instances, not 2", StringComparison.Ordinal));
        Assert.Contains(e.Violations, v => v.Contains("holds an image of controller", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("upstream")]
    [InlineData("unknown")]
    public async Task Only_an_interrupted_set_of_ours_can_be_resumed(string which)
    {
        Sandbox.Cloud.StopServers();
        string id = which switch
        {
            "complete" => (await CreatedAsync()).Id,
            "upstream" => "AbC_-d3F",
            _ => "zzzzzzzz",
        };
        Sandbox.Cloud.AddUpstreamSnapSet("AbC_-d3F");

        var e = await Assert.ThrowsAsync<HotstackException>(() => CreateAsync(new NewSnapSetRequest { ResumeId = id }));

        Assert.Equal(which == "unknown" ? "SnapSetNotFound" : "SnapSetNotResumable", e.Id);
    }

    /// <summary>A set whose making failed at one member and whose other images were kept.</summary>
    private async Task<string> InterruptedAsync(string member)
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = member });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { KeepPartial = true }));
        Golden.Message(e, e.SnapSetId);
        // What Nova had begun goes on.
        Clock.Advance(TimeSpan.FromMinutes(10));
        return e.SnapSetId;
    }
}
