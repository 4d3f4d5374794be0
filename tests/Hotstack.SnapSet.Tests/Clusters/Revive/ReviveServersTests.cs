using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>Servers that do not start as they should.</summary>
public sealed class ReviveServersTests : ClusterFixture
{
    [Theory]
    [InlineData("controller")]
    [InlineData("master1")]
    [InlineData("worker0")]
    public async Task An_order_that_was_lost_is_given_again_after_two_minutes(string server)
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        string id = record.Instances.Single(i => i.Name == server).Id;
        Sandbox.Faults.Add(new Fault
        {
            Service = "compute", Path = $"/servers/{id}/action", Action = "os-start", Kind = FaultKind.Status, Status = 202, Times = 2,
        });
        List<DateTimeOffset> orders = ListenForOrders(server);

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Equal(3, orders.Count);
        Assert.All(orders.Zip(orders.Skip(1)), pair =>
            Assert.InRange(pair.Second - pair.First, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public async Task A_server_on_its_way_is_not_ordered_again()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Sandbox.Cloud.SetServer("worker0", taskState: "powering-on");
        bool isFree = false;
        DateTimeOffset start = Clock.GetUtcNow();
        List<DateTimeOffset> orders = ListenForOrders("worker0", () =>
        {
            if (!isFree && Clock.GetUtcNow() - start > TimeSpan.FromMinutes(5))
            {
                isFree = true;
                Sandbox.Cloud.SetServer("worker0", vmState: "active", taskState: "");
            }
        });

        await ReviveAsync(record);

        Assert.Single(orders);
    }

    [Fact]
    public async Task A_worker_in_ERROR_is_told_and_all_the_others_are_brought_up()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Sandbox.Cloud.SetServer("worker1", vmState: "error");

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal((ErrorCause.OperationFailed, "ServerFailed"), (failure.Cause, failure.Id));
        Golden.Message(failure);
        Assert.Contains(Activity.Warnings, w => w.StartsWith("worker1 cannot be started; the others are", StringComparison.Ordinal));
        Assert.All(Statuses.Where(s => s.Key != "worker1"), s => Assert.Equal("ACTIVE", s.Value));

        Sandbox.Cloud.SetServer("worker1", vmState: "stopped");
        ReviveReport report = (await ReviveAsync(record))!;
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    [Fact]
    public async Task One_master_of_three_may_be_missing_until_the_others_are_up()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Sandbox.Cloud.SetServer("master2", vmState: "error");

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal("ServerFailed", failure.Id);
        Golden.Message(failure);
    }

    [Theory]
    [InlineData("controller")]
    [InlineData("master0", "master2")]
    public async Task Without_the_controller_or_a_majority_of_the_masters_it_ends_at_once(params string[] lost)
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Array.ForEach(lost, name => Sandbox.Cloud.SetServer(name, vmState: "error"));
        DateTimeOffset start = Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal("ServerFailed", failure.Id);
        Assert.All(lost, name => Assert.Contains(name, failure.Message, StringComparison.Ordinal));
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_server_that_never_starts_is_named_with_its_state()
    {
        ClusterRecord record = (await SuspendAsync())!;
        string id = record.Instances.Single(i => i.Name == "worker0").Id;
        Sandbox.Faults.Add(new Fault
        {
            Service = "compute", Path = $"/servers/{id}/action", Action = "os-start", Kind = FaultKind.Status, Status = 202, Times = 0,
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal((ErrorCause.TimedOut, "ServerStartTimeout"), (failure.Cause, failure.Id));
        Golden.Message(failure);
    }

    [Fact]
    public async Task Soon_after_the_boot_the_operators_get_time_whoever_started_the_servers()
    {
        ClusterRecord record = (await SuspendAsync())!;
        foreach (Instance instance in record.Instances)
        {
            await Cloud.Compute.StartServerAsync(instance.Id, Stop);
        }

        Assert.True(await Poll.UntilAsync(
            _ => Task.FromResult(Statuses.Values.All(s => s == "ACTIVE")), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Clock, Stop));

        // Only who waits for the cluster moves the clock, and not who looks after its signing requests beside that.
        Clock.AutoAdvanceUpTo = TimeSpan.FromSeconds(10);
        ReviveReport report = (await ReviveAsync(record, settleTime: TimeSpan.FromSeconds(10)))!;

        Assert.Equal("all servers were running", report.Timeline[0].Result);
        Assert.StartsWith("gave the operators 10 s", report.Timeline.Single(t => t.Step == "Settle").Result, StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromMinutes(10));
        report = (await ReviveAsync(record, settleTime: TimeSpan.FromSeconds(10)))!;
        Assert.StartsWith("the operators have had time", report.Timeline.Single(t => t.Step == "Settle").Result, StringComparison.Ordinal);
    }

    private List<DateTimeOffset> ListenForOrders(string server, Action? also = null)
    {
        var orders = new List<DateTimeOffset>();
        Activity.Listener = (_, text) =>
        {
            also?.Invoke();
            if (text.StartsWith($"{server}: os-start", StringComparison.Ordinal))
            {
                orders.Add(Clock.GetUtcNow());
            }
        };
        return orders;
    }

    private Task<ReviveReport?> ReviveAsync(ClusterRecord record, TimeSpan? settleTime = null) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
        new ReviveClusterRequest
        {
            Source = Stack, Record = record, SettleTime = settleTime ?? TimeSpan.FromMinutes(2), PollInterval = Seldom,
        }, Activity, Yes,
            Stop);
}
