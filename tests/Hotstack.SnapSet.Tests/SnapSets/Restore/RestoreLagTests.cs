using Hotstack.Restoring;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Restore;

public sealed class RestoreLagTests : RestoreFixture
{
    [Theory]
    [InlineData(FaultKind.Lag)]
    [InlineData(FaultKind.ListLag)]
    public async Task A_good_stack_that_a_replica_has_not_got_yet_is_not_deleted(FaultKind kind)
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(NewObjectsTests.Lag(kind, "/stacks$"));

        RestoredStack stack = await RestoreAsync(Of(set) with { RollbackOnFailure = true });

        Assert.Equal("CREATE_COMPLETE", stack.Status);
        Assert.Single(StackWrites);
    }

    [Fact]
    public async Task A_stack_whose_answer_was_lost_is_looked_for_until_the_replica_has_it()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(NewObjectsTests.Lag(FaultKind.Lag, "/stacks/preview$"));
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Method = "POST", Path = "/stacks$" });

        RestoredStack stack = await RestoreAsync(Of(set) with { RollbackOnFailure = true });

        Assert.Equal("CREATE_COMPLETE", stack.Status);
        Assert.Single(StackWrites);
    }
}
