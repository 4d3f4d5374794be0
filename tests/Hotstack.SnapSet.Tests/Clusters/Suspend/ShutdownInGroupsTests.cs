using System.Globalization;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>Armed nodes shut down within seconds, one group after the other.</summary>
public sealed class ShutdownInGroupsTests : SuspendFixture
{
    private static readonly string[] Masters = ["master0", "master1", "master2"];
    private static readonly string[] Workers = ["worker0", "worker1"];

    public ShutdownInGroupsTests() => Size = AllNodes;

    [Fact]
    public async Task Nobody_is_told_before_all_are_armed_and_the_delay_is_over()
    {
        DateTimeOffset? armed = null, told = null;
        On("nodes are armed", () => armed = Clock.GetUtcNow());
        On("Shutting down worker0", () =>
        {
            told = Clock.GetUtcNow();
            Assert.All(NodeNames, node => Assert.NotNull(Behind.ScheduledShutdown(node)));
        });

        await SuspendAsync(Usual with { ShutdownDelay = TimeSpan.FromMinutes(2) });

        Assert.InRange(told!.Value - armed!.Value, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.2));
    }

    [Fact]
    public async Task The_masters_are_told_when_the_last_worker_is_off_and_go_at_one_instant()
    {
        var off = new List<string>();
        var times = new List<DateTimeOffset?>();
        On("Shutting down master0", () => off.AddRange(Statuses.Where(s => s.Value == "SHUTOFF").Select(s => s.Key)));
        On("Deleting the helper namespace", () => times.AddRange(Masters.Select(Behind.ScheduledShutdown)));

        await SuspendAsync(Usual);

        Assert.Equal(Workers, off.Order());
        Assert.NotNull(times[0]);
        Assert.Equal(3, times.Count);
        Assert.Single(times.Distinct());
    }

    /// <summary>The worst node of each group needs 20 seconds here.</summary>
    [Theory]
    [InlineData(Scenario.Multi, 70)]
    [InlineData(Scenario.Sno, 50)]
    public async Task From_the_last_armed_node_to_the_last_that_is_off_it_takes_what_the_nodes_take_and_half_a_minute(
        Scenario scenario, int seconds)
    {
        Scenario = scenario;
        await RestartAsync();
        DateTimeOffset? armed = null, off = null;
        On(" armed: ", () => armed = Clock.GetUtcNow());
        On("stopping the controller", () => off = Clock.GetUtcNow());
        // The clock waits for calls under way.
        using Cloud cloud = Cloud.Connect(Configuration("sandbox"), Activity, Clock, Clock.Work.Watch());
        using Cluster cluster = Cluster.Connect(ClusterConfiguration(), Activity, Clock, Clock.Work.Watch());

        await new SuspendCluster(cloud, cluster).RunAsync(
            Usual with { Source = new() { StackName = scenario == Scenario.Multi ? "hs-multi" : "hs-sno" } }, Activity, Yes, Stop);

        Assert.InRange(off!.Value - armed!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("worker1")]
    [InlineData("master2")]
    public async Task A_node_that_cannot_be_told_goes_at_the_time_for_which_it_was_armed(string node)
    {
        DateTimeOffset? armed = null;
        On("nodes are armed", () => Behind.SetHelperPods(node, PodFate.Fail));
        On("Shutting down " + (node[0] == 'w' ? "worker0" : "master0"), () => armed = Behind.ScheduledShutdown(node));

        await SuspendAsync(Usual);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        string time = armed!.Value.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
        Assert.Contains(Activity.Warnings, w => w.Contains($"could not be confirmed: {node} may shut down only at {time} (", StringComparison.Ordinal));
        Assert.InRange(Clock.GetUtcNow(), armed!.Value, armed.Value + TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task If_the_API_is_lost_while_workers_go_the_masters_go_at_the_time_for_which_they_were_armed()
    {
        DateTimeOffset? armed = null;
        On("helper pod off-", () =>
        {
            armed ??= Behind.ScheduledShutdown("master0");
            Behind.Outage(TimeSpan.FromHours(1));
        });

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.NotNull(record);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.InRange(Clock.GetUtcNow(), armed!.Value, armed.Value + TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Stopped_after_the_workers_were_told_the_masters_go_nevertheless_and_the_same_command_completes()
    {
        await StopAtAsync("helper pod off-", Usual);
        Assert.Contains(Activity.Warnings, w => w.Contains("has begun and cannot be rolled back", StringComparison.Ordinal));

        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.All([.. Workers, .. Masters], node => Assert.Equal("SHUTOFF", StatusOf(node)));

        Assert.NotNull(await SuspendAsync(Usual));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    /// <summary>Its pod is in the frozen cluster and has not ended, so the kubelet starts it when the node boots.</summary>
    [Theory]
    [InlineData("worker1")]
    [InlineData("master2")]
    public async Task A_pod_that_starts_after_the_next_boot_does_not_shut_its_node_down(string node)
    {
        On("nodes are armed", () => Behind.SetHelperPods(node, PodFate.ImagePullError));
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Method = "DELETE", Status = 503, Times = 0 });
        await SuspendAsync(Usual);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Contains(HelperPods, pod => pod.StartsWith("off-", StringComparison.Ordinal));
        Behind.SetHelperPods(node, PodFate.Succeed);

        foreach (string id in Sandbox.Cloud.Servers.Where(s => s.Name != "other-server").Select(s => s.Id).ToArray())
        {
            await Cloud.Compute.StartServerAsync(id, Stop);
        }

        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
    }

    /// <summary>A worker hangs until shortly before the masters' armed time, or after it.</summary>
    [Theory]
    [InlineData(480)]
    [InlineData(700)]
    public async Task Masters_that_are_about_to_go_keep_their_time(int seconds)
    {
        Durations = new ClusterDurations { GuestShutdown = TimeSpan.FromSeconds(seconds) };
        await RestartAsync();
        DateTimeOffset? armed = null;
        On("nodes are armed", () => armed = Behind.ScheduledShutdown("master0"));

        await SuspendAsync(Usual);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("could not be confirmed", StringComparison.Ordinal));
        Assert.InRange(Clock.GetUtcNow(), armed!.Value, armed.Value + TimeSpan.FromSeconds(seconds + 120));
    }

    /// <summary>Runs an action once, when the run reports a text.</summary>
    private void On(string text, Action act)
    {
        Action<string, string>? others = Activity.Listener;
        bool isDone = false;
        Activity.Listener = (stream, told) =>
        {
            others?.Invoke(stream, told);
            if (!isDone && told.Contains(text, StringComparison.Ordinal))
            {
                isDone = true;
                act();
            }
        };
    }
}
