using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets;

/// <summary>Ids that any project member can write into a tag: each means that set alone, whatever it looks like.</summary>
public sealed class HostileIdTests : SnapSetFixture
{
    private static readonly string[] Bystanders = ["mp65jst2", "MP65JST2", "a", "b", "`*", "x'y", "AbC_-d3F"];

    public static TheoryData<string> HostileIds =>
        ["*", "?", "[a]", "[a-z]*", "mp*", "`", "``*", "'", "\"", "’; exit", "$(exit)", "a b", "a,b", "-Force", "..", "*\u001b[31m",
            new string('*', 200)];

    [Theory, MemberData(nameof(HostileIds))]
    public async Task It_is_removed_alone(string id)
    {
        SnapSet set = await AddedAsync(id);
        List<string> removed = [];

        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Ids = [SnapSetReference.To(set)] }, Activity, Yes, gone => removed.Add(gone.Id), e => throw e,
                Stop);

        Assert.Equal([id], removed);
        Assert.Equal(Bystanders.Order(StringComparer.Ordinal), (await FindAsync()).Select(s => s.Id).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(HostileIds))]
    public async Task It_is_read_alone(string id)
    {
        SnapSet set = await AddedAsync(id);
        SnapSetReference reference = SnapSetReference.To(set);
        var find = new GetSnapSets(Cloud);

        Assert.Equal(id, Assert.Single(await FindAsync(new() { Ids = [reference] })).Id);
        Assert.Equal(id, (await find.GetAsync(reference, Stop)).Id);
        Assert.Equal(reference, Assert.Single(await find.ExpandAsync(reference, Stop)));
        Assert.All(await new TestSnapSet(Cloud).RunAsync(reference, Stop),
            finding => Assert.Equal((id, set.ProjectId), (finding.SnapSetId, finding.ProjectId)));
        Assert.Contains(set.Members[0].ImageId, await new StackParameters(Cloud).ToYamlAsync(reference, Stop), StringComparison.Ordinal);
    }

    /// <summary>A pattern that matches a hostile id stands for the sets that it matches, each by its exact id.</summary>
    [Fact]
    public async Task What_a_pattern_finds_is_literal_from_then_on()
    {
        SnapSet set = await AddedAsync("*");
        List<string> removed = [];

        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Ids = [SnapSetReference.Typed("`*")] }, Activity, Yes, gone => removed.Add(gone.Id), e => throw e,
                Stop);

        Assert.Equal([set.Id], removed);
    }

    [Fact]
    public async Task Retention_removes_what_it_chose_and_no_more()
    {
        foreach (string id in Bystanders)
        {
            Sandbox.Cloud.AddUpstreamSnapSet(id);
        }

        Sandbox.Cloud.AddUpstreamSnapSet("*", TimeSpan.FromDays(30));
        List<string> removed = [];

        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Retention = new() { OlderThan = TimeSpan.FromDays(7) } }, Activity, Yes,
                gone => removed.Add(gone.Id), e => throw e, Stop);

        Assert.Equal(["*"], removed);
        Assert.Equal(Bystanders.Length, (await FindAsync()).Count);
    }

    [Theory]
    [InlineData("mp65jst2", true)]
    [InlineData("AbC_-d3F", true)]
    [InlineData("-bC_.d3F", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a\n", false)]
    [InlineData("ä", false)]
    [InlineData("a b", false)]
    public void Regular_ids_are_those_that_makers_give(string? id, bool isRegular) => Assert.Equal(isRegular, SnapSetId.IsRegular(id));

    [Fact]
    public void An_id_of_65_signs_is_not_regular()
    {
        Assert.True(SnapSetId.IsRegular(new string('a', 64)));
        Assert.False(SnapSetId.IsRegular(new string('a', 65)));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.True(SnapSetId.IsRegular(SnapSetId.Create())));
    }

    private async Task<SnapSet> AddedAsync(string id)
    {
        foreach (string bystander in Bystanders.Append(id))
        {
            Sandbox.Cloud.AddUpstreamSnapSet(bystander);
        }

        return (await FindAsync()).Single(set => set.Id == id);
    }
}
