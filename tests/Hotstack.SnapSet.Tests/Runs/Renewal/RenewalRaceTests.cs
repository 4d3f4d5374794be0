using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Runs.Renewal;

/// <summary>Two runs on one set, and what a run may delete.</summary>
public sealed class RenewalRaceTests : RenewalFixture
{
    private static readonly Fault NoMetadata = new()
    {
        Kind = FaultKind.Status, Status = 500, Method = "POST", Path = "/metadata", Service = "compute", Times = 0,
    };

    [Fact]
    public async Task A_stack_that_another_run_made_after_the_plan_is_joined()
    {
        SnapSet old = await FrozenAsync(31);
        AtConsent = () => AnotherRunRestoresAsync(old);

        UpdatedSnapSet result = await UpdatedAsync(Of(old));

        Assert.True(result.IsLater);
        Assert.Contains("Restore", result.Timeline.Select(entry => entry.Step));
        Assert.Equal(2, (await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_lease_only_the_runs_own_stack_is_rolled_back(bool isOwn)
    {
        SnapSet old = await FrozenAsync(31);
        if (!isOwn)
        {
            await AnotherRunRestoresAsync(old);
        }

        Sandbox.Faults.Add(NoMetadata);

        HotstackException failure = await RefusedAsync(Of(old) with { RollbackOnFailure = true });

        Assert.Equal(isOwn, await StackOfAsync(old) is null);
        Assert.Contains(isOwn ? "What was made is deleted" : "Nothing was deleted, because another run may use it", failure.Message, StringComparison.Ordinal);
        Assert.Equal(SnapSetState.Complete, (await GetAsync(old.Id)).State);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_neither_rolls_back_nor_ends_the_others_lease()
    {
        SnapSet old = await FrozenAsync(31);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker0", Times = 0 });
        At("Nova makes image", () => TakeLeaseAsync(old));

        HotstackException failure = await RefusedAsync(Of(old) with { RollbackOnFailure = true });

        Assert.NotNull(await StackOfAsync(old));
        Assert.Contains("runner7", (await KeeperAsync(old)).Metadata["hotstack_renewal_run"], StringComparison.Ordinal);
        Assert.Contains("untouched", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lease_holds_until_the_stack_is_gone()
    {
        SnapSet old = await FrozenAsync(31);
        string? lease = null;
        At("Deleting stack .* was made of it", async () => lease = (await KeeperAsync(old)).Metadata["hotstack_renewal_run"]);

        await UpdatedAsync(Of(old));

        Assert.NotEmpty(lease!);
    }

    [Fact]
    public async Task A_set_that_another_run_removed_meanwhile_is_no_failure()
    {
        SnapSet old = await FrozenAsync(31);
        At("Deleting stack .* was made of it", () => new SnapSets.Remove.RemoveSnapSet(Cloud).RunAsync(SnapSetReference.To(old), false, Activity, Yes, Stop));

        Assert.True((await UpdatedAsync(Of(old) with { RemoveOld = true })).IsOldRemoved);
    }

    [Theory]
    [InlineData("CREATE_FAILED", true)]
    [InlineData("DELETE_FAILED", true)]
    [InlineData("CHECK_FAILED", false)]
    [InlineData("UPDATE_FAILED", false)]
    public async Task Only_a_failed_creation_or_deletion_is_replaced(string status, bool isReplaced)
    {
        SnapSet old = await FrozenAsync(31);
        await StopAtAsync("cordoning the nodes", Of(old));
        string before = (await StackOfAsync(old))!.Id;
        Sandbox.Cloud.SetStack(NameOf(old), status, "as a test wants it");
        string? after = null;
        At("cordoning the nodes", async () => after = (await StackOfAsync(old))!.Id);

        Assert.True((await UpdatedAsync(Of(old))).IsLater);

        Assert.Equal(isReplaced, before != after);
        Assert.Equal(isReplaced, Asked[^1].Contains($"DeleteStack: delete stack {NameOf(old)} ({status}) of an earlier run", StringComparison.Ordinal));
        Assert.Equal(isReplaced, Asked[^1].Contains("Restore: create stack", StringComparison.Ordinal));
        Assert.Equal(isReplaced, Asked[^1].Contains("quota: 3 instances", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_another_set_left_is_not_removed_by_a_rollback()
    {
        SnapSet old = await FrozenAsync(31);
        // As an import leaves it half-way: a renewed set whose other images come later.
        SnapSetMember member = old.Members[0];
        Hotstack.Sandbox.Imaging.Image image = Sandbox.Cloud.Images.Single(i => i.Id == member.ImageId);
        string other = await CopyAsync(image, old.Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker0", Times = 0 });

        await RefusedAsync(Of(old) with { RollbackOnFailure = true });

        Assert.Contains(Sandbox.Cloud.Images, one => one.Id == other);
        Assert.Null(await StackOfAsync(old));
    }

    private async Task<string> CopyAsync(Hotstack.Sandbox.Imaging.Image image, string oldId)
    {
        var properties = image.Properties.ToDictionary(p => p.Key, p => p.Value);
        foreach (string key in properties.Keys.Where(key => properties[key] == oldId).ToArray())
        {
            properties[key] = "imported";
        }

        properties["hotstack_renewed_from"] = oldId;
        OpenStack.Imaging.Image made = await Cloud.Images.CreateAsync(
            new()
            {
                Id = Guid.NewGuid().ToString(), Name = image.Name!.Replace(oldId, "imported", StringComparison.Ordinal), DiskFormat = "qcow2",
                ContainerFormat = "bare", Properties = properties,
            },
            Stop);
        return made.Id;
    }

    private async Task AnotherRunRestoresAsync(SnapSet set) => await new RestoreSnapSet(Cloud).RunAsync(
        new RestoreSnapSetRequest
        {
            SnapSetId = SnapSetReference.To(set), StackName = NameOf(set), Tags = [RenewalStack.Tag, RenewalStack.TagOfRun("another")],
        },
        Activity, Yes, Stop);
}
