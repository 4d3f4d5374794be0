using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>A stack of the name is there already: what helps depends on its state.</summary>
public sealed class StackConflictTests : RestoreFixture
{
    [Theory]
    [InlineData("CREATE_COMPLETE", "StackExists", "change it with -Force")]
    [InlineData("CREATE_FAILED", "StackExists", "change it with -Force")]
    [InlineData("UPDATE_FAILED", "StackExists", "change it with -Force")]
    [InlineData("DELETE_FAILED", "StackExists", "'Remove-HotstackStack hs-multi -Force'")]
    [InlineData("DELETE_IN_PROGRESS", "StackExists", "Wait until Heat has deleted it")]
    [InlineData("SUSPEND_COMPLETE", "StackExists", "'openstack stack resume hs-multi'")]
    [InlineData("SUSPEND_FAILED", "StackExists", "'openstack stack resume hs-multi'")]
    [InlineData("DELETE_FAILED", "StackNotChangeable", "'Remove-HotstackStack hs-multi -Force'")]
    [InlineData("DELETE_IN_PROGRESS", "StackNotChangeable", "Wait until Heat has deleted it")]
    [InlineData("SUSPEND_COMPLETE", "StackNotChangeable", "'openstack stack resume hs-multi'")]
    public async Task The_hint_works_in_Heat(string status, string id, string hint)
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Cloud.SetStack(StackName, status, "Resource DELETE failed: port is in use");
        bool isForced = id == "StackNotChangeable";

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Of(set) with { StackName = StackName, Force = isForced }));

        Assert.Equal(id, e.Id);
        Assert.Contains(status, e.Message, StringComparison.Ordinal);
        Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
        Assert.Equal(hint.Contains("-Force", StringComparison.Ordinal), e.Hint!.Contains("-Force", StringComparison.Ordinal));
        Assert.Equal(status is "DELETE_FAILED" or "SUSPEND_FAILED", e.Message.Contains("port is in use", StringComparison.Ordinal));
        Assert.Empty(StackWrites);
        Assert.Empty(Asked);
    }
}
