using System.Text;
using Hotstack.Clusters.Wait;
using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>The servers of one deployment, and the kubeconfig of another, or of no OpenShift at all.</summary>
public sealed class ReviveIdentityTests : ClusterFixture
{
    private const string Cordoned1 = "worker0";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_cluster_than_the_recorded_one_is_refused_and_not_touched(bool force)
    {
        ClusterRecord record = (await SuspendAsync())!;
        await using SandboxServer other = await StartOtherAsync();
        int writes = Writes(other);

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(other, record, force));

        Assert.Equal((ErrorCause.Conflict, "OtherCluster"), (failure.Cause, failure.Id));
        Assert.Contains(record.ClusterId!, failure.Message, StringComparison.Ordinal);
        Assert.Contains(IdOf(other), failure.Message, StringComparison.Ordinal);
        Assert.Equal(writes, Writes(other));
        Assert.True((bool)other.Cluster.Get("nodes", Cordoned1)!["spec"]!["unschedulable"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_no_UUID_was_recorded_the_nodes_addresses_tell(bool isRecorded)
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())! with { ClusterId = null };
        await using SandboxServer other = await StartOtherAsync();
        foreach (string node in other.Cluster.Nodes)
        {
            other.Cluster.Change("nodes", node, n =>
            {
                n["status"]!["addresses"]![0]!["address"] = $"10.99.0.{node.Length + node[^1]}";
                n["metadata"]!["annotations"]!.AsObject().Remove("k8s.ovn.org/l3-gateway-config");
            });
        }

        int writes = Writes(other);
        ForgetRecord();

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => ReviveAsync(other, isRecorded ? record : null));

        Assert.Equal("NodesDoNotMatch", failure.Id);
        Golden.Message(failure);
        Assert.Equal(writes, Writes(other));
    }

    [Fact]
    public async Task A_record_without_a_UUID_is_no_obstacle()
    {
        ClusterRecord record = (await SuspendAsync())! with { ClusterId = null };

        ReviveReport report = (await ReviveAsync(Sandbox, record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Contains("have the addresses of the servers", report.Timeline.Single(t => t.Step == "Api").Result, StringComparison.Ordinal);
        Assert.Equal(ClusterCheckResult.Skipped, report.Checks.Single(c => c.Check == "Identity").Result);
    }

    [Fact]
    public async Task The_recorded_cluster_is_told_to_be_it()
    {
        ClusterRecord record = (await SuspendAsync())!;

        ReviveReport report = (await ReviveAsync(Sandbox, record))!;

        Assert.EndsWith("it is the recorded cluster", report.Timeline.Single(t => t.Step == "Api").Result, StringComparison.Ordinal);
        Assert.Equal(record.ClusterId, report.Assessment.ClusterId);
        Assert.Equal(ClusterCheckResult.Passed, report.Checks.Single(c => c.Check == "Identity").Result);
    }

    [Fact]
    public async Task Without_the_right_to_read_the_UUID_it_warns_and_compares_the_addresses()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "/clusterversions/", Kind = FaultKind.Status, Status = 403,
            Times = 0 });

        ReviveReport report = (await ReviveAsync(Sandbox, record))!;

        Assert.Contains(Activity.Warnings,
            w => w.Contains("no permission to get clusterversions.config.openshift.io", StringComparison.Ordinal));
        Assert.Empty(Cordoned);
        Assert.Equal(ClusterCheckResult.Unknown, report.Checks.Single(c => c.Check == "Identity").Result);
        Assert.False(report.IsHealthy);
    }

    [Fact]
    public async Task A_cluster_that_is_not_OpenShift_is_told_soon_and_not_touched()
    {
        ClusterRecord record = (await SuspendAsync())!;
        BeOtherThanOpenShift();
        DateTimeOffset start = Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(Sandbox, record));

        Assert.Equal((ErrorCause.InputInvalid, "NotOpenShift"), (failure.Cause, failure.Id));
        Assert.NotEmpty(Cordoned);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromMinutes(12));
    }

    [Fact]
    public async Task Operators_of_a_cluster_that_is_not_OpenShift_are_not_waited_for()
    {
        BeOtherThanOpenShift();
        DateTimeOffset start = Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => new WaitCluster(Cluster).RunAsync(new() { Goal = ClusterGoal.Stable }, Activity, Stop));

        Assert.Equal("NotOpenShift", failure.Id);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Operators_that_are_missing_for_a_moment_are_waited_for()
    {
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "/clusteroperators", Kind = FaultKind.Status, Status = 404,
            Times = 3 });

        await new WaitCluster(Cluster).RunAsync(new() { Goal = ClusterGoal.Stable }, Activity, Stop);

        Assert.Contains(Activity.Everything, line => line.Contains("could not be read", StringComparison.Ordinal));
    }

    private void BeOtherThanOpenShift() => Sandbox.Faults.Add(new Fault
    {
        Service = "kubernetes", Path = @"/apis/(config|operator|machineconfiguration|route)\.openshift\.io", Kind = FaultKind.Status,
            Status = 404, Times = 0,
    });

    /// <summary>Another cluster, with nodes of the same names and addresses, of which its owner has cordoned one.</summary>
    private async Task<SandboxServer> StartOtherAsync()
    {
        SandboxServer other = await SandboxServer.StartAsync(Options, Stop);
        other.Cluster.Change("clusterversions", "version", v => v["spec"]!["clusterID"] = "11111111-1111-4111-8111-111111111111");
        other.Cluster.Change("nodes", Cordoned1, n => n["spec"]!["unschedulable"] = true);
        return other;
    }

    private static string IdOf(SandboxServer sandbox) => (string)sandbox.Cluster.Get("clusterversions", "version")!["spec"]!["clusterID"]!;

    private static int Writes(SandboxServer sandbox) => sandbox.Calls.Snapshot().Count(c => c.Service == "kubernetes" && c.Method != "GET");

    private async Task<ReviveReport?> ReviveAsync(SandboxServer behind, ClusterRecord? record, bool force = false)
    {
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string>(),
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/kubeconfig" ? new MemoryStream(Encoding.UTF8.GetBytes(behind.Kubeconfig)) : null,
        };
        using var cluster = Cluster.Connect(new KubeconfigLoader(sources).Load("/kubeconfig", null), Activity, Clock);
        return await new ReviveCluster(Cloud, cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = Stack, Record = record, Force = force, PollInterval = Seldom }, Activity, Yes, Stop);
    }
}
