using Hotstack.Deployments;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Runs;

public sealed class PrepareSnapSetTests : ClusterFixture
{
    private static readonly PrepareSnapSetRequest Usual = new() { Freeze = new NewSnapSetRequest { Source = Stack, PollInterval = Seldom } };

    private readonly List<string> _asked = [];
    private TimeSpan _age = TimeSpan.FromDays(45);

    protected override SandboxOptions Options => base.Options with { ClusterAge = _age };

    private Task<PreparedSnapSet?> RunAsync(PrepareSnapSetRequest? request = null, bool consents = true, CancellationToken? stop = null) =>
        new PrepareSnapSet(Cloud, () => Task.FromResult(Cluster)).RunAsync(
            request ?? Usual, Activity,
            (target, action) =>
            {
                _asked.Add($"{target}: {action}");
                return Task.FromResult(consents);
            },
            stop ?? Stop);

    [Fact]
    public async Task One_question_and_the_cluster_is_suspended_and_frozen_with_its_record()
    {
        await WithAllNodesAsync();
        PreparedSnapSet set = (await RunAsync())!;

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.NotNull(set.UnattendedUntil);
        Assert.Equal(["Certificates", "Stability", "Shutdown", "Images"], set.Timeline.Select(entry => entry.Step));
        Assert.Equal(
            "SnapSet of 6 servers of stack hs-multi (controller, master0, master1, master2, worker0, worker1): Wait until the cluster is "
            + "stable for 60 s, then cordon 5 nodes, then shut down 6 running servers, then make 6 images and tag them",
            Assert.Single(_asked));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_young_cluster_is_awaited_and_the_question_says_how_long()
    {
        _age = TimeSpan.FromHours(5);
        await RestartAsync();
        DateTimeOffset start = Clock.GetUtcNow();

        PreparedSnapSet set = (await RunAsync(Usual with { RotationInterval = TimeSpan.FromMinutes(30) }))!;

        Assert.Matches(": Wait about 1[0-9] h [0-9]+ min until the cluster's certificates are renewed, then wait until", _asked[0]);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromHours(10), TimeSpan.FromHours(22));
        Assert.True(set.UnattendedUntil - Clock.GetUtcNow() > TimeSpan.FromDays(7));
        Assert.True(set.Timeline[0].Duration > TimeSpan.FromHours(9));
    }

