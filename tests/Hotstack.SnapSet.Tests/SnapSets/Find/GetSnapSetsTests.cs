using Xunit;

namespace Hotstack.SnapSets.Find;

public sealed class GetSnapSetsTests : SnapSetFixture
{
    [Fact]
    public async Task Upstream_sets_are_unverified()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("AbC_-d3F", TimeSpan.FromDays(3));

        SnapSet set = Assert.Single(await FindAsync());

        Assert.Equal("AbC_-d3F", set.Id);
        Assert.Equal(SnapSetState.Unverified, set.State);
        Assert.Null(set.ExpectedMembers);
        Assert.Equal(["controller", "master0"], set.Members.Select(m => m.Name));
        Assert.Equal("fa:16:9e:81:f6:05", set.Members[0].MacAddress);
        Assert.InRange(set.Age, TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Ids_that_differ_only_in_case_are_two_sets()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("AbCdEfGh");
        Sandbox.Cloud.AddUpstreamSnapSet("aBcDeFgH");

        Assert.Equal(2, (await FindAsync()).Count);
        SnapSet one = Assert.Single(await FindAsync(new() { Ids = ["AbCdEfGh"] }));
        Assert.Equal("AbCdEfGh", one.Id);
        Assert.Equal(2, one.Members.Count);
    }

    [Fact]
    public async Task An_upstream_set_without_a_master_is_incomplete_and_not_the_latest()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("wholeSet", TimeSpan.FromDays(2));
        Sandbox.Cloud.AddUpstreamSnapSet("halfaSet", TimeSpan.FromDays(1), members: ("controller", "controller", "fa:16:9e:81:f6:05"));

        Assert.Equal("wholeSet", Assert.Single(await FindAsync(new() { Latest = true })).Id);
    }

    [Fact]
    public async Task Without_a_usable_set_the_error_gives_the_reason()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("halfaSet", members: ("controller", "controller", "fa:16:9e:81:f6:05"));

        var e = await Assert.ThrowsAsync<HotstackException>(() => FindAsync(new() { Latest = true }));

        Assert.Equal("SnapSetNotFound", e.Id);
        Golden.Message(e);
    }

    [Fact]
    public async Task Sets_of_other_projects_are_listed_on_request_only()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("theirSet", project: "other", visibility: "public");

        Assert.Empty(await FindAsync());
        Assert.Equal("theirSet", Assert.Single(await FindAsync(new() { AllProjects = true })).Id);
    }

    [Theory]
    [InlineData("abc*", 2)]
    [InlineData("ABC?2345", 1)]
    [InlineData("[ax]*", 3)]
    [InlineData("nothing*", 0)]
    public async Task Ids_may_have_wildcards(string pattern, int expected)
    {
        foreach (string id in (string[])["abc12345", "abcx2345", "xyz00000", "mno00000"])
        {
            Sandbox.Cloud.AddUpstreamSnapSet(id);
        }

        Assert.Equal(pattern == "ABC?2345" ? 2 : expected, (await FindAsync(new() { Ids = [SnapSetReference.Typed(pattern)] })).Count);
    }

    [Fact]
    public async Task An_unknown_literal_id_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => FindAsync(new() { Ids = ["nosuchid"] }));

        Assert.Equal("SnapSetNotFound", e.Id);
        Assert.Equal("nosuchid", e.Target);
    }

    [Fact]
    public async Task Inherited_properties_do_not_make_an_image_a_member()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        string stray = Sandbox.Cloud.AddImage("backup of a restored server");
        foreach ((string key, string value) in Sandbox.Cloud.ImagesNamed(set.Members[1].ImageName)[0].Properties)
        {
            Sandbox.Cloud.SetImageProperty(stray, key, value);
        }

        Sandbox.Cloud.SetImageProperty(stray, "instance_uuid", Guid.NewGuid().ToString());

        SnapSet found = Assert.Single(await FindAsync());
        Assert.Equal(6, found.Members.Count);
        Assert.Equal(SnapSetState.Complete, found.State);
    }

    [Fact]
    public async Task Upstreams_lookup_of_the_latest_finds_ours()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.AddUpstreamSnapSet("olderSet", TimeSpan.FromDays(1));
        SnapSet set = await CreatedAsync();

        // hotstack_get_latest_snapset.py: the newest controller, and the masters of its snap_id.
        var controllers = await Cloud.Images.ListAsync([new("tag", "hotstack"), new("tag", "role=controller")], Stop);
        var newest = controllers.MaxBy(image => image.CreatedAt)!;
        string id = newest.Tags.Single(tag => tag.StartsWith("snap_id=", StringComparison.Ordinal))["snap_id=".Length..];
        var masters = await Cloud.Images.ListAsync(
            [new("tag", "hotstack"), new("tag", "role=ocp_master"), new("tag", $"snap_id={id}")], Stop);

        Assert.Equal(set.Id, id);
        Assert.Equal(set.Members.Where(m => m.Role == "ocp_master").Select(m => m.ImageId).Order(), masters.Select(m => m.Id).Order());
    }

    [Fact]
    public async Task Stack_names_may_have_wildcards()
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        Sandbox.Cloud.AddUpstreamSnapSet("upstream");

        Assert.Equal(set.Id, Assert.Single(await FindAsync(new() { Conditions = new() { StackName = "HS-*" } })).Id);
        Assert.Empty(await FindAsync(new() { Conditions = new() { StackName = "other" } }));
    }
}
