using Xunit;

namespace Hotstack.Clusters.Assess;

public sealed class SandboxReportTests : ClusterFixture
{
    [Fact]
    public async Task A_cluster_of_forty_days_is_healthy_and_safe_to_shut_down()
    {
        ClusterReport report = await TestAsync();

        Assert.True(report.IsSafe, string.Join("\n", report.Reasons));
        Assert.True(report.IsHealthy, string.Join("\n", report.Health.Reasons));
        Assert.Equal(NodeNames.Order(), report.Nodes.Select(n => n.Name).Order());
        Assert.True(report.UnattendedUntil > Clock.GetUtcNow().AddDays(7));
        Assert.True(report.AssistedUntil > report.UnattendedUntil);
    }
}
