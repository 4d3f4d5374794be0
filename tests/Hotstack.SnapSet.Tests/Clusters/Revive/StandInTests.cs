using Hotstack.Deployments;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>Bare-metal stand-ins, which Ironic and the bare-metal operator power off and on by themselves.</summary>
public sealed class StandInTests : ClusterFixture
{
    /// <summary>The deployment with stand-ins: extra0 and extra1.</summary>
    private async Task<InstanceSource> WithStandInsAsync()
    {
        Sandbox.Cloud.AddServers(2);
        string[] names = [.. NodeNames.Order(StringComparer.Ordinal), "controller", "extra0", "extra1"];
        string[] ids = [.. names.Select(name => Sandbox.Cloud.Server(name).Id)];
        string[] roles = [.. names.Select(name => name.TrimEnd('0', '1', '2', '3') switch
        {
            "master" => Roles.Master, "worker" => Roles.Worker, "extra" => "bmh", _ => Roles.Controller,
        })];
        IReadOnlyList<Instance> found = await new GetInstances(Cloud).RunAsync(new() { Servers = ids, Roles = roles }, Activity, Stop);
        return new() { Instances = found };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_was_off_is_recorded_so_and_left_off(bool isRecordGiven)
    {
        InstanceSource source = await WithStandInsAsync();
        Sandbox.Cloud.SetServer("extra1", "active");

        ClusterRecord record = (await SuspendAsync(new() { Source = source }))!;
        ReviveReport report = (await ReviveAsync(source, isRecordGiven ? record : null))!;

        Assert.Equal(["extra0"], record.OffInstances);
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Equal("SHUTOFF", StatusOf("extra0"));
        Assert.Equal("ACTIVE", StatusOf("extra1"));
        Assert.EndsWith("; left off, as before the shutdown: extra0", report.Timeline[0].Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_on_before_the_run_that_is_resumed_is_started()
    {
        InstanceSource source = await WithStandInsAsync();
        Sandbox.Cloud.SetServer("extra1", "active");
        await SuspendAsync(new() { Source = source });

        ClusterRecord record = (await SuspendAsync(new() { Source = source }))!;

        Assert.Equal(["extra0"], record.OffInstances);
    }

    [Fact]
    public async Task One_in_rescue_mode_is_refused_before_the_shutdown_with_the_way_out()
    {
        InstanceSource source = await WithStandInsAsync();
        Sandbox.Cloud.SetServer("extra0", "rescued");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(new() { Source = source }));

        Assert.Equal("ServerBusy", failure.Id);
        Assert.Contains("eject the medium first", failure.Message, StringComparison.Ordinal);
        Golden.Message(failure);
        Assert.Empty(Cordoned);
    }

    [Fact]
    public async Task One_in_rescue_mode_does_not_hold_up_a_revival()
    {
        InstanceSource source = await WithStandInsAsync();
        ClusterRecord record = (await SuspendAsync(new() { Source = source }))!;
        Sandbox.Cloud.SetServer("extra1", "rescued");

        ReviveReport report = (await ReviveAsync(source, record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Contains("left in rescue mode", report.Timeline[0].Result, StringComparison.Ordinal);
        Assert.Contains("extra1", report.Timeline[0].Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_with_a_stand_in_in_rescue_mode_is_refused_with_the_way_out()
    {
        InstanceSource source = await WithStandInsAsync();
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.SetServer("extra0", "rescued");

        var failure = await Assert.ThrowsAsync<ViolationsException>(
            () => new NewSnapSet(Cloud).RunAsync(new() { Source = source }, Activity, Yes, Stop));

        Assert.Contains($"is RESCUE, not SHUTOFF: {ServerRules.RescueFix(Sandbox.Cloud.Server("extra0").Id)}", failure.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_set_was_made_one_that_was_off_is_not_started(bool isSuspended)
    {
        InstanceSource source = await WithStandInsAsync();
        Sandbox.Cloud.SetServer("extra1", "active");
        ClusterRecord? record = isSuspended ? await SuspendAsync(new() { Source = source }) : null;

        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(
            new() { Source = source, Cluster = record, StopServers = true, StartServers = true }, Activity, Yes, Stop))!;

        Assert.Equal("SHUTOFF", StatusOf("extra0"));
        Assert.All(Statuses.Where(s => s.Key != "extra0"), s => Assert.Equal("ACTIVE", s.Value));
        Assert.Equal(isSuspended ? ["extra0"] : null, set.ClusterRecord?.OffInstances);
    }

    private Task<ReviveReport?> ReviveAsync(InstanceSource source, ClusterRecord? record) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new() { Source = source, Record = record, PollInterval = Seldom }, Activity, Yes, Stop);
}