    [Fact]
    public async Task A_cluster_that_is_not_renewed_in_time_stays_as_it_is()
    {
        _age = TimeSpan.FromHours(5);
        await RestartAsync();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Usual with { RotationTimeout = TimeSpan.FromHours(1) }));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.Contains("ended in the step Certificates; complete: no step", Activity.Warnings[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cordoned_node_stays_so_unless_the_user_wants_none(bool uncordon)
    {
        Behind.Change("nodes", "worker0", node => node["spec"]!["unschedulable"] = true);

        PreparedSnapSet set = (await RunAsync(Usual with { Suspend = new() { Source = new(), Uncordon = uncordon } }))!;

        Assert.Equal(uncordon ? [] : ["worker0"], set.ClusterRecord!.Nodes.Where(node => node.WasUnschedulable).Select(node => node.Name));
    }

    [Fact]
    public async Task Nothing_happens_without_consent()
    {
        Assert.Null(await RunAsync(consents: false));

        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.Empty(Cordoned);
        Assert.DoesNotContain(Calls, call => (call.Service is "compute" or "image") && call.Method is "POST" or "DELETE" or "PATCH");
    }

    [Theory]
    [InlineData("helper pod off-", "Shutdown")]
    [InlineData("controller: os-stop", "Shutdown")]
    [InlineData("Nova makes image", "Images")]
    public async Task Stopped_anywhere_the_same_request_resumes(string moment, string step)
    {
        await StopAtAsync(moment);
        Assert.Contains(Activity.Warnings, w => w.Contains($"ended in the step {step}", StringComparison.Ordinal));
        Clock.Advance(TimeSpan.FromMinutes(20));

        PreparedSnapSet set = (await RunAsync())!;

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.NotNull(set.UnattendedUntil);
        Assert.DoesNotContain(set.Timeline, entry => entry.Step is "Certificates" or "Stability");
        Assert.Single(await new GetSnapSets(Cloud).RunAsync(new(), Stop));
    }

    [Fact]
    public async Task A_set_that_was_left_in_part_is_completed()
    {
        await WithAllNodesAsync();
        await StopAtAsync("Nova makes image", Usual with { Freeze = Usual.Freeze with { KeepPartial = true } });
        SnapSet begun = Assert.Single(await new GetSnapSets(Cloud).RunAsync(new() { Incomplete = true }, Stop));

        PreparedSnapSet set = (await RunAsync())!;

        Assert.Equal(begun.Id, set.Id);
        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Contains($"SnapSet {begun.Id} of 6 servers", _asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_complete_set_is_not_made_twice_until_its_servers_have_run()
    {
        SnapSet first = (await RunAsync())!;

        PreparedSnapSet again = (await RunAsync())!;

        Assert.Equal(first.Id, again.Id);
        Assert.Empty(again.Timeline);
        Assert.Single(_asked);
        Assert.Contains("nothing is left to do", Activity.Warnings[^1], StringComparison.Ordinal);
        IReadOnlyList<Instance> servers = await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop);
        await new ServerPower(Cloud, Activity).StartAsync(servers, TimeSpan.FromSeconds(5), new Deadline(TimeSpan.FromHours(1), Clock), Stop);
        Sandbox.Cloud.StopServers();
        Assert.NotEqual(first.Id, (await RunAsync())!.Id);
    }

    [Fact]
    public async Task A_cluster_that_upstream_has_shut_down_is_frozen_as_it_is_with_a_warning()
    {
        IReadOnlyList<Instance> servers = await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop);
        await new ServerPower(Cloud, Activity).StopAsync(
            [.. servers.Where(server => !server.IsController)], TimeSpan.FromSeconds(5), new Deadline(TimeSpan.FromHours(1), Clock), Stop);
        Activity.Clear();

        PreparedSnapSet set = (await new PrepareSnapSet(Cloud, () => throw new InvalidOperationException("the cluster is down"))
            .RunAsync(Usual, Activity, Yes, Stop))!;

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Null(set.ClusterRecord);
        Assert.Contains(Activity.Warnings, w => w.Contains("hotstack_prepare_for_snapshot", StringComparison.Ordinal));
        Assert.Equal(["Images"], set.Timeline.Select(entry => entry.Step));
    }

    [Fact]
    public async Task A_node_that_was_left_cordoned_is_uncordoned_first()
    {
        Behind.Change("nodes", "worker0", node => node["spec"]!["unschedulable"] = true);

        PreparedSnapSet set = (await RunAsync(Usual with { Suspend = Usual.Suspend with { Uncordon = true } }))!;

        Assert.Contains(": Uncordon the nodes that were left cordoned, then wait until", _asked[0], StringComparison.Ordinal);
        Assert.All(set.ClusterRecord!.Nodes, node => Assert.False(node.WasUnschedulable, node.Name));
    }

    [Fact]
    public async Task What_hinders_the_images_is_told_before_the_wait()
    {
        var request = Usual with { Freeze = Usual.Freeze with { Facts = new() { Scenario = new string('x', 300) } } };

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(request));

        Assert.Equal("SnapSetDataInvalid", failure.Id);
        Assert.Empty(_asked);
        Assert.Empty(Cordoned);
    }

    private async Task StopAtAsync(string moment, PrepareSnapSetRequest? request = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Activity.Listener = (_, text) =>
        {
            if (System.Text.RegularExpressions.Regex.IsMatch(text, moment))
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(request, stop: stop.Token));
        Activity.Listener = null;
    }
}
