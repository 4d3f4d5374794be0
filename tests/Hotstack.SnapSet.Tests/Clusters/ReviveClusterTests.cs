using Xunit;

namespace Hotstack.Clusters;

public sealed class ReviveClusterTests : ClusterFixture
{
    [Fact]
    public async Task A_suspended_cluster_comes_back_to_proven_service()
    {
        ClusterRecord record = await SuspendAsync();

        ReviveReport? report = await ReviveAsync(record);

        Assert.NotNull(report);
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.DoesNotContain(Behind.List("nodes"), n => n["spec"]?["unschedulable"]?.GetValue<bool>() == true);
    }

    private async Task<ClusterRecord> SuspendAsync() =>
        (await new SuspendCluster(Cloud, Cluster).RunAsync(new SuspendClusterRequest { Source = Stack }, Activity, Yes, Stop))!;

    private Task<ReviveReport?> ReviveAsync(ClusterRecord? record) =>
        new ReviveCluster(Cloud, Cluster).RunAsync(new ReviveClusterRequest { Source = Stack, Record = record }, Activity, Yes, Stop);
}
