using Hotstack.Clusters.Revive;
using Hotstack.Deployments;
using Hotstack.OpenStack.Compute;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>A shutdown that ended where nothing can be taken back, and the run after it.</summary>
public sealed class BegunSuspensionTests : ClusterFixture
{
    private static readonly SuspendClusterRequest ByGuest = new() { Source = Stack, PollInterval = Seldom };
    private static readonly SuspendClusterRequest ByNova = ByGuest with { Method = ShutdownMethod.Nova };

    private ClusterDurations _durations = new();

    public BegunSuspensionTests() => Size = AllNodes;

    protected override SandboxOptions Options => base.Options with { ClusterDurations = _durations };

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(1200)]
    public async Task Stopped_when_nodes_go_by_themselves_the_same_command_waits_for_them_and_has_the_record(int seconds)
    {
        Behind.Change("nodes", "worker1", node => node["spec"]!["unschedulable"] = true);
        ClusterReport before = await TestAsync();
        await StopAtAsync("helper pod off-", ByGuest);
        string warning = Assert.Single(Activity.Warnings);
        Assert.Contains("cannot be rolled back", warning, StringComparison.Ordinal);
        Assert.Contains("shutting themselves down: ", warning, StringComparison.Ordinal);
        Assert.Contains("still running: controller", warning, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromSeconds(seconds));

        ClusterRecord record = (await SuspendAsync(ByGuest))!;

        AssertDownWith(record);
        Assert.Equal(before.UnattendedUntil!.Value, record.UnattendedUntil!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(before.ClusterId, record.ClusterId);
        Assert.Equal("worker1", Assert.Single(record.Nodes, n => n.WasUnschedulable).Name);
    }

    [Fact]
    public async Task The_question_tells_what_is_gone_on_with()
    {
        await StopAtAsync("master.: os-stop", ByNova);
        string? action = null;

        await new SuspendCluster(Cloud, Cluster).RunAsync(
            ByNova, Activity,
            (_, a) =>
            {
                action = a;
                return Task.FromResult(false);
            },
            Stop);

        Assert.Equal(
            "Resume a shutdown that has begun: stop master0, master1, master2 by Nova, stop controller by Nova", action);
    }

    [Theory]
    [InlineData("master.: os-stop", ShutdownMethod.Nova)]
    [InlineData("master.: os-stop", ShutdownMethod.Guest)]
    [InlineData("controller: os-stop", ShutdownMethod.Nova)]
    [InlineData("stopping the controller", ShutdownMethod.Guest)]
    public async Task Stopped_between_two_groups_the_next_run_stops_the_rest_whatever_method_it_asks_for(string moment, ShutdownMethod then)
    {
        await StopAtAsync(moment, ByNova);
        string warning = Activity.Warnings.Single(w => w.Contains("cannot be rolled back", StringComparison.Ordinal));
        Assert.Matches("off: worker0, worker1", warning.Replace("master0, master1, master2, ", "", StringComparison.Ordinal));
        Clock.Advance(TimeSpan.FromMinutes(20));

        AssertDownWith(await SuspendAsync(ByGuest with { Method = then }));
    }

    [Fact]
    public async Task Stopped_after_Nova_took_an_order_it_is_told_which_server_goes()
    {
        await StopAtAsync(@"compute: POST \S+/action -> 202", ByNova);

        string warning = Activity.Warnings.Single(w => w.Contains("cannot be rolled back", StringComparison.Ordinal));
        Assert.Matches("stopping: worker[01]", warning);
        Assert.Matches("still running: .*master0", warning);
        Assert.Equal(5, Cordoned.Count());

        AssertDownWith(await SuspendAsync(ByNova));
    }

    [Fact]
    public async Task Guests_that_hang_are_stopped_by_Nova_though_the_API_is_gone()
    {
        _durations = new ClusterDurations { GuestShutdown = TimeSpan.FromHours(3) };
        await RestartAsync();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(ByGuest));

        Assert.Equal("ServerStopTimeout", failure.Id);
        Golden.Message(failure);
        Assert.False(Behind.IsReachable);
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));

        AssertDownWith(await SuspendAsync(ByNova));
    }

    [Fact]
    public async Task Once_all_is_down_the_same_command_gives_the_same_record_again()
    {
        ClusterRecord first = (await SuspendAsync(ByGuest))!;
        Clock.Advance(TimeSpan.FromDays(2));

        ClusterRecord again = (await SuspendAsync(ByGuest))!;

        Assert.Equal((first.ClusterId, first.Version, first.OperatorCount), (again.ClusterId, again.Version, again.OperatorCount));
        Assert.Equal(first.RecordedAt, again.RecordedAt, TimeSpan.FromSeconds(1));
        Assert.Equal(first.UnattendedUntil!.Value, again.UnattendedUntil!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(first.Nodes.Select(n => n.BootId).Order(), again.Nodes.Select(n => n.BootId).Order());
        Assert.Equal(first.StackName, again.StackName);
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_revival_takes_the_record_away()
    {
        ClusterRecord record = (await SuspendAsync(ByGuest))!;
        Assert.Equal(NodeNames.Order(), Noted.Order());

        ReviveReport? report = await new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = Stack, Record = record, PollInterval = Seldom }, Activity, Yes, Stop);

        Assert.True(report!.IsHealthy, report.Summary.ToString());
        Assert.Empty(Noted);
    }

    [Fact]
    public async Task A_node_that_the_shutdown_did_not_reach_needs_no_other_boot()
    {
        int pods = 0;
        Sandbox.Gate.Keeper = (call, moment) =>
            moment == CallMoment.Received && call.Method == "POST" && call.Path.EndsWith("/pods", StringComparison.Ordinal)
                && Interlocked.Increment(ref pods) == 5
                ? Clock.Work.ExceptWhileAsync(OthersOffAsync())
                : Task.CompletedTask;
        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(ByGuest));
        Sandbox.Gate.Keeper = null;
        Assert.Equal("NodeNotArmed", failure.Id);
        Assert.Contains("has begun", failure.Message, StringComparison.Ordinal);
        string left = Assert.Single(NodeNames, name => Statuses[name] == "ACTIVE");

        ReviveReport? report = await new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = Stack, PollInterval = Seldom }, Activity, Yes, Stop);

        Assert.True(report!.IsHealthy, report.Summary.ToString());
        Assert.Contains($"The shutdown did not reach {left}, which kept running.", Activity.Warnings);
        Assert.Empty(Cordoned);
    }

    [Fact]
    public async Task What_else_is_noted_of_a_server_stays()
    {
        string id = Sandbox.Cloud.Server("master0").Id;
        await Cloud.Compute.AddMetadataAsync(id, new Dictionary<string, string> { ["owner"] = "anna" }, Stop);

        await StopAtAsync("shutting down the workers", ByGuest);

        Server server = await Cloud.Compute.GetServerAsync(id, Stop);
        Assert.Equal("anna", Assert.Single(server.Metadata, m => m.Key == "owner").Value);
        Assert.Empty(Noted);
    }

    [Fact]
    public async Task A_record_of_servers_that_ran_since_is_none()
    {
        await SuspendAsync(ByGuest);
        await StartAllAsync();
        string worker = Sandbox.Cloud.Server("worker0").Id;
        await Cloud.Compute.StopServerAsync(worker, Stop);
        Clock.Advance(TimeSpan.FromMinutes(5));

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(ByGuest));
        Assert.Equal("ClusterNotSafe", failure.Id);

        Sandbox.Cloud.StopServers();
        ClusterRecord? record = await SuspendAsync(ByGuest);
        Assert.Null(record!.UnattendedUntil);
        Assert.Contains(Activity.Warnings, w => w.Contains("the cluster cannot be recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_controller_that_ran_since_takes_nothing_from_the_record()
    {
        ClusterRecord first = (await SuspendAsync(ByGuest))!;
        Clock.Advance(TimeSpan.FromHours(1));
        await Cloud.Compute.StartServerAsync(Sandbox.Cloud.Server("controller").Id, Stop);
        Clock.Advance(TimeSpan.FromHours(1));

        ClusterRecord again = (await SuspendAsync(ByGuest))!;

        AssertDownWith(again);
        Assert.Equal(first.UnattendedUntil!.Value, again.UnattendedUntil!.Value, TimeSpan.FromSeconds(1));
        bool wasAsked = false;
        await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { Source = Stack, Cluster = again }, Activity,
            (_, _) =>
            {
                wasAsked = true;
                return Task.FromResult(false);
            },
            Stop);
        Assert.True(wasAsked);
    }

    [Fact]
    public async Task A_note_of_a_shutdown_that_somebody_took_back_does_not_stop_the_next()
    {
        ClusterReport report = await TestAsync();
        IReadOnlyList<Instance> nodes = Roles.NodesAmong(await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop));
        await new KeptRecord(Cloud).WriteAsync(
            new ClusterRecord { RecordedAt = report.CheckedAt }, nodes, Clock.GetUtcNow().AddMinutes(7), Stop);
        Clock.Advance(TimeSpan.FromMinutes(30));

        ClusterRecord record = (await SuspendAsync(ByGuest))!;

        AssertDownWith(record);
        Assert.True(record.RecordedAt > report.CheckedAt.AddMinutes(20));
        Assert.Contains(Activity.Everything, line => line.Contains("arming the shutdown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_record_cannot_be_kept_it_is_told_and_the_marks_on_the_nodes_serve()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "compute", Method = "POST", Path = "/metadata$", Status = 403,
            Times = 0 });
        await StopAtAsync("master.: os-stop", ByNova);
        Assert.Contains(Activity.Warnings, w => w.Contains("could not be kept", StringComparison.Ordinal));

        ClusterRecord record = (await SuspendAsync(ByNova))!;

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Equal(NodeNames.Order(), record.Nodes.Select(n => n.Name).Order());
    }

    [Fact]
    public async Task A_record_that_cannot_be_taken_away_is_told()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "compute", Method = "PUT", Path = "/metadata$", Status = 403,
            Times = 0 });

        await StopAtAsync("shutting down the workers", ByGuest);

        string warning = Activity.Warnings.Single(w => w.Contains("Not everything could be rolled back", StringComparison.Ordinal));
        Assert.Contains("in their metadata (hotstack_*)", warning, StringComparison.Ordinal);
        Assert.Empty(Cordoned);
        Assert.All(NodeNames, node => Assert.Null(Behind.ScheduledShutdown(node)));
    }

    private async Task OthersOffAsync()
    {
        while (NodeNames.Count(name => Statuses[name] == "ACTIVE") > 1)
        {
            await Task.Delay(10, Stop);
            Clock.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private async Task StartAllAsync()
    {
        foreach (Server server in await Task.WhenAll(
            Statuses.Keys.Select(name => Cloud.Compute.GetServerAsync(Sandbox.Cloud.Server(name).Id, Stop))))
        {
            await Cloud.Compute.StartServerAsync(server.Id, Stop);
        }

        Clock.Advance(TimeSpan.FromMinutes(30));
    }

    private void AssertDownWith(ClusterRecord? record)
    {
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.NotNull(record!.UnattendedUntil);
        Assert.Equal(NodeNames.Order(), record.Nodes.Select(n => n.Name).Order());
        Assert.Equal(6, record.Instances.Count);
        Assert.Equal("hs-multi", record.StackName);
    }
}
