using Hotstack.Contract.Clouds;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.Runs.Renewal;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>What a renewal keeps in Heat, Nova and Glance: the temporary stack with its tags, the lease on a server, and the new set with the
/// labels and the blueprint of the old one. The cluster's half is tested where there is a cluster.</summary>
public abstract class RenewalTests(ContractCloud on) : ContractTests(on)
{
    private const string Run = "contract";

    [ContractFact]
    public async Task A_set_becomes_a_new_one_through_a_stack_that_is_known_by_its_tags()
    {
        SnapSet old = await OldAsync();
        var stacks = new RenewalStack(Cloud, old);
        On.Belongings.AddStack(stacks.Name);

        RestoredStack restored = await RestoreAsync(old, stacks.Name);
        Stack stack = (await stacks.FindAsync(Stop))!;
        Assert.Contains(RenewalStack.TagOfRun(Run), stack.Tags);
        Assert.True(await stacks.IsOfAsync(Run, Stop));
        Assert.False(await stacks.IsOfAsync("another", Stop));
        Assert.Equal("StackExists", (await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(old, stacks.Name, asNew: true))).Id);

        SnapSet made = await CreateAsync(new NewSnapSetRequest
        {
            Source = new InstanceSource { Instances = restored.Servers },
            Facts = old.Facts with { RenewedFrom = old.Id },
            BlueprintOf = old,
            StopServers = true,
        });

        Assert.Equal((SnapSetState.Complete, true, old.Id, "contract"), (made.State, made.HasBlueprint, made.RenewedFrom, made.LabelsText.Split('=')[^1]));
        Assert.Equal(old.Id, (await FindAsync(made.Id)).RenewedFrom);
        Assert.Null(await stacks.DeleteAsync(stack, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), On.Activity, Stop));
        Assert.Null(await stacks.FindAsync(Stop));
        Assert.Equal(SnapSetState.Complete, (await FindAsync(old.Id)).State);
    }

    [ContractFact]
    public async Task A_lease_is_taken_read_by_others_and_ended()
    {
        SnapSet set = await OldAsync();
        Instance keeper = RenewalLease.KeeperOf(On.Deployment.Instances);

        using (RenewalLease lease = await RenewalLease.TakeAsync(Cloud, set, keeper, Stop))
        {
            await lease.NoteAsync("Restored", Stop);
            Assert.True(await lease.IsOursAsync(Stop));
            var busy = await Assert.ThrowsAnyAsync<HotstackException>(() => RenewalLease.TakeAsync(Cloud, set, keeper, Stop));
            Assert.Equal(RenewalLease.BusyId, busy.Id);
            await lease.ReleaseAsync();
        }

        using RenewalLease next = await RenewalLease.TakeAsync(Cloud, set, keeper, Stop);
        Assert.Equal("Restored", next.Stage);
        await next.NoteAsync("", Stop);
        await next.ReleaseAsync();
    }

    private async Task<SnapSet> OldAsync()
    {
        await On.Deployment.ShutOffAsync(Stop);
        return await CreateAsync(OfStack with
        {
            Facts = new SnapSetFacts { Labels = SnapSetLabels.Of([new("made.by", "contract")]) },
        });
    }

    private async Task<RestoredStack> RestoreAsync(SnapSet set, string name, bool asNew = false) => (await new RestoreSnapSet(Cloud).RunAsync(
        new RestoreSnapSetRequest
        {
            SnapSetId = SnapSetReference.To(set),
            StackName = name,
            Tags = [RenewalStack.Tag, RenewalStack.TagOfRun(Run)],
            ReplacesStack = asNew,
            Timeout = TimeSpan.FromMinutes(5),
            PollInterval = TimeSpan.FromSeconds(1),
        },
        On.Activity, Yes, Stop))!;
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxRenewalTests(SandboxContractCloud on) : RenewalTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabRenewalTests(LabCloud on) : RenewalTests(on), IOnLab;
