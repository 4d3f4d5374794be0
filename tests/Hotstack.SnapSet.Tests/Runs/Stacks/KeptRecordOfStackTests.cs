using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments.Stacks;
using Xunit;

namespace Hotstack.Runs.Stacks;

/// <summary>A suspended cluster, and what its stack tells of it.</summary>
public sealed class KeptRecordOfStackTests : SuspendFixture
{
    [Fact]
    public async Task A_suspended_cluster_shows_its_dates_until_a_node_runs_again()
    {
        ClusterRecord record = (await SuspendAsync())!;

        DeploymentStack suspended = await GetAsync();
        Assert.True(suspended.HasRecord);
        Assert.Equal(record.RecordedAt, suspended.RecordedAt!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(record.UnattendedUntil!.Value, suspended.UnattendedUntil!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(record.AssistedUntil!.Value, suspended.AssistedUntil!.Value, TimeSpan.FromSeconds(1));

        await Cloud.Compute.StartServerAsync(suspended.Instances.Single(i => i.Name == "master0").Id, Stop);
        Sandbox.Cloud.Advance(TimeSpan.FromMinutes(2));

        DeploymentStack started = await GetAsync();
        Assert.Equal((false, null, null), (started.HasRecord, started.UnattendedUntil, started.AssistedUntil));
    }

    private async Task<DeploymentStack> GetAsync() => Assert.Single(await new GetStacks(Cloud).RunAsync(
        [StackTarget.Typed("hs-multi")], Activity, e => throw e, Stop));
}
