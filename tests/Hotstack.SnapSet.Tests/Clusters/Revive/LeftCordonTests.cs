using Hotstack.Clusters.Nodes;
using Hotstack.Clusters.Wait;
using Hotstack.OpenShift;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>Nodes that the machine-config operator cordoned and did not uncordon.</summary>
public sealed class LeftCordonTests : ClusterFixture
{
    public LeftCordonTests() => Size = AllNodes;

    /// <summary>What the node shows, and who cordoned it by that.</summary>
    public static TheoryData<string, CordonOriginName> Nodes => new()
    {
        { "", CordonOriginName.None },
        { "cordoned", CordonOriginName.Other },
        { "cordoned desiredDrain=uncordon-rendered-worker-0 lastAppliedDrain=uncordon-rendered-worker-0", CordonOriginName.Other },
        { "cordoned lastAppliedDrain=drain-rendered-worker-0", CordonOriginName.LeftByRollout },
        { "cordoned lastAppliedDrain=drain-rendered-worker-0 state=Degraded", CordonOriginName.Rollout },
        { "cordoned lastAppliedDrain=drain-rendered-worker-1 desiredConfig=rendered-worker-1", CordonOriginName.Rollout },
        { "cordoned lastAppliedDrain=drain-rendered-worker-1 desiredDrain=uncordon-rendered-worker-1 state=Degraded", CordonOriginName.LeftByRollout },
        { "cordoned desiredImage=quay.io/x lastAppliedDrain=drain-rendered-worker-0", CordonOriginName.Rollout },
    };

    /// <summary>Public names for the test's data.</summary>
    public enum CordonOriginName
    {
        None,
        Rollout,
        LeftByRollout,
        Other,
    }

    [Theory]
    [MemberData(nameof(Nodes))]
    public async Task Who_cordoned_a_node(string shown, CordonOriginName expected)
    {
        Show("worker1", shown);

        k8s.Models.V1Node node = (await Cluster.ListNodesAsync(Stop)).Items.Single(n => n.Name == "worker1");

        Assert.Equal($"{expected}", $"{MachineConfigState.OriginOf(node)}");
    }

    [Theory]
    [InlineData("cordoned lastAppliedDrain=drain-rendered-worker-0", false, true)]
    [InlineData("cordoned lastAppliedDrain=drain-rendered-worker-0", true, true)]
    [InlineData("cordoned", false, false)]
    [InlineData("cordoned", true, true)]
    public async Task A_cordon_that_nobody_wants_is_not_kept_as_the_users_own(string shown, bool uncordon, bool isLeft)
    {
        Show("worker1", shown);

        ClusterRecord record = (await SuspendAsync(new() { Source = Stack, Uncordon = uncordon }))!;
        await new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud))
            .RunAsync(new() { Source = Stack, Record = record }, Activity, Yes, Stop);

        Assert.Equal(isLeft ? [] : ["worker1"], Cordoned);
        Assert.Equal(isLeft, Activity.Warnings.Any(w => w.StartsWith("Left cordoned", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ClusterGoal.Stable, "cordoned lastAppliedDrain=drain-rendered-worker-0", true)]
    [InlineData(ClusterGoal.Ready, "cordoned lastAppliedDrain=drain-rendered-worker-0", true)]
    [InlineData(ClusterGoal.Api, "cordoned", true)]
    [InlineData(ClusterGoal.CertificateRotation, "cordoned", true)]
    [InlineData(ClusterGoal.Ready, "cordoned", true)]
    public async Task A_wait_uncordons_what_was_left_if_it_is_told_so(ClusterGoal goal, string shown, bool isLeft)
    {
        Show("worker1", shown);

        await new WaitCluster(Cluster).RunAsync(new() { Goal = goal, Uncordon = true }, Activity, Stop);

        Assert.Equal(isLeft ? [] : ["worker1"], Cordoned);
        Assert.Equal(isLeft, Activity.Warnings.Any(w => w.StartsWith("Uncordoned worker1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Uncordoning_is_part_of_the_timeout()
    {
        Behind.Outage(TimeSpan.FromMinutes(12));
        Behind.SetOperator("insights", "Degraded", "True");
        DateTimeOffset start = Clock.GetUtcNow();

        await Assert.ThrowsAnyAsync<HotstackException>(() => new WaitCluster(Cluster).RunAsync(
            new() { Uncordon = true, Timeout = TimeSpan.FromMinutes(20) }, Activity, Stop));

        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(22));
    }

    [Fact]
    public async Task A_wait_uncordons_one_that_is_left_while_it_waits()
    {
        Behind.SetKubeletCertificates("worker0", client: Clock.GetUtcNow().AddHours(30));
        int polls = 0;
        Activity.Listener = (stream, text) =>
        {
            if (stream is "verbose" or "debug" && text.StartsWith("Reading the state", StringComparison.Ordinal) && ++polls == 3)
            {
                Show("worker1", "cordoned lastAppliedDrain=drain-rendered-worker-0");
                Behind.SetKubeletCertificates("worker0", client: Clock.GetUtcNow().AddDays(30));
            }
        };

        await new WaitCluster(Cluster).RunAsync(
            new() { Goal = ClusterGoal.CertificateRotation, Uncordon = true, Timeout = TimeSpan.FromHours(3) }, Activity, Stop);
        await new WaitCluster(Cluster).RunAsync(new() { Goal = ClusterGoal.Ready, Uncordon = true }, Activity, Stop);

        Assert.Empty(Cordoned);
    }

    [Fact]
    public async Task A_report_says_who_cordoned_it()
    {
        Show("worker1", "cordoned lastAppliedDrain=drain-rendered-worker-0");

        ClusterReport report = await TestAsync();

        Assert.Contains("did not uncordon it. Run 'Wait-HotstackCluster -StackName … -Uncordon' or 'oc adm uncordon worker1'", report.Checks.Single(c => c.Check == "Schedulable").Message, StringComparison.Ordinal);
    }

    private void Show(string node, string shown)
    {
        foreach (string word in shown.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Behind.Change("nodes", node, o =>
            {
                switch (word.Split('='))
                {
                    case ["cordoned"]:
                        o["spec"]!["unschedulable"] = true;
                        break;
                    case [{ } annotation, { } value]:
                        o["metadata"]!["annotations"]![$"machineconfiguration.openshift.io/{annotation}"] = value;
                        break;
                }
            });
        }
    }
}
