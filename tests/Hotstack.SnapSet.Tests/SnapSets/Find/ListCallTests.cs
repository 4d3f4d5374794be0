using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Find;

/// <summary>How many lists it takes to find sets, and that none is lost by it.</summary>
public sealed class ListCallTests : SnapSetFixture
{
    private static readonly (string, string, string)[] Three =
        [("controller", "controller", "fa:16:9e:81:f6:05"), ("master0", "ocp_master", "fa:16:9e:81:f6:10"), ("master1", "ocp_master", "fa:16:9e:81:f6:11")];

    private Call[] Lists => [.. Calls.Where(call => call.Service == "image" && call.Method == "GET")];

    /// <summary>One list, and one of hidden images. Glance announces another page after a full one, even if it is the last.</summary>
    [Theory]
    [InlineData(10, 2)]
    [InlineData(300, 2)]
    [InlineData(1000, 5)]
    public async Task All_sets_are_found_by_one_list(int sets, int calls)
    {
        Add(sets);
        Sandbox.Calls.Clear();

        IReadOnlyList<SnapSet> found = await FindAsync();

        Assert.Equal(sets, found.Count);
        Assert.All(found, set => Assert.Equal(3, set.Members.Count));
        Assert.Equal(calls, Lists.Length);
    }

    /// <summary>Among a thousand newer images of the project that are of no set.</summary>
    [Theory]
    [InlineData(900, 2)]
    [InlineData(1500, 4)]
    [InlineData(5000, 4)]
    public async Task Sets_are_found_among_other_images(int others, int calls)
    {
        Sandbox.Cloud.StopServers();
        SnapSet tagged = await CreatedAsync();
        SnapSet untagged = await CreatedAsync();
        SnapSet hidden = await CreatedAsync();
        Array.ForEach([.. SetImages.Where(image => image.Properties["hotstack_snap_id"] == untagged.Id)], image => image.Tags.Clear());
        hidden.Members.ToList().ForEach(member => Sandbox.Cloud.SetImage(member.ImageId, hidden: true));
        Add(1);
        Clock.Advance(TimeSpan.FromHours(1));
        for (int i = 0; i < others; i++)
        {
            Sandbox.Cloud.AddImage($"other {i}");
        }

        Sandbox.Calls.Clear();
        IReadOnlyList<SnapSet> found = await FindAsync();

        Assert.Equal(
            [(tagged.Id, 6), (untagged.Id, 6), (hidden.Id, 6), ("set00000", 3)],
            found.Select(set => (set.Id, set.Members.Count)).OrderBy(set => Array.IndexOf([tagged.Id, untagged.Id, hidden.Id, "set00000"], set.Id)));
        Assert.Equal(calls, Lists.Length);
    }

    /// <summary>Asked for, by spaces; and what comes: sets by their ids, errors by <c>!</c> and their ids.</summary>
    [Theory]
    [InlineData("set00000 set00002", "set00000 set00002")]
    [InlineData("set00002 set00000", "set00002 set00000")]
    [InlineData("set00001 nosuch set00000", "set00001 !nosuch set00000")]
    [InlineData("nosuch nosuch2", "!nosuch !nosuch2")]
    [InlineData("set00000 set00000", "set00000 set00000")]
    [InlineData("set00001 set0000*", "set00001 set00000 set00001 set00002")]
    [InlineData("none* set00001", "set00001")]
    [InlineData("SET00001 set00001", "!SET00001 set00001")]
    [InlineData("a&tag=x%00#?* set00001 ../images", "set00001 !../images")]
    public async Task Several_ids_are_found_by_one_list(string ids, string expected)
    {
        Add(3);
        Sandbox.Calls.Clear();

        Assert.Equal(expected, await FindEachAsync([.. ids.Split(' ').Select(SnapSetReference.Typed)]));

        Assert.Equal(2, Lists.Length);
        Assert.True(Calls.Count(call => call.Service == "volume") <= 1);
    }

    [Fact]
    public async Task Any_number_of_ids_is_found_by_one_list()
    {
        Add(300);
        string[] ids = [.. Enumerable.Range(0, 300).Select(i => $"set{i:00000}")];
        Sandbox.Calls.Clear();

        Assert.Equal(string.Join(' ', ids), await FindEachAsync([.. ids.Select(id => SnapSetReference.To(id))]));

        Assert.Equal(2, Lists.Length);
        Assert.All(Lists, list => Assert.True(list.Query.Length < 200));
    }

    [Fact]
    public async Task A_set_of_another_project_is_an_error_of_its_own()
    {
        Add(2);

        Assert.Equal("set00000 !set00001", await FindEachAsync([SnapSetReference.To("set00000"), SnapSetReference.To("set00001", "theirs")]));
    }

    private async Task<string> FindEachAsync(IReadOnlyList<SnapSetReference> ids)
    {
        var found = new List<string>();
        await new GetSnapSets(Cloud).RunEachAsync(
            new() { Ids = ids }, set => found.Add(set.Id), failure => found.Add($"!{failure.Target}"), Stop);
        return string.Join(' ', found);
    }

    /// <summary>Sets of three images, the newest first.</summary>
    private void Add(int sets)
    {
        for (int i = 0; i < sets; i++)
        {
            Sandbox.Cloud.AddUpstreamSnapSet($"set{i:00000}", TimeSpan.FromMinutes(i), members: Three);
        }
    }
}
