using System.Globalization;
using System.Text.Json.Nodes;
using Hotstack.OpenShift;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>How soon a revival does and says what it can, and never sooner. The clock does not run ahead of calls.</summary>
public sealed class RevivePaceTests : ClusterFixture
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task No_change_of_an_operator_is_younger_than_two_minutes()
    {
        ClusterRecord record = (await SuspendAsync())!;

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(EndOfRounds(report) - LastTransition() >= 120 * Second);
    }

    [Fact]
    public async Task What_was_quiet_before_the_operators_had_settled_does_not_count()
    {
        ClusterRecord record = (await SuspendAsync())!;

        ReviveReport report = (await ReviveAsync(record, request => request with { SettleTime = TimeSpan.FromMinutes(10) }))!;

        TimelineEntry settled = report.Timeline.Single(t => t.Step == "Settle");
        Assert.True(EndOfRounds(report) - (settled.At + settled.Duration) >= 120 * Second);
    }

    [Fact]
    public async Task A_node_is_uncordoned_before_another_is_up()
    {
        ClusterRecord record = (await SuspendAsync())!;
        var lines = new List<string>();
        Activity.Listener = (_, text) => lines.Add(text);

        ReviveReport report = (await ReviveAsync(record))!;

        int first = lines.FindIndex(l => l.Contains("Uncordoning node", StringComparison.Ordinal));
        Assert.InRange(first, 0, lines.FindIndex(l => l.Contains(": Nodes: ", StringComparison.Ordinal)));
        Assert.Equal(
            $"uncordoned {string.Join(", ", NodeNames.Order(StringComparer.Ordinal))}", report.Timeline.Single(t => t.Step == "Uncordon").Result);
    }

    private static DateTimeOffset EndOfRounds(ReviveReport report)
    {
        TimelineEntry last = report.Timeline.Last(t => t.Step.StartsWith("Stable ", StringComparison.Ordinal));
        return last.At + last.Duration;
    }

    private static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);

    private DateTimeOffset LastTransition() => Behind.List("clusteroperators")
        .SelectMany(o => o["status"]!["conditions"]!.AsArray()).Max(c => Time(c!["lastTransitionTime"]));

    private async Task<ReviveReport?> ReviveAsync(ClusterRecord? record, Func<ReviveClusterRequest, ReviveClusterRequest>? change = null)
    {
        using Cluster cluster = Cluster.Connect(ClusterConfiguration(null), Activity, Clock, Clock.Work.Watch());
        return await new ReviveCluster(Cloud, cluster, new RecordSearch(Cloud)).RunAsync(
            (change ?? (r => r))(new ReviveClusterRequest { Source = Stack, Record = record }), Activity, Yes, Stop);
    }
}
