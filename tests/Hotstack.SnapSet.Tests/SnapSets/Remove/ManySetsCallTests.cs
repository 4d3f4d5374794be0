using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Remove;

/// <summary>What work on some sets costs must not grow with all the others that there are.</summary>
public sealed class ManySetsCallTests : IncludeVolumesFixture
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Any_number_of_sets_is_removed_with_one_list_of_volume_snapshots(int sets)
    {
        Attach();
        for (int i = 0; i < sets; i++)
        {
            await CreatedAsync(WithVolumes);
        }

        Sandbox.Calls.Clear();
        var removed = new List<SnapSet>();
        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Retention = new SnapSetRetention { KeepLast = 0 } }, Activity, Yes, removed.Add, e => throw e,
                Stop);

        Assert.Equal(sets, removed.Count);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
        Assert.Single(Calls, call => call.Path.EndsWith("/snapshots/detail", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 4)]
    public async Task A_set_given_by_id_is_read_alone(bool allProjects, int calls)
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        Sandbox.Cloud.AddUpstreamSnapSet("upstream");
        Sandbox.Calls.Clear();

        SnapSet found = Assert.Single(await FindAsync(new() { Ids = [set.Id], AllProjects = allProjects }));

        Assert.Equal(set.Members.Select(m => m.ImageId), found.Members.Select(m => m.ImageId));
        Call[] lists = [.. Calls.Where(call => call.Service == "image")];
        // By tag, by property, and hidden ones, which a project has few of.
        Assert.Equal(calls, lists.Length);
        Assert.All(lists.Where(call => allProjects || !call.Query.Contains("os_hidden", StringComparison.Ordinal)), call => Assert.Contains(set.Id, call.Query, StringComparison.Ordinal));
    }
}
