using Xunit;

namespace Hotstack.Clusters.Suspend;

public sealed class SuspendStepsTests : SuspendFixture
{
    public SuspendStepsTests() => Size = AllNodes;

    [Fact]
    public async Task The_steps_are_told_in_their_order_without_a_gap()
    {
        DateTimeOffset began = Clock.GetUtcNow();

        ClusterRecord record = await SuspendedAsync(Usual);

        Assert.Equal(["Assess", "Cordon", "Arm", "Delay", "Workers", "Masters", "Controller"], Names(record));
        AssertWithoutGap(record, began);
        Assert.Equal(TimeSpan.FromSeconds(15), Of(record, "Delay").Duration);
        Assert.Equal("cordoned 5 nodes", Of(record, "Cordon").Result);
        Assert.Equal("armed 5 nodes", Of(record, "Arm").Result);
        Assert.Equal("worker0, worker1 off, by themselves", Of(record, "Workers").Result);
        Assert.Equal("controller off, by Nova", Of(record, "Controller").Result);
        Assert.Matches(@"^OpenShift 4\.\S+, 5 nodes; it may be shut down$", Of(record, "Assess").Result);
        Assert.True(Of(record, "Masters").Duration > TimeSpan.FromSeconds(1));
        TimelineEntry masters = Of(record, "Masters");
        Assert.Contains($"Suspending cluster {Cluster.Name}: {masters}, after {masters.DurationText}.", Activity.Steps);
    }

    [Fact]
    public async Task What_is_done_on_request_is_a_step_of_its_own()
    {
        Age = TimeSpan.FromMinutes(40);
        await RestartAsync();
        DateTimeOffset began = Clock.GetUtcNow();

        ClusterRecord record = await SuspendedAsync(Usual with { ForceRotation = true, EtcdBackup = true, Drain = true });

        Assert.Equal(
            ["Assess", "Certificates", "EtcdBackup", "Cordon", "Drain", "Reassess", "Arm", "Delay", "Workers", "Masters", "Controller"],
            Names(record));
        AssertWithoutGap(record, began);
        Assert.Equal("renewed the signers and the certificates of all kubelets", Of(record, "Certificates").Result);
    }

    [Fact]
    public async Task By_Nova_no_node_is_armed()
    {
        ClusterRecord record = await SuspendedAsync(Usual with { Method = ShutdownMethod.Nova });

        Assert.Equal(["Assess", "Cordon", "Arm", "Workers", "Masters", "Controller"], Names(record));
        Assert.Equal("Nova stops the nodes, so none is armed", Of(record, "Arm").Result);
        Assert.EndsWith("off, by Nova", Of(record, "Masters").Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_in_which_the_user_decides_belongs_to_no_step()
    {
        ClusterRecord record = (await new SuspendCluster(Cloud, Cluster).RunAsync(
            Usual, Activity,
            (_, _) =>
            {
                Clock.Advance(TimeSpan.FromMinutes(3));
                return Task.FromResult(true);
            },
            Stop))!;

        TimeSpan all = TimeSpan.FromTicks(record.Timeline.Sum(step => step.Duration.Ticks));
        Assert.Equal(TimeSpan.FromMinutes(3), record.Duration - all);
    }

    /// <summary>The steps that were complete are told, but there is no record.</summary>
    [Fact]
    public async Task A_cancelled_run_tells_no_step_that_it_did_not_complete()
    {
        await StopAtAsync("All 5 nodes are armed", Usual);

        string[] told = [.. Activity.Steps.Where(line => line.Contains(", after ", StringComparison.Ordinal))
            .Select(line => line.Split(": ")[1])];
        Assert.Equal(["Assess", "Cordon"], told);
        AssertNothingHappened();
    }

    [Fact]
    public async Task A_resumed_run_tells_what_was_off_already()
    {
        await StopAtAsync("helper pod off-", Usual);
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("SHUTOFF", StatusOf("worker0"));
        Activity.Clear();
        DateTimeOffset began = Clock.GetUtcNow();

        ClusterRecord record = await SuspendedAsync(Usual);

        Assert.Equal(["Assess", "Workers", "Masters", "Controller"], Names(record));
        AssertWithoutGap(record, began);
        Assert.Contains("a shutdown has begun before, 3 of them still run", Of(record, "Assess").Result, StringComparison.Ordinal);
        Assert.Equal("worker0, worker1 were off already", Of(record, "Workers").Result);
        Assert.Equal(TimeSpan.Zero, Of(record, "Workers").Duration);
        Assert.True(Of(record, "Masters").Duration > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_repeated_run_has_nothing_to_do()
    {
        await SuspendAsync(Usual);

        ClusterRecord record = await SuspendedAsync(Usual);

        Assert.Equal(["Assess", "Workers", "Masters", "Controller"], Names(record));
        Assert.Equal("controller was off already", Of(record, "Controller").Result);
        Assert.All(record.Timeline.Skip(1), step => Assert.Equal(TimeSpan.Zero, step.Duration));
    }

    /// <summary>Upstream's tools and earlier versions read images and servers.</summary>
    [Fact]
    public async Task The_steps_are_written_nowhere()
    {
        ClusterRecord record = await SuspendedAsync(Usual);

        Assert.DoesNotContain(
            Sandbox.Cloud.Servers.SelectMany(server => server.Metadata.Values), value => value.Contains("Cordon", StringComparison.OrdinalIgnoreCase));
        var properties = Deployments.ClusterProperties.Of(record, "master0");
        Assert.Equal(properties, Deployments.ClusterProperties.Of(record with { Timeline = [] }, "master0"));
    }

    /// <summary>The clock does not run ahead of the calls.</summary>
    private async Task<ClusterRecord> SuspendedAsync(SuspendClusterRequest request)
    {
        using OpenStack.Cloud cloud = OpenStack.Cloud.Connect(Configuration("sandbox"), Activity, Clock, Clock.Work.Watch());
        using OpenShift.Cluster cluster = OpenShift.Cluster.Connect(ClusterConfiguration(), Activity, Clock, Clock.Work.Watch());
        return (await new SuspendCluster(cloud, cluster).RunAsync(request, Activity, Yes, Stop))!;
    }

    private static IEnumerable<string> Names(ClusterRecord record) => record.Timeline.Select(step => step.Step);

    private static TimelineEntry Of(ClusterRecord record, string step) => record.Timeline.Single(entry => entry.Step == step);

    private void AssertWithoutGap(ClusterRecord record, DateTimeOffset began)
    {
        DateTimeOffset at = began;
        foreach (TimelineEntry step in record.Timeline)
        {
            Assert.Equal(at, step.At);
            at += step.Duration;
        }

        Assert.Equal(record.Duration, Clock.GetUtcNow() - began);
        Assert.Equal(record.Duration, at - began);
    }
}
