using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Contract.Clouds;
using Hotstack.Deployments;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>A set whose making is disturbed: all or nothing, or kept and completed.</summary>
public abstract class InterruptedSnapSetTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task Stopped_midway_it_leaves_no_image()
    {
        await On.Deployment.ShutOffAsync(Stop);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var trigger = new TriggerActivity(OrderOf("(?<name>.*)"), _ => stopped.CancelAsync());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CreateAsync(OfStack, trigger, stopped.Token));

        await trigger.Action;
        await AssertNothingIsLeftAsync();
    }

    [ContractFact]
    public async Task An_image_that_vanishes_is_a_failure_that_leaves_no_image()
    {
        await On.Deployment.ShutOffAsync(Stop);
        var trigger = new TriggerActivity(OrderOf(Master.Name), DeleteAsync);

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack, trigger));

        await trigger.Action;
        Assert.Equal("SnapshotFailed", e.Id);
        Assert.Equal(ErrorCause.OperationFailed, e.Cause);
        Assert.Empty(e.Leftovers);
        await AssertNothingIsLeftAsync();
    }

    [ContractFact]
    public async Task What_was_kept_of_it_can_be_completed()
    {
        await On.Deployment.ShutOffAsync(Stop);
        var trigger = new TriggerActivity(OrderOf(Master.Name), DeleteAsync);
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { KeepPartial = true }, trigger));
        await trigger.Action;
        SnapSet partial = await FindAsync(e.SnapSetId);
        Assert.Equal(SnapSetState.Incomplete, partial.State);
        SnapSetMember kept = Assert.Single(partial.Members);
        Assert.Equal(Controller.Name, kept.Name);
        await On.Deployment.IdleAsync(Master, Stop);

        SnapSet completed = await CreateAsync(OfStack with { Source = new InstanceSource(), ResumeId = partial.Id });

        Assert.Equal(partial.Id, completed.Id);
        Assert.Equal(SnapSetState.Complete, completed.State);
        Assert.Contains(completed.Members, m => m.ImageId == kept.ImageId);
        Assert.True(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(completed.Id, Stop)));
    }

    [ContractFact]
    public async Task What_was_kept_is_not_completed_once_a_server_has_run_again()
    {
        await On.Deployment.ShutOffAsync(Stop);
        var trigger = new TriggerActivity(OrderOf(Master.Name), DeleteAsync);
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { KeepPartial = true }, trigger));
        await trigger.Action;
        await On.Deployment.ActivateAsync(Stop);
        await On.Deployment.ShutOffAsync(Stop);

        var refused = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(OfStack with { ResumeId = e.SnapSetId }));

        Assert.Equal(2, refused.Violations.Count);
        Assert.All(refused.Violations, v => Assert.Contains("start at", v, StringComparison.Ordinal));
    }

    /// <summary>How a run tells that Nova has taken the order for an image of a member.</summary>
    private static string OrderOf(string name) => $"^{name}: Nova makes image (?<id>[0-9a-f-]{{36}})";

    private Task DeleteAsync(Match order) => Cloud.Images.DeleteAsync(order.Groups["id"].Value, Stop);

    private async Task AssertNothingIsLeftAsync()
    {
        foreach (Instance instance in On.Deployment.Instances)
        {
            await On.Deployment.IdleAsync(instance, Stop);
        }

        JsonNode[] left = await RawImagesAsync($"hotstack_schema=1&owner={await Cloud.GetProjectIdAsync(Stop)}&limit=1000");
        string[] ours = [Controller.Id, Master.Id];
        Assert.DoesNotContain(left, image => ours.Contains((string?)image["hotstack_source_uuid"])
            && (string?)image["hotstack_stack_name"] == On.StackName);
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxInterruptedSnapSetTests(SandboxContractCloud on) : InterruptedSnapSetTests(on),
    IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabInterruptedSnapSetTests(LabCloud on) : InterruptedSnapSetTests(on), IOnLab;
