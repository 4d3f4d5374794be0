using System.Text.RegularExpressions;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>What becomes of a shutdown that fails or is stopped on the way.</summary>
public sealed class SuspendTakeBackTests : SuspendFixture
{
    [Theory]
    [InlineData("master0", PodFate.Fail)]
    [InlineData("master1", PodFate.Hang)]
    [InlineData("master2", PodFate.ImagePullError)]
    [InlineData("worker0", PodFate.NoShutdown)]
    [InlineData("worker1", PodFate.Fail)]
    [InlineData("worker0", PodFate.Hang)]
    [InlineData("master0", PodFate.NoShutdown)]
    public async Task If_one_node_cannot_be_armed_none_is_shut_down(string node, PodFate fate)
    {
        await WithAllNodesAsync();
        Behind.SetHelperPods(node, fate);

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Equal("NodeNotArmed", failure.Id);
        Assert.Contains(node, failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task What_could_not_be_cancelled_is_named_with_its_time_and_the_fix()
    {
        await WithAllNodesAsync();
        Behind.SetHelperPods("worker1", PodFate.NoShutdown);
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.StartsWith("Cancelling", StringComparison.Ordinal))
            {
                Behind.SetHelperPods("master2", PodFate.Fail);
            }
        };

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Golden.Message(failure);
        Assert.NotNull(Behind.ScheduledShutdown("master2"));
        Assert.Null(Behind.ScheduledShutdown("master0"));
        Assert.Empty(Cordoned);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Whenever_it_is_stopped_before_the_first_node_goes_all_is_taken_back(string moment)
    {
        await WithAllNodesAsync();
        await StopAtAsync(moment, Usual with { EtcdBackup = true, Drain = true });

        AssertNothingHappened();
        Assert.Contains(Activity.Warnings, w => w.Contains("Nothing was shut down; everything was rolled back", StringComparison.Ordinal));
    }

    public static TheoryData<string> Moments =>
    [
        "backing up etcd", "cordoning the nodes", "Cordoning node master1", "Cordoning node worker0", "draining the workers", "Evicted pod",
        "arming the shutdown", "helper pod arm-2-0", "helper pod arm-2-3", "All 5 nodes are armed",
        "shutting down the workers", "Shutting down worker0, worker1 at",
    ];

    [Theory]
    [InlineData("cordoning the nodes")]
    [InlineData("Cordoning node worker0")]
    [InlineData("shutting down the workers")]
    [InlineData("os-stop of server")]
    public async Task By_Nova_all_is_taken_back_until_the_first_order(string moment)
    {
        await StopAtAsync(moment, Usual with { Method = ShutdownMethod.Nova });

        Assert.Contains(Activity.Warnings, w => w.Contains("Nothing was shut down; everything was rolled back", StringComparison.Ordinal));
        AssertNothingHappened();
    }

    [Fact]
    public async Task If_Nova_refuses_the_first_orders_all_is_taken_back()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "compute", Action = "os-stop", Status = 403, Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { Method = ShutdownMethod.Nova }));

        Assert.Equal(ErrorCause.Forbidden, failure.Cause);
        Golden.Message(failure);
        AssertNothingHappened();
    }

    [Theory]
    [InlineData("renewing the certificates")]
    [InlineData("Deleting secret .*/csr-signer,")]
    [InlineData("helper pod kubelet-1-0")]
    public async Task Stopped_while_certificates_are_made_anew_the_cluster_goes_on_as_it_was(string moment)
    {
        Age = TimeSpan.FromMinutes(40);
        await RestartAsync();

        await StopAtAsync(moment, Usual with { ForceRotation = true });

        Assert.Contains(
            Activity.Warnings,
            w => w.Contains("Nothing was shut down; everything was rolled back. Renewed certificates stay.", StringComparison.Ordinal));
        AssertNothingHappened();
    }

    [Theory]
    [InlineData("/api/v1/namespaces$")]
    [InlineData("/serviceaccounts$")]
    [InlineData("/pods$")]
    public async Task Where_no_pod_was_ever_made_no_scheduled_shutdown_is_warned_of(string path)
    {
        await WithAllNodesAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Method = "POST", Path = path, Status = 403,
            Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Golden.Message(failure);
        Assert.DoesNotContain("shutdown -c", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task A_log_that_may_not_be_read_is_the_reason_that_is_given()
    {
        await WithAllNodesAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Method = "GET", Path = "/log$", Status = 403,
            Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Equal("NodeNotArmed", failure.Id);
        Golden.Message(failure);
        AssertNothingHappened();
    }

    [Fact]
    public async Task Ctrl_C_during_the_count_down_cancels()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        DateTimeOffset? armed = null;
        Activity.ProgressListener = report =>
        {
            armed ??= report.Status.Contains("Ctrl+C cancels", StringComparison.Ordinal) ? Clock.GetUtcNow() : null;
            if (Clock.GetUtcNow() - armed >= TimeSpan.FromMinutes(9) && !stop.IsCancellationRequested)
            {
                Assert.All(NodeNames, node => Assert.NotNull(Behind.ScheduledShutdown(node)));
                stop.Cancel();
            }
        };
        Task<ClusterRecord?> run = SuspendAsync(Usual with { ShutdownDelay = TimeSpan.FromMinutes(10) }, stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.True(Activity.Warnings.Any(w => w.Contains("everything was rolled back", StringComparison.Ordinal)),
            string.Join('\n', Activity.Warnings));
        AssertNothingHappened();
    }

    [Fact]
    public async Task Ctrl_C_when_nodes_go_already_says_that_they_go_on_and_the_same_command_finishes()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Activity.Listener = (_, text) =>
        {
            if (text.Contains("helper pod off-", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SuspendAsync(Usual, stop.Token));
        Assert.Contains(Activity.Warnings, w => w.Contains("cannot be rolled back", StringComparison.Ordinal));

        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("ACTIVE", StatusOf("controller"));
        Activity.Listener = null;
        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.NotNull(record!.UnattendedUntil);
        Assert.Equal(NodeNames.Order(), record.Nodes.Select(n => n.Name).Order());
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("the cluster cannot be recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_helper_namespace_of_a_run_that_was_killed_is_deleted_by_the_next()
    {
        Behind.Add("namespaces", new System.Text.Json.Nodes.JsonObject
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject
            {
                ["name"] = "hotstack-snapset-dead",
                ["labels"] = new System.Text.Json.Nodes.JsonObject { ["app.kubernetes.io/managed-by"] = "hotstack-snapset" },
            },
        });

        await SuspendAsync(Usual);

        Assert.DoesNotContain("hotstack-snapset-dead", HelperNamespaces);
    }

    [Fact]
    public async Task What_a_run_that_was_killed_had_cordoned_is_not_taken_for_the_users_own()
    {
        foreach (string node in NodeNames.Take(3))
        {
            Behind.Change("nodes", node, n =>
            {
                n["spec"]!["unschedulable"] = true;
                n["metadata"]!["annotations"]!["hotstack-snapset/cordoned"] = "true";
            });
        }

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.All(record!.Nodes, node => Assert.False(node.WasUnschedulable));
    }

    [Fact]
    public async Task If_the_API_is_lost_once_all_are_armed_they_go_nevertheless()
    {
        Activity.Listener = (_, text) =>
        {
            if (text.Contains("nodes are armed", StringComparison.Ordinal))
            {
                Behind.Outage(TimeSpan.FromHours(1));
            }
        };

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.NotNull(record);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Contains(Activity.Warnings, w => w.Contains("may be frozen with the cluster", StringComparison.Ordinal));
    }

    [Fact]
    public async Task If_the_API_is_lost_before_all_are_armed_what_may_happen_is_told()
    {
        bool isLost = false;
        Activity.Listener = (_, text) =>
        {
            if (!isLost && Regex.IsMatch(text, @"POST \S+/pods -> 201"))
            {
                isLost = true;
                Behind.Outage(TimeSpan.FromHours(1));
            }
        };

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Contains("shutdown -c", failure.Message, StringComparison.Ordinal);
    }
}
