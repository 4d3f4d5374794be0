using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Runs.Renewal;

/// <summary>Two sets of one cluster at the same time.</summary>
public sealed class ParallelRenewalsTests : RenewalFixture
{
    [Fact]
    public async Task At_the_same_time_each_through_its_own_cluster()
    {
        (SnapSet first, SnapSet second) = await TwoAsync();
        ConnectTo = source => ConnectToClusterOf(source.Instances[0].StackName!);

        IReadOnlyList<UpdatedSnapSet> updated = await UpdateAsync(
            Of(first, second) with { ThrottleLimit = 2, RemoveOld = true, Restore = new() });

        Assert.True(Failures.Count == 0, string.Join(Environment.NewLine, Failures.Select(failure => failure.Message)));
        Assert.All(updated, one => Assert.True(one.IsLater && one.IsOldRemoved));
        Assert.Equal([NameOf(first), NameOf(second)], Connected.Select(source => source.Instances[0].StackName).Distinct().OrderBy(name => name != NameOf(first)));
        Assert.Equal(updated.Select(one => one.SnapSetId).Order(), (await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Select(set => set.Id).Order());
        Assert.Single(Sandbox.Cloud.Stacks);
    }
}
