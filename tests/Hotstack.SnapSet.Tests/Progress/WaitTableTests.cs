using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Clusters.Wait;
using Hotstack.Hosting;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Progress;

/// <summary>What each wait shows: percent where something can be counted, the time that remains where it is known, and otherwise the timeout.</summary>
public sealed class WaitTableTests : SuspendFixture
{
    private static readonly string[] OfSuspend =
    [
        "Deleting helper pods: percent limit", "Draining the workers: percent limit", "Renewing certificates: percent limit",
        "Running helper pods: percent limit", "Shutting down servers: percent remaining limit", "Suspending cluster: percent remaining",
        "Waiting for the cluster to be stable: percent remaining limit",
    ];

    private static readonly string[] OfRevive =
    [
        "Reading the identity of cluster: limit", "Reviving cluster: percent remaining limit", "Starting servers: percent limit",
        "Uncordoning the nodes: limit", "Waiting for the API of cluster: percent limit", "Waiting for the cluster to be stable: percent remaining limit",
        "Waiting for the cluster's APIs: percent limit", "Waiting for the named conditions: percent limit", "Waiting for the nodes: percent limit",
    ];

    [Fact]
    public async Task Each_wait_of_a_suspend_and_a_revive_shows_what_is_known_and_none_stands_still()
    {
        Age = TimeSpan.FromMinutes(40);
        await RestartAsync();
        var timed = new List<(DateTimeOffset At, ProgressReport Report)>();
        Activity.ProgressListener = report =>
        {
            lock (timed)
            {
                timed.Add((Clock.GetUtcNow(), report));
            }
        };

        // The clock does not run ahead of the calls.
        using Cloud cloud = Cloud.Connect(Configuration("sandbox"), Activity, Clock, Clock.Work.Watch());
        using Cluster cluster = Cluster.Connect(ClusterConfiguration(), Activity, Clock, Clock.Work.Watch());

        ClusterRecord record = (await new SuspendCluster(cloud, cluster).RunAsync(
            Usual with { ForceRotation = true, EtcdBackup = true, Drain = true }, Activity, Yes, Stop))!;
        Assert.Equal(OfSuspend, Table());

        Activity.Clear();
        await new ReviveCluster(cloud, cluster, new RecordSearch(cloud)).RunAsync(
            new ReviveClusterRequest
            {
                Source = new() { Instances = record.Instances }, Record = record, PollInterval = Seldom,
                WaitFor = ["nodes/master0:Ready"], SettleTime = TimeSpan.FromMinutes(6),
            },
            Activity, Yes, Stop);
        Assert.Equal(OfRevive, Table());
        AssertLives(timed);
    }

    [Fact]
    public async Task The_wait_for_certificates_shows_when_they_are_renewed_and_percent_of_the_time()
    {
        await WithAllNodesAsync();
        Age = TimeSpan.FromHours(13);
        await RestartAsync();

        await new WaitCluster(Cluster).RunAsync(new() { Goal = ClusterGoal.CertificateRotation, PollInterval = TimeSpan.FromMinutes(30) }, Activity, Stop);

        Assert.Equal(["Waiting for cluster: percent remaining limit"], Table());
        ProgressReport first = Activity.Reports[0];
        Assert.InRange(first.Remaining!.Value, TimeSpan.FromHours(10), TimeSpan.FromHours(13));
        Assert.Equal(0, first.Percent);
        Assert.Matches(@"^\d of \d+ checks pass: ", first.Status);
        ProgressReport[] waiting = [.. Activity.Reports.Where(report => report.Remaining is not null)];
        Assert.InRange(waiting[^1].Percent!.Value, 90, 100);
        Assert.DoesNotContain(Activity.Steps, line => line.Contains("already", StringComparison.Ordinal));
        Assert.Single(Activity.Steps, line => line.StartsWith("Reading the certificates", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ClusterGoal.CertificateRotation, "safe to shut down")]
    [InlineData(ClusterGoal.Ready, "ready")]
    public async Task A_wait_that_has_nothing_to_do_says_so_in_a_line(ClusterGoal goal, string expected)
    {
        await new WaitCluster(Cluster).RunAsync(new() { Goal = goal }, Activity, Stop);

        Assert.Contains($"Cluster '{Cluster.Name}' is {expected} already; there is nothing to wait for.", Activity.Steps);
    }

    /// <summary>The settling and the grace before the shutdown count down.</summary>
    [Theory]
    [InlineData(15, 15)]
    [InlineData(600, 20)]
    [InlineData(0, 0)]
    public async Task A_time_that_is_waited_for_counts_down(int seconds, int reports)
    {
        var length = TimeSpan.FromSeconds(seconds);

        await Poll.CountDownAsync("Waiting", "a while", length, Clock, Activity, Stop);

        Assert.Equal(reports, Activity.Reports.Count);
        Assert.Equal(Enumerable.Range(0, reports).Select(i => length - (length / reports * i)), Activity.Reports.Select(r => r.Remaining!.Value));
        Assert.Equal(Enumerable.Range(0, reports).Select(i => 100 * i / reports), Activity.Reports.Select(r => r.Percent!.Value));
    }

    private IEnumerable<string> Table()
    {
        HashSet<string?> names = [.. NodeNames, .. Statuses.Keys, .. Behind.List("clusteroperators").Select(o => (string?)o["metadata"]!["name"])];
        return ProgressRules.Table(Activity, names.Contains);
    }

    /// <summary>As the terminal shows it: something changes each second, and a log gets a line a minute at most.</summary>
    private static void AssertLives(List<(DateTimeOffset At, ProgressReport Report)> timed)
    {
        var clock = new ManualClock(timed[0].At);
        var shown = new List<(DateTimeOffset At, ProgressReport Report)>();
        var told = new List<DateTimeOffset>();
        var live = new LiveProgress(Keep, _ => told.Add(clock.GetUtcNow()), clock);
        foreach ((DateTimeOffset at, ProgressReport report) in timed)
        {
            clock.Advance(at > clock.GetUtcNow() ? at - clock.GetUtcNow() : TimeSpan.Zero);
            live.Report(report);
        }

        live.End();
        void Keep(ProgressReport report)
        {
            lock (shown)
            {
                shown.Add((clock.GetUtcNow(), report));
            }
        }

        Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(1)));
        Assert.NotEmpty(told);
        foreach (IGrouping<string, (DateTimeOffset At, ProgressReport Report)> work in shown.GroupBy(one => one.Report.Work))
        {
            (DateTimeOffset At, ProgressReport Report)? last = null;
            foreach ((DateTimeOffset at, ProgressReport report) in work)
            {
                if (last is { Report.Completed: false } before)
                {
                    Assert.True(at - before.At <= TimeSpan.FromSeconds(2), $"{work.Key} stood still for {at - before.At}: {before.Report.Status}");
                }

                last = (at, report);
            }
        }
    }
}
