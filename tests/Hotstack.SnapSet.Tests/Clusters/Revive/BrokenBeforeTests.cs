using System.Text.Json.Nodes;
using Hotstack.Clusters.Suspend;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>What did not work before the shutdown is no obstacle afterwards; what broke meanwhile is.</summary>
public sealed class BrokenBeforeTests : ClusterFixture
{
    private const string Left = "v1beta1.external.metrics.k8s.io";

    [Fact]
    public async Task A_leftover_API_is_recorded_told_and_no_obstacle_to_the_revival()
    {
        AddLeftover();
        ClusterRecord record = await SuspendedAsync();

        ReviveReport report = await RevivedAsync(record);

        Assert.Equal([Left], record.BrokenApiServices);
        Assert.Contains(Activity.Warnings,
            w => w.Contains($"Some services do not work now; the record lists them, and a revival does not wait for them: API {Left}.",
            StringComparison.Ordinal));
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.StartsWith("All its services work, except those that do not count, after ", report.Summary, StringComparison.Ordinal);
        Assert.Contains("All its services work, except those that do not count.", report.Assessment.Summary);
        Assert.Equal(
            $"all APIs serve that count; not available: {Left} (was so before the shutdown)",
                report.Timeline.Single(t => t.Step == "Apis").Result);
        ClusterCheck check = Assert.Single(report.Checks, c => c is { Check: "ApiServices", Target: Left });
        Assert.Equal(
            "Warning: API v1beta1.external.metrics.k8s.io of service keda/keda-operator-metrics-apiserver is not available: "
            + "ServiceNotFound: service/keda-operator-metrics-apiserver in \"keda\" is not present (was so before the shutdown)",
            check.ToString());
    }

    [Fact]
    public async Task The_record_that_is_kept_with_the_servers_knows_it_too()
    {
        AddLeftover();
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed");
        await SuspendedAsync(request => request with { IgnoreOperators = ["insights"] });

        ClusterRecord again = await SuspendedAsync();

        Assert.Equal([Left, "insights"], again.BrokenApiServices.Concat(again.BrokenOperators));
    }

    [Fact]
    public async Task An_operator_that_was_ignored_when_the_record_was_made_need_not_be_ignored_again()
    {
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed");
        ClusterRecord record = await SuspendedAsync(request => request with { IgnoreOperators = ["insights"] });

        ReviveReport report = await RevivedAsync(record);

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Contains(report.Checks, c => c is { Check: "Operators", Result: "Warning" }
            && c.Message.EndsWith("(was so before the shutdown)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_broke_meanwhile_is_named_with_its_service_and_may_be_ignored()
    {
        await WithAllNodesAsync();
        ClusterRecord record = await SuspendedAsync();
        AddLeftover();

        var failure = await Assert.ThrowsAsync<HotstackException>(() => RevivedAsync(record));

        Assert.Equal("ApiServicesNotAvailable", failure.Id);
        Golden.Message(failure);

        ReviveReport report = await RevivedAsync(record, request => request with { IgnoreApiServices = ["*.external.metrics.k8s.io"] });
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    [Fact]
    public async Task A_name_to_ignore_that_matches_nothing_is_told_once()
    {
        ClusterRecord record = await SuspendedAsync();

        await RevivedAsync(record, request => request with { IgnoreOperators = ["insigths"], IgnoreApiServices = ["*.metrics.k8s.io"] });

        Assert.Single(Activity.Warnings,
            w => w.Contains("-IgnoreOperator insigths: the cluster has no cluster operator", StringComparison.Ordinal));
        Assert.Single(Activity.Warnings,
            w => w.Contains("-IgnoreApiService *.metrics.k8s.io: the cluster has no API service", StringComparison.Ordinal));
    }

    /// <summary>What a removed KEDA leaves behind: an API whose service is gone.</summary>
    private void AddLeftover() => Behind.Add("apiservices", JsonNode.Parse($$"""
        {"metadata": {"name": "{{Left}}"},
         "spec": {"group": "external.metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
           "service": {"namespace": "keda", "name": "keda-operator-metrics-apiserver", "port": 443} } }
        """)!.AsObject());

    private async Task<ClusterRecord> SuspendedAsync(Func<SuspendClusterRequest, SuspendClusterRequest>? change = null) =>
        (await SuspendAsync((change ?? (r => r))(new SuspendClusterRequest { Source = Stack, PollInterval = TimeSpan.FromSeconds(30) })))!;

    private async Task<ReviveReport> RevivedAsync(ClusterRecord record, Func<ReviveClusterRequest, ReviveClusterRequest>? change = null) =>
        (await new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            (change ?? (r => r))(new ReviveClusterRequest { Source = Stack, Record = record, PollInterval = TimeSpan.FromSeconds(15) }),
                Activity, Yes, Stop))!;
}
