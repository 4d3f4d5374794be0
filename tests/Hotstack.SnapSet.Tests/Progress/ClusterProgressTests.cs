using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Clusters.Wait;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Progress;

public sealed class ClusterProgressTests : ClusterFixture
{
    [Theory]
    [InlineData(ShutdownMethod.Guest)]
    [InlineData(ShutdownMethod.Nova)]
    public async Task Suspending_and_reviving_are_one_work_each_with_their_steps_as_parts(ShutdownMethod method)
    {
        ClusterRecord record = (await SuspendAsync(Of(method)))!;
        ProgressRules.Check(Activity, "Suspending cluster");
        Assert.Contains("Shutting down servers", ProgressRules.Parts(Activity));
        Assert.Contains("worker0", ProgressRules.Parts(Activity));

        Activity.Clear();
        await ReviveAsync(record, Stop);
        ProgressRules.Check(Activity, "Reviving cluster");
        Assert.Contains("Starting servers", ProgressRules.Parts(Activity));
        Assert.Contains("controller", ProgressRules.Parts(Activity));
    }

    [Fact]
    public async Task Suspending_is_ended_by_a_failure()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Action = "os-stop", Status = 403, Times = 0 });

        await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(Of(ShutdownMethod.Nova)));

        ProgressRules.Check(Activity, "Suspending cluster");
    }

    [Theory]
    [InlineData(ShutdownMethod.Guest, 1)]
    [InlineData(ShutdownMethod.Guest, 3)]
    [InlineData(ShutdownMethod.Nova, 4)]
    public async Task Suspending_is_ended_by_the_user(ShutdownMethod method, int report)
    {
        using CancellationTokenSource stop = ProgressRules.StopAt(Activity, report);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SuspendAsync(Of(method), stop.Token));

        ProgressRules.Check(Activity, "Suspending cluster");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(14)]
    [InlineData(20)]
    public async Task Reviving_is_ended_by_the_user(int report)
    {
        ClusterRecord record = (await SuspendAsync(Of(ShutdownMethod.Nova)))!;
        Activity.Clear();
        using CancellationTokenSource stop = ProgressRules.StopAt(Activity, report);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReviveAsync(record, stop.Token));

        ProgressRules.Check(Activity, "Reviving cluster");
    }

    [Fact]
    public async Task Reviving_is_ended_by_a_failure()
    {
        ClusterRecord record = (await SuspendAsync(Of(ShutdownMethod.Nova)))!;
        Activity.Clear();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Action = "os-start", Nth = 2, Status = 403, Times = 0 });

        await Assert.ThrowsAnyAsync<HotstackException>(() => ReviveAsync(record, Stop));

        ProgressRules.Check(Activity, "Reviving cluster");
    }

    [Theory]
    [InlineData(ClusterGoal.Stable)]
    [InlineData(ClusterGoal.CertificateRotation)]
    [InlineData(ClusterGoal.Ready)]
    [InlineData(ClusterGoal.Api)]
    public async Task Waiting_ends_when_the_goal_is_reached(ClusterGoal goal)
    {
        await new WaitCluster(Cluster).RunAsync(new WaitClusterRequest { Goal = goal }, Activity, Stop);

        ProgressRules.Check(Activity, "Waiting");
    }

    [Theory]
    [InlineData(ClusterGoal.Stable)]
    [InlineData(ClusterGoal.CertificateRotation)]
    [InlineData(ClusterGoal.Ready)]
    [InlineData(ClusterGoal.Api)]
    public async Task Waiting_is_ended_by_the_user(ClusterGoal goal)
    {
        using CancellationTokenSource stop = ProgressRules.StopAt(Activity, 1);

        // Some have come about at the first look, which is told as well.
        await Record.ExceptionAsync(() =>
            new WaitCluster(Cluster).RunAsync(
                new WaitClusterRequest { Goal = goal, StableFor = [TimeSpan.FromHours(1)], Timeout = TimeSpan.FromHours(2) },
                Activity, stop.Token));

        Assert.True(stop.IsCancellationRequested);
        ProgressRules.Check(Activity, "Waiting");
    }

    private static SuspendClusterRequest Of(ShutdownMethod method) => new() { Source = Stack, Method = method };

    private Task<ReviveReport?> ReviveAsync(ClusterRecord record, CancellationToken stop) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
        new ReviveClusterRequest { Source = new() { Instances = record.Instances }, Record = record }, Activity, Yes, stop);
}
