using Xunit;

namespace Hotstack.Clusters;

public sealed class SuspendClusterTests : ClusterFixture
{
    private static readonly SuspendClusterRequest Usual = new() { Source = Stack };

    [Fact]
    public async Task All_nodes_shut_themselves_down_workers_first_and_the_controller_last()
    {
        DateTimeOffset start = Clock.GetUtcNow();

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.NotNull(record);
        Assert.All(Sandbox.Cloud.Servers.Where(s => s.Name != "other-server"), s => Assert.Equal("SHUTOFF", s.Status));
        Assert.Equal(5, record.Nodes.Count);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
    }

    private Task<ClusterRecord?> SuspendAsync(SuspendClusterRequest request) =>
        new SuspendCluster(Cloud, Cluster).RunAsync(request, Activity, Yes, Stop);
}
