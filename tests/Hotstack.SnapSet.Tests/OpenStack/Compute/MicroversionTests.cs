using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Xunit;

namespace Hotstack.OpenStack.Compute;

public sealed class MicroversionTests : SnapSetFixture
{
    [Fact]
    public async Task A_cloud_too_old_for_our_microversion_is_asked_without_one()
    {
        Sandbox.Cloud.StopServers();
        using Cloud cloud = ConnectBeyondItsTime();

        // Several calls are refused, as they are under way at the same time.
        SnapSet? set = await new NewSnapSet(cloud).RunAsync(OfStack, Activity, Yes, Stop);

        Assert.Equal(SnapSetState.Complete, set!.State);
        Assert.Equal(6, SetImages.Length);
        Assert.Contains(Calls, c => c.Status == 406);
        Assert.Equal(6, Calls.Count(c => c is { Method: "POST", Service: "compute", Status: 202 }));
        Assert.All(Calls.Where(c => c.Method == "POST" && c.Service == "compute"), c => Assert.True(c.Status is 202 or 406));
    }

    [Fact]
    public async Task Servers_are_found_by_name_there_too()
    {
        using Cloud cloud = ConnectBeyondItsTime();

        string name = NameOf("master0");

        Assert.Equal(name, Assert.Single(await cloud.Compute.FindServersAsync(name, Stop)).Name);
    }

    [Fact]
    public async Task It_is_asked_for_it_only_once()
    {
        using Cloud cloud = ConnectBeyondItsTime();
        string id = Sandbox.Cloud.Server("master0").Id;

        await cloud.Compute.GetServerAsync(id, Stop);
        await cloud.Compute.GetServerAsync(id, Stop);

        Assert.Equal([406, 200, 200], Calls.Where(c => c.Service == "compute").Select(c => c.Status!.Value));
    }

    [Fact]
    public void Another_major_version_than_ours_is_warned_of()
    {
        var configuration = Configuration("sandbox");

        Cloud.Connect(
            configuration with { Settings = new Dictionary<string, string> { ["image_api_version"] = "1", ["volume_api_version"] = "3" } },
            Activity, Clock).Dispose();

        Assert.Contains("version 1 of image", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    /// <summary>The user asks for a later microversion than the sandbox knows (2.93), which stands for a cloud that does
    /// not know ours.</summary>
    private Cloud ConnectBeyondItsTime()
    {
        var configuration = Configuration("sandbox");
        return Cloud.Connect(
            configuration with { Settings = new Dictionary<string, string>(
                configuration.Settings) { ["compute_default_microversion"] = "2.99" } },
            Activity, Clock);
    }
}
