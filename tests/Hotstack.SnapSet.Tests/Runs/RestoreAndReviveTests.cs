using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.Restoring;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Runs;

public sealed class RestoreAndReviveTests : SuspendFixture
{
    private static readonly ReviveClusterRequest InStack = new() { Source = new(), PollInterval = Seldom };

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-runs-").FullName;
    private readonly List<string> _asked = [];

    protected override void DisposeConnections()
    {
        base.DisposeConnections();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_question_and_the_cluster_of_the_new_stack_is_in_service()
    {
        SnapSet set = await FreezeAsync();

        var stack = Assert.IsType<RevivedStack>(await RunAsync(set, InStack));

        Assert.True(stack.IsHealthy, stack.Revival.Summary);
        Assert.Equal((set.Id, "hs-again"), (stack.SnapSetId, stack.StackName));
        Assert.Equal(3, stack.Servers.Count);
        Assert.EndsWith("then its cluster is started and revived until its services work", Assert.Single(_asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_consent_there_is_no_stack()
    {
        Assert.Null(await RunAsync(await FreezeAsync(), InStack, consents: false));

        Assert.Null(await Cloud.Stacks.FindAsync("hs-again", Stop));
    }

    [Fact]
    public async Task Without_a_revival_the_stack_is_only_restored()
    {
        Assert.IsType<RestoredStack>(await RunAsync(await FreezeAsync(), null));

        Assert.DoesNotContain("revived", Assert.Single(_asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_that_is_too_short_is_told_before_the_stack_is_made()
    {
        SnapSet set = await FreezeAsync();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => RunAsync(set, InStack with { Timeout = TimeSpan.FromSeconds(30) }));

        Assert.Equal("TimeoutTooShort", failure.Id);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task A_cluster_that_runs_before_the_stack_exists_is_not_revived()
    {
        SnapSet set = await FreezeAsync();
        await new ServerPower(Cloud, Activity).StartAsync(
            await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop), TimeSpan.FromSeconds(5), new Deadline(TimeSpan.FromMinutes(5), Clock), Stop);
        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.True(Behind.IsReady);

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(set, InStack));

        Assert.Equal(("ClusterOfAnotherStack", ErrorCause.Conflict), (failure.Id, failure.Cause));
        Assert.Empty(_asked);
        Assert.Null(await Cloud.Stacks.FindAsync("hs-again", Stop));
        Assert.IsType<RestoredStack>(await RunAsync(set, null));
    }

    [Fact]
    public async Task A_revival_that_fails_leaves_the_stack_and_names_the_command_that_resumes()
    {
        SnapSet set = await FreezeAsync();
        int connections = 0;

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => RunAsync(set, InStack with { WaitFor = ["pods/*:Ready"], IgnoreOperators = ["insights", "a b"], Timeout = TimeSpan.FromHours(2) }, connect: () => connections++ == 0 ? NotOpen() : throw new HotstackException(
                ErrorCause.ServiceUnavailable, "SshFailed", "The controller does not answer.")));

        Assert.Equal("SshFailed", failure.Id);
        Assert.Equal(
            "Stack 'hs-again' was restored, but its cluster was not revived: The controller does not answer. The stack stays. To resume: "
            + $"Invoke-HotstackRevive hs-again -SnapSetId {CommandArgument.Of(set.Id)} -WaitFor {CommandArgument.Of("pods/*:Ready")} -IgnoreOperator insights, 'a b' -Timeout 7200s, "
            + "with the -Kubeconfig, -Context, -Controller and -KeyFilePath of this command, if it had them",
            failure.Message);
        Assert.Equal("CREATE_COMPLETE", (await Cloud.Stacks.FindAsync("hs-again", Stop))!.Status);
    }

    /// <summary>As through a controller that is not there yet.</summary>
    private Cluster NotOpen() => Cluster.Later(
        "hs-again", _ => throw new InvalidOperationException("nobody asks before the stack is there"), new MemoryStream(), Activity, Clock);

    private async Task<SnapSet> FreezeAsync()
    {
        await SuspendAsync();
        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(new NewSnapSetRequest { Source = Stack, PollInterval = Seldom }, Activity, Yes, Stop))!;
        Activity.Clear();
        return set;
    }

    private async Task<RestoredStack?> RunAsync(
        SnapSet set, ReviveClusterRequest? revive, bool consents = true, Func<Cluster>? connect = null)
    {
        string template = Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(
            template, RestoreFixture.TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))]), Stop);
        var restore = new RestoreSnapSetRequest { SnapSetId = set.Id, StackName = "hs-again", TemplatePath = template };
        return await new RestoreAndRevive(Cloud, _ => connect?.Invoke() ?? Cluster).RunAsync(
            restore, revive, Activity,
            (target, action) =>
            {
                _asked.Add($"{target}: {action}");
                return Task.FromResult(consents);
            },
            Stop);
    }
}
