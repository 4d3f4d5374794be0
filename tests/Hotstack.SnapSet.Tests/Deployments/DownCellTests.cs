using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Deployments;

/// <summary>A cell of Nova is down: its servers are there, and Nova knows nothing of them but their ids.</summary>
public sealed class DownCellTests : SnapSetFixture
{
    private const string ErrorId = "CloudPartlyUnreachable";

    [Theory]
    [InlineData("*-master?-*")]
    [InlineData("*")]
    [InlineData("*-worker?-*")] // another server could match too
    [InlineData("master1")]
    [InlineData("master0")] // another server could have the name too
    [InlineData("no-such-server")]
    [InlineData("ID of master1")]
    public async Task A_search_that_a_down_cell_affects_is_refused(string server)
    {
        string id = Sandbox.Cloud.Server("master1").Id;
        Sandbox.Cloud.SetCell("master1", isDown: true);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(server == "ID of master1" ? id : server));

        Assert.Equal((ErrorId, ErrorCause.ServiceUnavailable), (e.Id, e.Cause));
        Assert.Contains(id, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no server", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_server_is_found_by_its_id()
    {
        Sandbox.Cloud.SetCell("master1", isDown: true);

        Assert.Equal(NameOf("master0"), Assert.Single(await FindAsync(Sandbox.Cloud.Server("master0").Id)).Name);
    }

    [Fact]
    public async Task A_stack_with_a_server_in_a_down_cell_is_refused()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.SetCell("master1", isDown: true);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => CreateAsync());

        Assert.Equal(ErrorId, e.Id);
        Assert.Empty(SetImages);
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_server_that_is_unknown_but_has_a_name_is_reachable()
    {
        Sandbox.Cloud.SetServer("master1", vmState: "soft-odd");

        Assert.Equal(3, (await FindAsync("*-master?-*")).Count);
    }

    [Fact]
    public async Task Once_the_cell_is_back_all_are_found()
    {
        Sandbox.Cloud.SetCell("master1", isDown: true);
        await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync("*-master?-*"));
        Sandbox.Cloud.SetCell("master1", isDown: false);

        Assert.Equal(3, (await FindAsync("*-master?-*")).Count);
    }

    [Theory]
    [InlineData("2.10")]
    [InlineData("2.68")]
    [InlineData("2.69")]
    [InlineData("2.90")]
    [InlineData("latest")]
    public async Task A_microversion_that_is_configured_does_not_hide_it(string microversion)
    {
        Sandbox.Cloud.SetCell("master1", isDown: true);
        var configuration = Configuration("sandbox");
        Cloud cloud = Connect(configuration with
        {
            Settings = new Dictionary<string, string>(configuration.Settings) { ["compute_default_microversion"] = microversion },
        });

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => cloud.Compute.ListServersAsync(Stop));

        Assert.Equal(ErrorId, e.Id);
    }

    [Fact]
    public async Task Suggestions_are_the_reachable_servers()
    {
        Sandbox.Cloud.SetCell("master1", isDown: true);

        var suggestions = await new Suggestions.CloudSuggestions(Cloud).ServersAsync(Stop);

        Assert.Equal(5, suggestions.Count);
    }

    private Task<IReadOnlyList<Instance>> FindAsync(string server) =>
        new GetInstances(Cloud).RunAsync(new InstanceSource { Servers = [server], Roles = ["ocp_master"] }, Activity, Stop);
}

/// <summary>A cloud from before Stein, which has no microversion that tells of such servers.</summary>
public sealed class OldNovaTests : SnapSetFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, NovaMinor = 60 };

    [Fact]
    public async Task Its_servers_are_found_as_before()
    {
        IReadOnlyList<Instance> found = await new GetInstances(Cloud).RunAsync(
            new InstanceSource { Servers = [NameOf("controller"), "*-master?-*"], Roles = ["controller", "ocp_master"] }, Activity, Stop);

        Assert.Equal(((string[])["controller", "master0", "master1", "master2"]).Select(NameOf), found.Select(i => i.Name));
        Assert.Equal("hotstack.small", found[0].Flavor);
    }

    [Fact]
    public async Task A_server_in_a_down_cell_does_not_count_as_missing()
    {
        Sandbox.Cloud.SetCell("master1", isDown: true);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => new GetInstances(Cloud).RunAsync(
            new InstanceSource { StackName = StackName }, Activity, Stop));

        Assert.Equal("ServiceUnavailable", e.Id);
    }
}
