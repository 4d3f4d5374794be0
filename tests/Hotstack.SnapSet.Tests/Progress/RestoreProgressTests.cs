using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Progress;

public sealed class RestoreProgressTests : RestoreFixture
{
    [Fact]
    public async Task Restoring_is_one_work_with_a_part_for_each_resource_under_way()
    {
        RestoreSnapSetRequest request = await FrozenAsync();

        await RunAsync(request);

        ProgressRules.Check(Activity, $"Restoring stack {Target}");
        Assert.Contains("master0", ProgressRules.Parts(Activity));
        Assert.Equal(["Restoring stack: percent limit"], ProgressRules.Table(Activity, ProgressRules.Parts(Activity).Contains));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_ended_by_a_failure(bool rollsBack)
    {
        RestoreSnapSetRequest request = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.NoValidHost, Server = "master1" });

        await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(request with { RollbackOnFailure = rollsBack }));

        ProgressRules.Check(Activity, $"Restoring stack {Target}");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 5)]
    public async Task It_is_ended_by_the_user(bool rollsBack, int report)
    {
        RestoreSnapSetRequest request = await FrozenAsync();
        using CancellationTokenSource stop = ProgressRules.StopAt(Activity, report);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunAsync(request with { RollbackOnFailure = rollsBack }, stop: stop.Token));

        ProgressRules.Check(Activity, $"Restoring stack {Target}");
    }

    /// <summary>What the freezing told is no part of the restoring.</summary>
    private async Task<RestoreSnapSetRequest> FrozenAsync()
    {
        SnapSet set = await FreezeAsync();
        Activity.Clear();
        return Of(set);
    }
}
