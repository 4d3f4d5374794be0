using System.Text.RegularExpressions;
using Hotstack.Clusters.Revive;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Suspend;

public sealed class SuspendClusterTests : SuspendFixture
{
    [Fact]
    public async Task All_nodes_shut_themselves_down_workers_first_and_the_controller_last()
    {
        await WithAllNodesAsync();
        var seen = new List<string>();
        Activity.Listener = (_, _) =>
        {
            lock (seen)
            {
                seen.AddRange(Statuses.Where(s => s.Value == "SHUTOFF").Select(s => s.Key).Except(seen).ToArray());
            }
        };

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Equal(["worker0", "worker1"], seen.Take(2).Order());
        Assert.Equal("controller", seen[^1]);
        Assert.NotNull(record);
    }

    /// <summary>As in all of upstream's scenarios but one.</summary>
    [Fact]
    public async Task A_stack_without_a_list_of_instances_is_suspended_all_the_same()
    {
        await WithAllNodesAsync();
        Sandbox.Cloud.SetStackOutput("hs-multi", "snapset_data", null);

        ClusterRecord record = (await SuspendAsync(Usual))!;

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Equal(6, record.Instances.Count);
        Assert.Equal("hs-multi", record.StackName);
    }

    [Fact]
    public async Task Only_the_controller_is_stopped_by_Nova()
    {
        await SuspendAsync(Usual);

        string[] stops = [.. Calls.Where(c => c.Service == "compute" && c.Method == "POST"
            && c.Path.EndsWith("/action", StringComparison.Ordinal)).Select(c => c.Path)];
        Assert.Single(stops);
    }

    [Fact]
    public async Task The_record_tells_how_the_cluster_was()
    {
        await WithAllNodesAsync();
        string bootId = (string)Behind.Get("nodes", "master1")!["status"]!["nodeInfo"]!["bootID"]!;
        (DateTimeOffset? client, DateTimeOffset? serving) = Behind.KubeletCertificates("master1");

        ClusterRecord record = (await SuspendAsync(Usual))!;

        Assert.Equal("hs-multi", record.StackName);
        Assert.Equal(6, record.Instances.Count);
        Assert.Equal(NodeNames.Order(), record.Nodes.Select(n => n.Name).Order());
        Assert.Equal(Behind.List("clusteroperators").Count, record.OperatorCount);
        Assert.Contains("route.openshift.io", record.ApiGroups);
        Assert.NotNull(record.ClusterId);
        Assert.NotNull(record.Version);
        Assert.True(record.UnattendedUntil < record.AssistedUntil);
        NodeRecord node = record.Nodes.Single(n => n.Name == "master1");
        Assert.Equal(bootId, node.BootId);
        Assert.Equal("master1", node.InstanceName);
        Assert.False(node.WasUnschedulable);
        Assert.Contains(node.Addresses, a => a.Address == "192.168.32.11");
        Assert.Equal(client!.Value, node.ClientCertificateUntil!.Value, TimeSpan.FromMinutes(2));
        Assert.Equal(serving!.Value, node.ServingCertificateUntil!.Value, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task The_nodes_are_cordoned_in_the_frozen_cluster_and_no_helper_is_left_in_it()
    {
        await SuspendAsync(Usual);

        Assert.Equal(NodeNames.Order(), Cordoned.Order());
        Assert.Empty(HelperPods);
        Assert.All(HelperNamespaces, name => Assert.NotNull(Behind.Get("namespaces", name)!["metadata"]!["deletionTimestamp"]));
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_node_that_was_cordoned_before_is_remembered()
    {
        await WithAllNodesAsync();
        Behind.Change("nodes", "worker1", node => node["spec"]!["unschedulable"] = true);

        ClusterRecord record = (await SuspendAsync(Usual))!;

        Assert.True(record.Nodes.Single(n => n.Name == "worker1").WasUnschedulable);
        Assert.False(record.Nodes.Single(n => n.Name == "worker0").WasUnschedulable);
    }

    [Fact]
    public async Task The_question_tells_what_will_be_done()
    {
        await WithAllNodesAsync();
        string? target = null, action = null;

        await new SuspendCluster(Cloud, Cluster).RunAsync(
            Usual with { Drain = true, SkipCertificateCheck = true }, Activity,
            (t, a) =>
            {
                (target, action) = (t, a);
                return Task.FromResult(false);
            },
            Stop);

        Assert.Contains("'hs-multi'", target, StringComparison.Ordinal);
        Assert.Equal(
            "Cordon 5 nodes, drain the workers, shut down 2 workers from within, shut down 3 masters from within, stop controller by Nova"
            + " WITHOUT regard to its certificates: if they expire while it is off, it may never come back", action);
    }

    [Fact]
    public async Task By_Nova_no_helper_pods_are_needed()
    {
        await SuspendAsync(Usual with { Method = ShutdownMethod.Nova });

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.DoesNotContain(Calls, c => c.Method == "POST" && Regex.IsMatch(c.Path, "/(namespaces|pods)$"));
        Assert.Contains(Activity.Warnings, w => w.Contains("os_shutdown_timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Etcd_is_backed_up_on_one_master_and_the_workers_are_drained()
    {
        await SuspendAsync(Usual with { EtcdBackup = true, Drain = true });

        Assert.Single(NodeNames, node => Behind.Backups(node).Count > 0);
        Assert.Contains(Calls, c => c.Path.EndsWith("/eviction", StringComparison.Ordinal));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task Pods_that_may_not_be_evicted_are_warned_of_and_stop_nothing()
    {
        string ns = Behind.List("pods").Where(p => (string?)p["spec"]?["nodeName"] == "worker0")
            .Where(p => p["metadata"]?["ownerReferences"]?[0]?["kind"]?.ToString() == "ReplicaSet")
            .Select(p => (string)p["metadata"]!["namespace"]!).First();
        Behind.RefuseEvictions(ns);

        await SuspendAsync(Usual with { Drain = true, DrainTimeout = TimeSpan.FromSeconds(20) });

        Assert.Contains(Activity.Warnings, w => w.Contains("are still on the workers", StringComparison.Ordinal)
            && w.Contains(ns, StringComparison.Ordinal));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task A_deployment_of_one_node_needs_no_order()
    {
        Scenario = Scenario.Sno;
        await RestartAsync();

        ClusterRecord record = (await SuspendAsync(Usual with { Source = new() { StackName = "hs-sno" } }))!;
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        ReviveReport? report = await new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = new() { Instances = record.Instances }, PollInterval = Seldom, Record = record }, Activity, Yes, Stop);

        Assert.True(report!.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Empty(Cordoned);
    }

    [Fact]
    public async Task A_young_clusters_certificates_can_be_made_anew_instead_of_waiting_a_day()
    {
        Age = TimeSpan.FromMinutes(40);
        await RestartAsync();
        Assert.False((await TestAsync()).IsSafe);
        DateTimeOffset start = Clock.GetUtcNow();

        ClusterRecord? record = await SuspendAsync(Usual with { ForceRotation = true });

        Assert.True(record!.UnattendedUntil > start.AddDays(20));
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(60));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Empty(HelperPods);
    }

    [Fact]
    public async Task A_record_of_a_cluster_that_ran_again_since_is_refused()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync(Usual))!;
        await new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = Stack, Record = record, PollInterval = Seldom }, Activity, Yes, Stop);
        Sandbox.Cloud.StopServers();

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { Source = Stack, Cluster = record }, Activity, Yes, Stop));

        Assert.Equal(5, failure.Violations.Count);
        Assert.All(failure.Violations, v => Assert.Contains("the record is outdated", v, StringComparison.Ordinal));
    }
}
