using Hotstack.Restoring;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Restore;

public sealed class RestoreLagTests : RestoreFixture
{
    [Theory]
    [InlineData(FaultKind.Lag)]
    [InlineData(FaultKind.ListLag)]
    public async Task A_stack_missing_from_a_lagging_replica_is_not_deleted(FaultKind kind)
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(NewObjectsTests.Lag(kind, "/stacks$"));

        RestoredStack stack = await RestoreAsync(Of(set) with { RollbackOnFailure = true });

        Assert.Equal("CREATE_COMPLETE", stack.Status);
        Assert.Single(StackWrites);
    }

    [Fact]
    public async Task After_a_lost_answer_the_stack_is_polled_until_the_replica_has_it()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(NewObjectsTests.Lag(FaultKind.Lag, "/stacks/preview$"));
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Method = "POST", Path = "/stacks$" });

        RestoredStack stack = await RestoreAsync(Of(set) with { RollbackOnFailure = true });

        Assert.Equal("CREATE_COMPLETE", stack.Status);
        Assert.Single(StackWrites);
    }
}
