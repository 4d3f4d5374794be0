using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Remove;

public sealed class RemoveSnapSetTests : SnapSetFixture
{
    [Fact]
    public async Task Removal_deletes_only_the_sets_images_and_volume_snapshots()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        SnapSet kept = await CreatedAsync();
        SnapSet gone = await CreatedAsync();

        SnapSet? removed = await RemoveAsync(gone.Id);

        Assert.Equal(gone.Id, removed!.Id);
        Assert.Equal(kept.Id, Assert.Single(await FindAsync()).Id);
        Assert.Equal(6, SetImages.Length);
        Assert.Equal(
            kept.Members.SelectMany(m => m.VolumeSnapshots).Order(),
            Sandbox.Cloud.VolumeSnapshots.Where(s => s.Name.StartsWith("snapshot for hotstack", StringComparison.Ordinal)).Select(s => s.Id)
                .Order());
    }

    [Fact]
    public async Task Removal_deletes_the_controller_first()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        Sandbox.Calls.Clear();

        await RemoveAsync(set.Id);

        Call[] deletions = [.. Calls.Where(c => c.Method == "DELETE")];
        Assert.Equal(7, deletions.Length);
        Assert.EndsWith(set.Members[0].ImageId, deletions[0].Path, StringComparison.Ordinal);
        Assert.EndsWith(set.Blueprint!.Image.Id, deletions[^1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_sets_can_be_removed()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("AbC_-d3F");
        Sandbox.Cloud.AddUpstreamSnapSet("aBc_-D3f");

        await RemoveAsync("AbC_-d3F");

        Assert.Equal("aBc_-D3f", Assert.Single(await FindAsync()).Id);
    }

    [Fact]
    public async Task A_protected_image_keeps_the_whole_set_unless_forced()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        Sandbox.Cloud.SetImage(set.Members[2].ImageId, isProtected: true);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RemoveAsync(set.Id));
        Assert.Equal("ImageProtected", e.Id);
        Assert.Equal(6, SetImages.Length);

        await RemoveAsync(set.Id, force: true);
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task Without_consent_nothing_is_deleted()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("upstream");
        string? asked = null;

        SnapSet? removed = await new RemoveSnapSet(Cloud).RunAsync(
            "upstream", false, Activity, (target, action) => Task.FromResult((asked = $"{action}: {target}") is null), Stop);

        Assert.Null(removed);
        Assert.StartsWith("Delete 2 images: SnapSet upstream (controller, master0;", asked, StringComparison.Ordinal);
        Assert.Single(await FindAsync());
    }

    [Fact]
    public async Task Leftovers_are_named_and_a_second_run_deletes_them()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        SnapSet set = await CreatedAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Method = "DELETE", Status = 400, Times = 1 });

        var e = await Assert.ThrowsAsync<LeftoversException>(() => RemoveAsync(set.Id));

        Assert.Equal(["image", "volume snapshot"], e.Leftovers.Select(l => l.Kind).Order());
        Assert.Single(SetImages);
        await RemoveAsync(set.Id);
        Assert.Empty(SetImages);
        Assert.DoesNotContain(Sandbox.Cloud.VolumeSnapshots, s => s.Name.StartsWith("snapshot for hotstack", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_set_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => RemoveAsync("nosuchid"));

        Assert.Equal("SnapSetNotFound", e.Id);
    }

    private Task<SnapSet?> RemoveAsync(string id, bool force = false) =>
        new RemoveSnapSet(Cloud).RunAsync(id, force, Activity, Yes, Stop);
}
