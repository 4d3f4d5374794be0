using Hotstack.Sandbox;

namespace Hotstack.SnapSets;

/// <summary>Sets whose volume snapshots have volumes that were made from them.</summary>
public sealed class DependentVolumesTests : IncludeVolumesFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, VolumesAreClones = true };

    [Fact]
    public async Task A_snapshot_that_volumes_depend_on_keeps_all_images_and_is_reported_at_once()
    {
        Attach();
        SnapSet set = await CreatedAsync(WithVolumes);
        string volume = Sandbox.Cloud.CloneVolume(DataSnapshots[0].Id);
        int images = SetImages.Length;
        DateTimeOffset begun = Clock.GetUtcNow();

        var e = await Assert.ThrowsAsync<LeftoversException>(() => new RemoveSnapSet(Cloud).RunAsync(set.Id, false, Activity, Yes, Stop));

        Assert.Contains(volume, e.Message, StringComparison.Ordinal);
        Assert.Equal((images, 3), (SetImages.Length, DataSnapshots.Length));
        Assert.DoesNotContain(Calls, c => c.Method == "DELETE" && c.Service == "image");
        Assert.True(Clock.GetUtcNow() - begun < TimeSpan.FromMinutes(1));
    }
}
