using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.OpenStack.Compute;

public sealed class MicroversionTests : SnapSetFixture
{
    [Fact]
    public async Task A_cloud_too_old_for_our_microversion_is_asked_without_one()
    {
        Sandbox.Cloud.StopServers();
        // All calls of the first volley are refused, as they are under way at the same time.
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "compute", Status = 406, Times = 6 });

        SnapSet set = await CreatedAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(6, SetImages.Length);
        Assert.Equal(6, Calls.Count(c => c.Fault is not null));
    }

    [Fact]
    public async Task Servers_are_found_by_name_there_too()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "compute", Status = 406, Times = 1 });

        Assert.Equal("master0", Assert.Single(await Cloud.Compute.FindServersAsync("master0", Stop)).Name);
    }

    [Fact]
    public async Task The_users_microversion_is_sent_instead_of_ours()
    {
        var configuration = Configuration("sandbox");
        using var cloud = Cloud.Connect(
            configuration with { Settings = new Dictionary<string, string>(configuration.Settings) { ["compute_default_microversion"] = "2.99" } },
            Activity, Clock);
        string id = Sandbox.Cloud.Server("master0").Id;

        // The sandbox knows 2.93 at most, so it refuses, and the base version follows.
        Server server = await cloud.Compute.GetServerAsync(id, Stop);

        Assert.Equal("master0", server.Name);
        Assert.Equal([406, 200], Calls.Where(c => c.Service == "compute").Select(c => c.Status!.Value));
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
}
