using Hotstack.Deployments;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>What becomes of a stack that was made and whose servers are not as they were frozen.</summary>
public sealed class RestoreNotVerifiedTests : RestoreFixture
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_stack_is_rolled_back_on_request_only(bool rollsBack)
    {
        SnapSet set = await SomeSetAsync();
        int servers = Sandbox.Cloud.Servers.Count;

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Unlike(set) with { RollbackOnFailure = rollsBack }));

        Assert.Equal("RestoreNotVerified", e.Id);
        Assert.Contains(e.Violations, v => v.StartsWith("master0: server", StringComparison.Ordinal));
        Assert.Contains(
            rollsBack ? $"The stack was deleted again. SnapSet {set.Id} is untouched."
                : $"The stack stays for inspection; run 'Remove-HotstackStack {Target}' to delete it.",
            e.Message, StringComparison.Ordinal);
        Assert.Equal(rollsBack, await StackAsync() is null);
        Assert.Equal(rollsBack, servers == Sandbox.Cloud.Servers.Count);
        Assert.Equal(SnapSetState.Complete, (await new GetSnapSets(Cloud).GetAsync(set.Id, Stop)).State);
    }

    /// <summary>Somebody may use it since then.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_existing_stack_stays(bool isForced)
    {
        SnapSet set = await SomeSetAsync();
        await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Unlike(set)));

        var e = await Assert.ThrowsAsync<ViolationsException>(
            () => RestoreAsync(Unlike(set) with { RollbackOnFailure = true, Force = isForced }));

        Assert.Equal("RestoreNotVerified", e.Id);
        Golden.Message(e);
        Assert.NotNull(await StackAsync());
        Assert.DoesNotContain(StackWrites, call => call.Method == "DELETE");
    }

    [Fact]
    public async Task A_failed_verification_rolls_nothing_back()
    {
        SnapSet set = await SomeSetAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "network", Method = "GET", Path = "device_id|/ports$",
            Status = 403, Times = 99 });

        await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(Unlike(set) with { RollbackOnFailure = true }));

        Assert.DoesNotContain(StackWrites, call => call.Method == "DELETE");
    }

    [Fact]
    public async Task The_plan_announces_the_rollback()
    {
        SnapSet set = await SomeSetAsync();

        await RunAsync(Unlike(set) with { RollbackOnFailure = true }, consents: false);

        Assert.Contains("if a server differs from the set, it is deleted again", Assert.Single(Asked), StringComparison.Ordinal);
    }

    private async Task<SnapSet> SomeSetAsync() =>
        await FreezeAsync(OfStack with { Source = new InstanceSource { Instances = await SomeAsync("controller", "master0") } });

    /// <summary>By parameters, so that nothing gives the ports their addresses.</summary>
    private RestoreSnapSetRequest Unlike(SnapSet set) =>
        Of(set, TemplateOf([("controller", null), ("master0", null)])) with { Mode = RestoreMode.Parameter };
}
