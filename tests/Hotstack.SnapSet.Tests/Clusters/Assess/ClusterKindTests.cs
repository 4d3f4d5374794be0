using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Clusters.Wait;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Assess;

/// <summary>A cluster whose control plane runs on another cluster is refused by that name.</summary>
public sealed class ClusterKindTests : ClusterFixture
{
    [Fact]
    public async Task The_report_says_so_and_nothing_else()
    {
        Host();

        ClusterReport report = await TestAsync();

        Assert.Equal(ClusterVerdict.NotSupported, report.Verdict);
        Assert.Contains("is hosted: it runs on another cluster", Assert.Single(report.Reasons), StringComparison.Ordinal);
        Assert.Equal((false, false, null, null, null),
            (report.IsSafe, report.IsHealthy, report.UnattendedUntil, report.AssistedUntil, report.Eta));
        Assert.Equal(("ControlPlane", ClusterCheckResult.Failed), (Assert.Single(report.Problems).Check, report.Problems[0].Result));
        Assert.Equal(["It cannot be frozen: its control plane is hosted by another cluster."], report.Summary);
        Assert.NotNull(report.Version);
        Assert.NotNull(report.ClusterId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_suspension_is_refused_whatever_is_skipped(bool isSkipped)
    {
        Host();

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => SuspendAsync(new SuspendClusterRequest { Source = Stack, SkipCertificateCheck = isSkipped }));

        Assert.Equal(("HostedControlPlane", ErrorCause.InputInvalid), (failure.Id, failure.Cause));
        Assert.Empty(Cordoned);
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
    }

    [Fact]
    public async Task A_revival_ends_before_it_changes_anything_of_the_cluster()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Host();

        var failure = await Assert.ThrowsAsync<HotstackException>(() => new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud))
            .RunAsync(new ReviveClusterRequest { Source = Stack, Record = record, PollInterval = Seldom }, Activity, Yes, Stop));

        Assert.Equal("HostedControlPlane", failure.Id);
        Assert.Equal(NodeNames.Order(), Cordoned.Order());
    }

    [Theory]
    [InlineData(ClusterGoal.CertificateRotation)]
    [InlineData(ClusterGoal.Ready)]
    public async Task A_wait_ends_at_once(ClusterGoal goal)
    {
        Host();
        DateTimeOffset began = Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => new WaitCluster(Cluster).RunAsync(new WaitClusterRequest { Goal = goal }, Activity, Stop));

        Assert.Equal("HostedControlPlane", failure.Id);
        Assert.True(Clock.GetUtcNow() - began < TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(ClusterGoal.Api)]
    [InlineData(ClusterGoal.Stable)]
    public async Task A_wait_for_what_such_a_cluster_has_goes_on(ClusterGoal goal)
    {
        Host();
        await new WaitCluster(Cluster).RunAsync(new WaitClusterRequest { Goal = goal }, Activity, Stop);
    }

    [Theory]
    [InlineData("HighlyAvailable")]
    [InlineData("SingleReplica")]
    [InlineData("external")]
    [InlineData("")]
    public async Task Others_are_not(string topology)
    {
        Host(topology);
        Assert.True((await TestAsync()).IsSafe);
    }

    private void Host(string topology = "External") =>
        Behind.Change("infrastructures", "cluster", o => o["status"]!["controlPlaneTopology"] = topology);
}
