using System.Text.RegularExpressions;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Cluster;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Clusters;

public sealed class SuspendClusterTests : ClusterFixture
{
    private static readonly SuspendClusterRequest Usual = new() { Source = Stack };

    [Fact]
    public async Task All_nodes_shut_themselves_down_workers_first_and_the_controller_last()
    {
        DateTimeOffset start = Clock.GetUtcNow();
        var seen = new List<string>();
        Activity.Listener = (_, _) =>
        {
            foreach (string name in Statuses.Where(s => s.Value == "SHUTOFF").Select(s => s.Key).Except(seen).ToArray())
            {
                seen.Add(name);
            }
        };

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Equal(["worker0", "worker1"], seen.Take(2).Order());
        Assert.Equal("controller", seen[^1]);
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(15));
        Assert.NotNull(record);
    }

    [Fact]
    public async Task Only_the_controller_is_stopped_by_Nova()
    {
        await SuspendAsync(Usual);

        string[] stops = [.. Calls.Where(c => c.Service == "compute" && c.Method == "POST" && c.Path.EndsWith("/action", StringComparison.Ordinal)).Select(c => c.Path)];
        Assert.Single(stops);
    }

    [Fact]
    public async Task The_record_tells_how_the_cluster_was()
    {
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
        Assert.Empty(HelperNamespaces);
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_node_that_was_cordoned_before_is_remembered()
    {
        Behind.Change("nodes", "worker1", node => node["spec"]!["unschedulable"] = true);

        ClusterRecord record = (await SuspendAsync(Usual))!;

        Assert.True(record.Nodes.Single(n => n.Name == "worker1").WasUnschedulable);
        Assert.False(record.Nodes.Single(n => n.Name == "worker0").WasUnschedulable);
    }

    [Theory]
    [InlineData("master0", PodFate.Fail)]
    [InlineData("master1", PodFate.Hang)]
    [InlineData("master2", PodFate.ImagePullError)]
    [InlineData("worker0", PodFate.NoShutdown)]
    [InlineData("worker1", PodFate.Fail)]
    [InlineData("worker0", PodFate.Hang)]
    [InlineData("master0", PodFate.NoShutdown)]
    public async Task If_one_node_cannot_be_armed_none_is_shut_down(string node, PodFate fate)
    {
        Behind.SetHelperPods(node, fate);

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Equal("NodeNotArmed", failure.Id);
        Assert.Contains(node, failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task What_could_not_be_cancelled_is_named_with_its_time_and_the_fix()
    {
        Behind.SetHelperPods("worker1", PodFate.NoShutdown);
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.StartsWith("Cancelling", StringComparison.Ordinal))
            {
                Behind.SetHelperPods("master2", PodFate.Fail);
            }
        };

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Contains("node master2 may shut down at", failure.Message, StringComparison.Ordinal);
        Assert.Contains("shutdown -c", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(Behind.ScheduledShutdown("master2"));
        Assert.Null(Behind.ScheduledShutdown("master0"));
        Assert.Empty(Cordoned);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Whenever_it_is_stopped_before_the_first_node_goes_all_is_taken_back(string moment)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        bool wasThere = false;
        Activity.Listener = (_, text) =>
        {
            if (!wasThere && Regex.IsMatch(text, moment))
            {
                wasThere = true;
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SuspendAsync(Usual with { EtcdBackup = true, Drain = true }, stop.Token));

        Assert.True(wasThere);
        AssertNothingHappened();
        Assert.Contains(Activity.Warnings, w => w.Contains("Nothing was shut down; all was taken back", StringComparison.Ordinal));
    }

    public static TheoryData<string> Moments =>
    [
        "backing up etcd", "cordoning the nodes", "Cordoning node master1", "Cordoning node worker0", "draining the workers", "Evicted pod",
        "arming the shutdown", "helper pod arm-2-0", "helper pod arm-2-3", "All 5 nodes are armed", "Deleting the helper namespace",
        @"DELETE \S+/namespaces/hotstack-snapset-\w+ ->", @"DELETE \S+/pods/arm-2-4 ->",
    ];

    [Theory]
    [InlineData("cordoning the nodes")]
    [InlineData("Cordoning node worker0")]
    [InlineData("waiting for the nodes to shut down")]
    [InlineData("os-stop of server")]
    public async Task By_Nova_all_is_taken_back_until_the_first_order(string moment)
    {
        await StopAtAsync(moment, Usual with { Method = ShutdownMethod.Nova });

        Assert.Contains(Activity.Warnings, w => w.Contains("Nothing was shut down; all was taken back", StringComparison.Ordinal));
        AssertNothingHappened();
    }

    [Fact]
    public async Task If_Nova_refuses_the_first_orders_all_is_taken_back()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "compute", Action = "os-stop", Status = 403, Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { Method = ShutdownMethod.Nova }));

        Assert.Equal(ErrorCause.Forbidden, failure.Cause);
        Assert.Contains("Nothing was shut down; all was taken back.", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Theory]
    [InlineData("having the certificates made anew")]
    [InlineData("Deleting secret .*/csr-signer,")]
    [InlineData("helper pod kubelet-1-0")]
    public async Task Stopped_while_certificates_are_made_anew_the_cluster_goes_on_as_it_was(string moment)
    {
        _age = TimeSpan.FromMinutes(40);
        await RestartAsync();

        await StopAtAsync(moment, Usual with { ForceRotation = true });

        Assert.Contains(
            Activity.Warnings,
            w => w.Contains("Nothing was shut down; all was taken back. Certificates that were made anew stay so.", StringComparison.Ordinal));
        AssertNothingHappened();
    }

    [Fact]
    public async Task Rights_that_are_missing_are_named_before_anything_is_changed()
    {
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "kubernetes", Path = "/selfsubjectaccessreviews$", Status = 201, Times = 0,
            Body = """{"status": {"allowed": false}}""",
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { Drain = true, ForceRotation = true }));

        Assert.Equal("RightsMissing", failure.Id);
        Assert.Equal(ErrorCause.Forbidden, failure.Cause);
        string[] rights =
        [
            "patch nodes", "create namespaces", "create pods,", "get pods/log", "create pods/eviction", "delete secrets",
            "update certificatesigningrequests/approval.certificates.k8s.io",
        ];
        Assert.All(rights, right => Assert.Contains(right, failure.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Calls, c => c.Service == "kubernetes" && c.Method is "PATCH" or "DELETE");
        AssertNothingHappened();
    }

    [Fact]
    public async Task By_Nova_no_right_to_run_pods_is_asked_for()
    {
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "kubernetes", Path = "/selfsubjectaccessreviews$", Status = 201, Times = 0,
            Body = """{"status": {"allowed": false}}""",
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { Method = ShutdownMethod.Nova }));

        Assert.Contains("may not patch nodes, which", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_tell_what_we_may_is_asked_to_do_it()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Path = "/selfsubjectaccessreviews$", Status = 403, Times = 0 });

        Assert.NotNull(await SuspendAsync(Usual));
    }

    [Theory]
    [InlineData("/api/v1/namespaces$")]
    [InlineData("/pods$")]
    public async Task Where_no_pod_was_ever_made_no_scheduled_shutdown_is_warned_of(string path)
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Method = "POST", Path = path, Status = 403, Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Contains("403", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was shut down; all was taken back.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("shutdown -c", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task A_log_that_may_not_be_read_is_the_reason_that_is_given()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Method = "GET", Path = "/log$", Status = 403, Times = 0 });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Equal("NodeNotArmed", failure.Id);
        Assert.Matches("master0: the log of helper pod arm-1-[0-9] cannot be read: 403", failure.Message);
        AssertNothingHappened();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificates_are_looked_at_again_after_a_backup_or_drain(bool isBackup)
    {
        Activity.Listener = (_, text) =>
        {
            if (text.Contains(isBackup ? "backing up etcd" : "draining the workers", StringComparison.Ordinal))
            {
                Behind.SetKubeletCertificates("worker0", client: Clock.GetUtcNow().AddHours(30));
            }
        };

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { EtcdBackup = isBackup, Drain = !isBackup }));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Assert.Contains("worker0", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("all was taken back", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task No_backup_is_made_of_a_cluster_whose_certificates_are_still_the_installers()
    {
        _age = TimeSpan.FromHours(3);
        await RestartAsync();

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => SuspendAsync(Usual with { EtcdBackup = true, SkipCertificateCheck = true }));

        Assert.Equal("EtcdBackupTooEarly", failure.Id);
        Assert.Contains("csr-signer-signer", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
        Assert.All(NodeNames, node => Assert.Empty(Behind.Backups(node)));
    }

    [Fact]
    public async Task An_API_that_is_not_reached_is_told_and_nothing_is_changed()
    {
        Behind.Outage(TimeSpan.FromHours(5));

        foreach (Func<Task> call in (Func<Task>[])[() => SuspendAsync(Usual), TestAsync])
        {
            var failure = await Assert.ThrowsAnyAsync<HotstackException>(call);
            Assert.Equal(ErrorCause.ServiceUnavailable, failure.Cause);
            Assert.Contains(Behind.Address.Authority, failure.Message, StringComparison.Ordinal);
            Assert.Contains("kubeconfig", failure.Hint, StringComparison.Ordinal);
        }

        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.DoesNotContain(Calls, c => c.Service == "compute" && c.Method != "GET");
    }

    [Fact]
    public async Task A_CA_that_is_not_the_clusters_is_told_and_nothing_is_changed()
    {
        using var others = new Http.Certificates();
        ClusterConfiguration configuration = ClusterConfiguration();
        using var cluster = Cluster.Connect(
            configuration with { Tls = configuration.Tls with { CaCertificates = await File.ReadAllTextAsync(others.CaPath, Stop) } }, Activity, Clock);

        foreach (Func<Task> call in (Func<Task>[])
            [() => new SuspendCluster(Cloud, cluster).RunAsync(Usual, Activity, Yes, Stop), () => new TestCluster(cluster).RunAsync(new(), Activity, Stop)])
        {
            var failure = await Assert.ThrowsAnyAsync<HotstackException>(call);
            Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("certificate-authority", failure.Hint, StringComparison.Ordinal);
        }

        AssertNothingHappened();
    }

    [Fact]
    public async Task Ctrl_C_during_the_count_down_cancels()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        bool areArmed = false;
        Activity.Listener = (_, text) => areArmed |= text.Contains("nodes are armed", StringComparison.Ordinal);
        Clock.AutoAdvanceUpTo = TimeSpan.FromSeconds(4);
        Task<ClusterRecord?> run = SuspendAsync(Usual, stop.Token);
        while (!areArmed || HelperNamespaces.Any())
        {
            Assert.False(run.IsCompleted);
            await Task.Delay(5, Stop);
        }

        Assert.All(NodeNames, node => Assert.NotNull(Behind.ScheduledShutdown(node)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.True(Activity.Warnings.Any(w => w.Contains("all was taken back", StringComparison.Ordinal)), string.Join('\n', Activity.Warnings));
        AssertNothingHappened();
    }

    [Fact]
    public async Task Ctrl_C_when_nodes_go_already_says_that_they_go_on_and_the_same_command_finishes()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Activity.Listener = (_, text) =>
        {
            if (text.Contains("waiting for the nodes to shut down", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SuspendAsync(Usual, stop.Token));
        Assert.Contains(Activity.Warnings, w => w.Contains("cannot be taken back any more", StringComparison.Ordinal));

        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("ACTIVE", StatusOf("controller"));
        Activity.Listener = null;
        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.NotNull(record!.UnattendedUntil);
        Assert.Equal(NodeNames.Order(), record.Nodes.Select(n => n.Name).Order());
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("nothing of it can be recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_consent_nothing_is_changed()
    {
        ClusterRecord? record = await new SuspendCluster(Cloud, Cluster).RunAsync(Usual, Activity, (_, _) => Task.FromResult(false), Stop);

        Assert.Null(record);
        Assert.DoesNotContain(Calls, c => c.Method != "GET" && c.Service != "identity" && !c.Path.EndsWith("/selfsubjectaccessreviews", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_question_tells_what_will_be_done()
    {
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
            + " WITHOUT regard to its certificates: if they run out while it is off, it may never come back", action);
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

        Assert.Contains(Activity.Warnings, w => w.Contains("are still on the workers", StringComparison.Ordinal) && w.Contains(ns, StringComparison.Ordinal));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task An_operator_in_trouble_refuses_unless_it_is_ignored()
    {
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed", "no upload for hours");

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));
        Assert.Equal("ClusterNotSafe", failure.Id);
        Assert.Contains("insights", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();

        Assert.NotNull(await SuspendAsync(Usual with { IgnoreOperators = ["insight*"] }));
    }

    [Fact]
    public async Task Certificates_that_end_soon_refuse_unless_the_risk_is_taken()
    {
        Behind.SetKubeletCertificates("worker0", client: Clock.GetUtcNow().AddHours(30));

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));
        Assert.Equal("ClusterNotSafe", failure.Id);
        Assert.Contains("worker0", failure.Message, StringComparison.Ordinal);

        ClusterRecord? record = await SuspendAsync(Usual with { SkipCertificateCheck = true });
        Assert.True(record!.UnattendedUntil < Clock.GetUtcNow().AddHours(31));
    }

    [Fact]
    public async Task A_node_without_a_server_and_a_server_without_a_node_are_errors()
    {
        var find = new FindInstances(Cloud);
        IReadOnlyList<Instance> instances = await find.RunAsync(Stack, Activity, Stop);

        var failure = await Assert.ThrowsAsync<ViolationsException>(
            () => SuspendAsync(Usual with { Source = new() { Instances = [.. instances.Where(i => i.Name != "worker1")] } }));

        Assert.Equal("NodesDoNotMatch", failure.Id);
        Assert.Contains("worker1", Assert.Single(failure.Violations), StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task A_delay_in_which_nothing_could_be_cancelled_is_refused()
    {
        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { ShutdownDelay = TimeSpan.FromSeconds(30) }));

        Assert.Equal("ShutdownDelayTooShort", failure.Id);
    }

    [Fact]
    public async Task The_helper_namespace_of_a_run_that_was_killed_is_deleted_by_the_next()
    {
        Behind.Add("namespaces", new System.Text.Json.Nodes.JsonObject
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject
            {
                ["name"] = "hotstack-snapset-dead",
                ["labels"] = new System.Text.Json.Nodes.JsonObject { ["app.kubernetes.io/managed-by"] = "hotstack-snapset" },
            },
        });

        await SuspendAsync(Usual);

        Assert.Empty(HelperNamespaces);
    }

    [Fact]
    public async Task What_a_run_that_was_killed_had_cordoned_is_not_taken_for_the_users_own()
    {
        foreach (string node in NodeNames.Take(3))
        {
            Behind.Change("nodes", node, n =>
            {
                n["spec"]!["unschedulable"] = true;
                n["metadata"]!["annotations"]!["hotstack-snapset/cordoned"] = "true";
            });
        }

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.All(record!.Nodes, node => Assert.False(node.WasUnschedulable));
    }

    [Fact]
    public async Task If_the_API_is_lost_once_all_are_armed_they_go_nevertheless()
    {
        Activity.Listener = (_, text) =>
        {
            if (text.Contains("nodes are armed", StringComparison.Ordinal))
            {
                Behind.Outage(TimeSpan.FromHours(1));
            }
        };

        ClusterRecord? record = await SuspendAsync(Usual);

        Assert.NotNull(record);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Contains(Activity.Warnings, w => w.Contains("may be frozen with the cluster", StringComparison.Ordinal));
    }

    [Fact]
    public async Task If_the_API_is_lost_before_all_are_armed_what_may_happen_is_told()
    {
        bool isLost = false;
        Activity.Listener = (_, text) =>
        {
            if (!isLost && Regex.IsMatch(text, @"POST \S+/pods -> 201"))
            {
                isLost = true;
                Behind.Outage(TimeSpan.FromHours(1));
            }
        };

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Contains("Not all could be taken back", failure.Message, StringComparison.Ordinal);
        Assert.Contains("shutdown -c", failure.Message, StringComparison.Ordinal);
        Assert.Contains("oc adm uncordon", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_cluster_than_the_deployments_is_told()
    {
        foreach (string node in NodeNames)
        {
            Behind.Change("nodes", node, n =>
            {
                n["metadata"]!["annotations"]!.AsObject().Remove("k8s.ovn.org/l3-gateway-config");
                n["status"]!["addresses"]![0]!["address"] = "10.1.1." + node[^1];
            });
        }

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => SuspendAsync(Usual));

        Assert.Equal("NodesDoNotMatch", failure.Id);
        Assert.Equal(10, failure.Violations.Count);
        Assert.Contains("-Kubeconfig", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_right_to_look_nothing_is_changed_and_the_missing_rights_are_named()
    {
        using Cluster restricted = ConnectToCluster("restricted");

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => new SuspendCluster(Cloud, restricted).RunAsync(Usual, Activity, Yes, Stop));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Assert.Contains("may be unsafe", failure.Message, StringComparison.Ordinal);
        Assert.Contains("list nodes", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task A_deployment_of_one_node_needs_no_order()
    {
        _scenario = Scenario.Sno;
        await RestartAsync();

        ClusterRecord record = (await SuspendAsync(Usual with { Source = new() { StackName = "hs-sno" } }))!;
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        ReviveReport? report = await new ReviveCluster(Cloud, Cluster).RunAsync(
            new ReviveClusterRequest { Source = new() { Instances = record.Instances }, Record = record }, Activity, Yes, Stop);

        Assert.True(report!.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Empty(Cordoned);
    }

    [Fact]
    public async Task A_young_clusters_certificates_can_be_made_anew_instead_of_waiting_a_day()
    {
        _age = TimeSpan.FromMinutes(40);
        await RestartAsync();
        Assert.False((await TestAsync()).IsSafe);
        DateTimeOffset start = Clock.GetUtcNow();

        ClusterRecord? record = await SuspendAsync(Usual with { ForceRotation = true });

        Assert.True(record!.UnattendedUntil > start.AddDays(20));
        Assert.InRange(Clock.GetUtcNow() - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(60));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Empty(HelperNamespaces);
    }

    [Fact]
    public async Task A_record_of_a_cluster_that_ran_again_since_is_refused()
    {
        ClusterRecord record = (await SuspendAsync(Usual))!;
        await new ReviveCluster(Cloud, Cluster).RunAsync(new ReviveClusterRequest { Source = Stack, Record = record }, Activity, Yes, Stop);
        Sandbox.Cloud.StopServers();

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => new CreateSnapSet(Cloud).RunAsync(
            new CreateSnapSetRequest { Source = Stack, Cluster = record }, Activity, Yes, Stop));

        Assert.Equal(5, failure.Violations.Count);
        Assert.All(failure.Violations, v => Assert.Contains("what was recorded no longer holds", v, StringComparison.Ordinal));
    }

    private Scenario _scenario = Scenario.Multi;
    private TimeSpan _age = TimeSpan.FromDays(45);

    protected override SandboxOptions Options => new() { Clock = Clock, ClusterAge = _age, Scenario = _scenario };

    private void AssertNothingHappened()
    {
        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.All(NodeNames, node => Assert.Null(Behind.ScheduledShutdown(node)));
        Assert.Empty(Cordoned);
        Assert.Empty(HelperNamespaces);
        Assert.Empty(Noted);
    }
}
