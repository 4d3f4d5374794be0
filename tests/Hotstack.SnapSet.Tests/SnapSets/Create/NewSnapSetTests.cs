using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Create;

public sealed class NewSnapSetTests : SnapSetFixture
{
    [Fact]
    public async Task Makes_one_tagged_image_of_each_server()
    {
        Sandbox.Cloud.StopServers();

        SnapSet set = await CreatedAsync(OfStack with { Facts = new() { Scenario = "multi" } });

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Empty(set.Problems);
        Assert.Equal(AllNames, set.Members.Select(m => m.Name));
        Assert.Equal(StackName, set.StackName);
        Assert.Equal("multi", set.Scenario);
        Assert.Matches("^[a-z0-9]{8}$", set.Id);
        foreach (SnapSetMember member in set.Members)
        {
            var image = Assert.Single(Sandbox.Cloud.ImagesNamed($"hotstack-{member.Name}-snapshot-{set.Id}"));
            Assert.Equal("active", image.Status);
            Assert.Equal(
                ["hotstack", "hotstack-snapset", $"name={member.Name}", $"role={member.Role}", $"snap_id={set.Id}",
                    $"mac_address={member.MacAddress}"],
                image.Tags);
            Assert.True(member.Size > 0);
        }
    }

    [Fact]
    public async Task Tags_nothing_before_all_images_are_active_and_the_controller_last()
    {
        Sandbox.Cloud.StopServers();

        SnapSet set = await CreatedAsync();

        Call[] patches = [.. Calls.Where(c => c.Method == "PATCH")];
        Assert.Equal(7, patches.Length);
        Assert.EndsWith(Assert.Single(Blueprints).Id, patches[0].Path, StringComparison.Ordinal);
        Assert.All(set.Members, m => Assert.Contains(patches, p => p.Path.EndsWith(m.ImageId, StringComparison.Ordinal)));
        Assert.EndsWith(set.Members[0].ImageId, patches[^1].Path, StringComparison.Ordinal);
        Assert.Equal("controller", set.Members[0].Name);
        Call lastOrder = Calls.Last(c => c.Path.EndsWith("/action", StringComparison.Ordinal));
        Assert.True(patches.Min(p => p.Number) > lastOrder.Number);
        Assert.DoesNotContain(Calls, c => c.Method == "DELETE");
    }

    [Fact]
    public async Task Orders_all_images_before_it_looks_at_any()
    {
        Sandbox.Cloud.StopServers();

        await CreatedAsync(OfStack with { NoBlueprint = true });

        Call[] orders = [.. Calls.Where(c => c.Body.Contains("createImage", StringComparison.Ordinal))];
        int firstLook = Calls.First(c => c.Service == "image").Number;
        Assert.Equal(6, orders.Length);
        Assert.All(orders, order => Assert.True(order.Number < firstLook));
        Assert.All(orders, order => Assert.True(order.HasContentLength));
    }

    [Fact]
    public async Task A_running_server_is_an_error_that_names_every_one_of_them()
    {
        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync());

        Assert.Equal("SnapSetDataInvalid", e.Id);
        Assert.Equal(6, e.Violations.Count);
        Assert.All(AllNames, name => Assert.Contains(e.Violations, v => v.Contains($"instance {name}: server", StringComparison.Ordinal)
            && v.Contains("ACTIVE, not SHUTOFF", StringComparison.Ordinal)));
        Assert.DoesNotContain(Calls, c => c.Method == "POST" && c.Service != "identity");
    }

    [Fact]
    public async Task StopServers_stops_the_controller_last_and_StartServers_starts_it_first()
    {
        SnapSet set = await CreatedAsync(OfStack with { StopServers = true, StartServers = true });

        Assert.Equal(SnapSetState.Complete, set.State);
        string controller = Sandbox.Cloud.Server("controller").Id;
        Call[] stops = [.. Calls.Where(c => c.Body.Contains("os-stop", StringComparison.Ordinal))];
        Call[] starts = [.. Calls.Where(c => c.Body.Contains("os-start", StringComparison.Ordinal))];
        Assert.Equal(6, stops.Length);
        Assert.Contains(controller, stops[^1].Path, StringComparison.Ordinal);
        Assert.Equal(6, starts.Length);
        Assert.Contains(controller, starts[0].Path, StringComparison.Ordinal);
        Assert.All(AllNames, name => Assert.Equal("ACTIVE", Sandbox.Cloud.Server(name).Status));
    }

    [Fact]
    public async Task Without_consent_nothing_is_changed()
    {
        Sandbox.Cloud.StopServers();
        string? asked = null;

        SnapSet? set = await new NewSnapSet(Cloud).RunAsync(
            OfStack, Activity, (target, action) => Task.FromResult((asked = $"{action}: {target}") is null), Stop);

        Assert.Null(set);
        Assert.Matches("^Make 6 images and tag them: SnapSet [a-z0-9]{8} of 6 servers of stack hs-multi ", asked);
        Assert.All(Calls, c => Assert.True(c.Method == "GET" || c.Service == "identity"));
    }

    [Fact]
    public async Task Warns_of_data_volumes_that_are_not_in_the_set()
    {
        Sandbox.Cloud.StopServers();
        var volumes = (await InstancesAsync()).SelectMany(i => i.Volumes).ToArray();

        await CreatedAsync();

        Assert.All(volumes, id => Assert.Contains(Activity.Warnings, w => w.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_volume_backed_server_is_done_when_its_volume_snapshots_are()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");

        SnapSet set = await CreatedAsync();

        SnapSetMember worker = set.Members.Single(m => m.Name == "worker1");
        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.NotEmpty(worker.VolumeSnapshots);
        Assert.All(worker.VolumeSnapshots, id => Assert.Equal("available", Sandbox.Cloud.VolumeSnapshots.Single(s => s.Id == id).Status));
    }

    [Fact]
    public async Task Every_progress_activity_is_completed()
    {
        Sandbox.Cloud.StopServers();

        await CreatedAsync();

        Assert.NotEmpty(Activity.Reports);
        foreach (var work in Activity.Reports.GroupBy(r => r.Work))
        {
            Assert.True(work.Last().Completed, work.Key);
        }
    }

    [Fact]
    public async Task The_token_is_fresh_for_the_length_of_the_run()
    {
        Sandbox.Cloud.StopServers();
        await Cloud.GetProjectIdAsync(Stop);
        Clock.Advance(TimeSpan.FromMinutes(40));

        await CreatedAsync();

        Call second = Calls.Where(c => c.Service == "identity" && c.Method == "POST").Skip(1).Single();
        Assert.True(second.Number < Calls.First(c => c.Body.Contains("createImage", StringComparison.Ordinal)).Number);
    }
}
