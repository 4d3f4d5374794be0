using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.Sandbox;
using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>A call that hangs is named, does not hold the report up, and does not make nodes look dead.</summary>
public sealed class HangingReadsTests : ClusterFixture
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("/clusteroperators$", "cannot list clusteroperators.config.openshift.io: no answer within 3 s")]
    [InlineData("/api/v1/nodes$", "cannot list nodes: no answer within")]
    [InlineData("^/apis$", "cannot list API groups: no answer within")]
    [InlineData("/apis/route.openshift.io/v1$", "cannot get /apis/route.openshift.io/v1: no answer within 3 s")]
    [InlineData("/api/v1/secrets$", "cannot list secrets: no answer within 3 s")]
    [InlineData("/proxy/metrics$", "cannot get nodes/proxy of worker0 (its kubelet's metrics): no answer within 3 s")]
    public async Task The_report_comes_in_time_and_names_what_did_not_answer(string path, string expected)
    {
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = path, Kind = FaultKind.Hang, Times = 0 });

        ClusterReport report = await new TestCluster(Cluster).RunAsync(new TestClusterRequest { Timeout = TimeSpan.FromSeconds(3) },
            Activity, Stop);

        Assert.False(report.IsSafe && report.IsHealthy);
        Assert.Contains(report.Problems, c => c.Message.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(report.Problems, c => c.Message.Contains("has not been heard of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_API_that_answers_nothing_at_all_is_an_error()
    {
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "", Kind = FaultKind.Hang, Times = 0 });

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new TestCluster(Cluster).RunAsync(new TestClusterRequest { Timeout = TimeSpan.FromSeconds(1) }, Activity, Stop));

        Assert.Equal(ErrorCause.TimedOut, failure.Cause);
        Golden.Message(failure);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_also_while_a_call_hangs()
    {
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "/clusteroperators$", Kind = FaultKind.Hang, Times = 0 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Activity.Listener = (_, text) =>
        {
            if (text.StartsWith("Reading the certificates", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new TestCluster(Cluster).RunAsync(new TestClusterRequest(), Activity, stop.Token));
    }

    [Theory]
    [InlineData(0, 240, 0, 5, 5, false)] // the usual case: the lease is younger
    [InlineData(0, 5, 0, 240, 5, false)] // the lease is not renewed any more, the condition is of now
    [InlineData(372, 240, 0, 5, 5, false)] // the nodes' list was 372 s late; the lease was of its own moment
    [InlineData(0, 240, 0, 200, 200, true)]
    [InlineData(0, 240, 372, 577, 240, true)] // what was read late and is old is old
    public void A_heartbeats_age_is_that_when_it_was_read(int nodeLate, int conditionAge, int leasesLate, int leaseAge, int expected,
        bool isSilent)
    {
        DateTimeOffset nodeAt = Noon.AddSeconds(nodeLate), leasesAt = Noon.AddSeconds(leasesLate);
        var node = new V1Node
        {
            Metadata = new() { Name = "n" },
            Status = new() { Conditions = [new() { Type = "Ready", Status = "True",
                LastHeartbeatTime = nodeAt.AddSeconds(-conditionAge).UtcDateTime }] },
        };
        V1Lease[] leases = [new() { Metadata = new() { Name = "n" },
            Spec = new() { RenewTime = leasesAt.AddSeconds(-leaseAge).UtcDateTime } }];

        NodeHeartbeat heartbeat = NodeHeartbeat.Of(node, nodeAt, leases, leasesAt);

        Assert.Equal((expected, isSilent), ((int)heartbeat.Age!.Value.TotalSeconds, heartbeat.IsSilent));
    }

    [Fact]
    public async Task A_list_bears_the_time_of_its_own_answer()
    {
        ObjectList<V1Node> nodes = await Cluster.ListNodesAsync(Stop);
        Clock.Advance(TimeSpan.FromMinutes(6));
        await Cluster.ListAsync(OpenShiftKinds.ClusterOperators, Stop);

        Assert.InRange((Cluster.Now - nodes.At!.Value).TotalMinutes, 5.9, 7);
    }
}
