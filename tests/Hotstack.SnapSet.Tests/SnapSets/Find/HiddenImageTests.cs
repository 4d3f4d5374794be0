using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets.Find;

/// <summary>Glance leaves hidden images (<c>os_hidden</c>) out of a list that does not ask for them.</summary>
public sealed class HiddenImageTests : SnapSetFixture
{
    [Theory]
    [InlineData("controller")]
    [InlineData("master1")]
    [InlineData("")] // all
    public async Task A_hidden_member_is_counted_listed_and_removed(string name)
    {
        SnapSet set = await WithHiddenAsync(name);
        int hidden = set.Members.Count(m => name.Length == 0 || m.Name == name);

        SnapSet found = Assert.Single(await FindAsync());
        await new RemoveSnapSet(Cloud).RunAsync(set.Id, false, Activity, Yes, Stop);

        Assert.Equal((SnapSetState.Complete, 6), (found.State, found.Members.Count));
        Assert.Equal(hidden, found.Members.Count(m => m is { IsHidden: true, StatusText: "active, hidden" }));
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task A_hidden_set_is_found_by_its_id()
    {
        SnapSet set = await WithHiddenAsync("");

        Assert.Equal(6, (await new GetSnapSets(Cloud).GetAsync(set.Id, Stop)).Members.Count);
    }

    [Fact]
    public async Task A_hidden_member_passes_the_checks()
    {
        SnapSet set = await WithHiddenAsync("master1");

        IReadOnlyList<SnapSetFinding> findings = await new TestSnapSet(Cloud).RunAsync(set.Id, Stop);

        Assert.DoesNotContain(findings, f => f.Check == "Members" && f.Member is null
            && f.Message.Contains("5 of 6", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upstream_sets_may_have_hidden_members()
    {
        string hidden = Sandbox.Cloud.AddUpstreamSnapSet("AbC_-d3F")[1];
        Sandbox.Cloud.SetImage(hidden, hidden: true);

        Assert.Equal(2, Assert.Single(await FindAsync()).Members.Count);
    }

    private async Task<SnapSet> WithHiddenAsync(string name)
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync();
        foreach (SnapSetMember member in set.Members.Where(m => name.Length == 0 || m.Name == name))
        {
            Sandbox.Cloud.SetImage(member.ImageId, hidden: true);
        }

        return set;
    }
}
