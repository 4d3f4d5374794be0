using System.Text.Json.Nodes;
using Hotstack.Clusters.Assess;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>For what a cluster is not shut down.</summary>
public sealed class SuspendRefusalTests : SuspendFixture
{
    [Fact]
    public async Task Rights_that_are_missing_are_named_before_anything_is_changed()
    {
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "kubernetes", Path = "/selfsubjectaccessreviews$", Status = 201, Times = 0,
            Body = """{"status": {"allowed": false}}""",
        });

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(Usual with { Drain = true, ForceRotation = true }));

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

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(Usual with { Method = ShutdownMethod.Nova }));

        Golden.Message(failure);
    }

    [Fact]
    public async Task A_cluster_that_does_not_tell_what_we_may_is_asked_to_do_it()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Path = "/selfsubjectaccessreviews$", Status = 403,
            Times = 0 });

        Assert.NotNull(await SuspendAsync(Usual));
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

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => SuspendAsync(Usual with { EtcdBackup = isBackup, Drain = !isBackup }));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Golden.Message(failure);
        Assert.DoesNotContain("Nothing was changed", failure.Message, StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task No_backup_is_made_of_a_cluster_whose_certificates_are_still_the_installers()
    {
        Age = TimeSpan.FromHours(3);
        await RestartAsync();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => SuspendAsync(Usual with { EtcdBackup = true, SkipCertificateCheck = true }));

        Assert.Equal("EtcdBackupTooEarly", failure.Id);
        Golden.Message(failure);
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
            configuration with { Tls = configuration.Tls with { CaCertificates = await File.ReadAllTextAsync(others.CaPath, Stop) } },
                Activity, Clock);

        foreach (Func<Task> call in (Func<Task>[])
            [() => new SuspendCluster(Cloud, cluster).RunAsync(Usual, Activity, Yes, Stop),
                () => new TestCluster(cluster).RunAsync(new(), Activity, Stop)])
        {
            var failure = await Assert.ThrowsAnyAsync<HotstackException>(call);
            Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("certificate-authority", failure.Hint, StringComparison.Ordinal);
        }

        AssertNothingHappened();
    }

    [Fact]
    public async Task Without_consent_nothing_is_changed()
    {
        ClusterRecord? record = await new SuspendCluster(Cloud, Cluster).RunAsync(Usual, Activity, (_, _) => Task.FromResult(false), Stop);

        Assert.Null(record);
        Assert.DoesNotContain(Calls, c => c.Method != "GET" && c.Service != "identity"
            && !c.Path.EndsWith("/selfsubjectaccessreviews", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operator_in_trouble_refuses_unless_it_is_ignored()
    {
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed", "no upload for hours");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(Usual));
        Assert.Equal("ClusterNotSafe", failure.Id);
        Golden.Message(failure);
        AssertNothingHappened();

        Assert.NotNull(await SuspendAsync(Usual with { IgnoreOperators = ["insight*"] }));
    }

    [Theory]
    [InlineData("infra node")]
    [InlineData("schedulable master")]
    [InlineData("own node")]
    [InlineData("paused")]
    public async Task A_rollout_refuses_whoever_is_cordoned_beside_it(string what)
    {
        await WithAllNodesAsync();
        string cordoned = what == "schedulable master" ? "master1" : "worker1";
        if (what == "infra node")
        {
            Behind.Add("machineconfigpools", JsonNode.Parse("""
                {"metadata": {"name": "infra"}, "spec": {"configuration": {"name": "rendered-infra-0"},
                  "nodeSelector": {"matchExpressions": [{"key": "node-role.kubernetes.io/infra", "operator": "Exists"}]}}}
                """)!.AsObject());
        }

        Behind.Change("nodes", cordoned, n =>
        {
            n["spec"]!["unschedulable"] = true;
            n["metadata"]!["labels"]![what == "infra node" ? "node-role.kubernetes.io/infra" : "node-role.kubernetes.io/worker"] = "";
        });
        Behind.Change("nodes", "worker0",
            n => n["metadata"]!["annotations"]!["machineconfiguration.openshift.io/desiredConfig"] = "rendered-worker-1");
        Behind.Change("machineconfigpools", "worker", p =>
        {
            p["spec"]!["configuration"]!["name"] = "rendered-worker-1";
            p["spec"]!["paused"] = what == "paused";
        });

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Assert.Contains(what == "paused" ? "pool worker is paused while its nodes lack changes" : "pool worker is not up to date",
            failure.Message, StringComparison.Ordinal);
        Assert.Equal([cordoned], Cordoned);
    }

    [Fact]
    public async Task Certificates_that_end_soon_refuse_unless_the_risk_is_taken()
    {
        Behind.SetKubeletCertificates("worker0", client: Clock.GetUtcNow().AddHours(30));

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(Usual));
        Assert.Equal("ClusterNotSafe", failure.Id);
        Golden.Message(failure);

        ClusterRecord? record = await SuspendAsync(Usual with { SkipCertificateCheck = true });
        Assert.True(record!.UnattendedUntil < Clock.GetUtcNow().AddHours(31));
    }

    [Fact]
    public async Task A_node_without_a_server_and_a_server_without_a_node_are_errors()
    {
        await WithAllNodesAsync();
        var find = new GetInstances(Cloud);
        IReadOnlyList<Instance> instances = await find.RunAsync(Stack, Activity, Stop);

        var failure = await Assert.ThrowsAsync<ViolationsException>(
            () => SuspendAsync(Usual with { Source = new() { Instances = [.. instances.Where(i => i.Name != "worker1")] } }));

        Assert.Equal("NodesDoNotMatch", failure.Id);
        Assert.Contains("worker1", Assert.Single(failure.Violations), StringComparison.Ordinal);
        AssertNothingHappened();
    }

    [Fact]
    public async Task All_reasons_are_a_numbered_list_and_the_hint_names_what_helps()
    {
        await WithAllNodesAsync();
        Age = TimeSpan.FromHours(3);
        await RestartAsync();
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed", "no upload for hours");

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => SuspendAsync(Usual));

        Assert.Equal(("ClusterNotSafe", ErrorCause.Conflict), (failure.Id, failure.Cause));
        string[] lines = failure.Message.Split(Environment.NewLine);
        Assert.Equal($"Cluster '{Cluster.Context}' is not safe to shut down yet: {failure.Violations.Count} problems:", lines[0]);
        Assert.StartsWith("  1. openshift-kube-controller-manager-operator/csr-signer-signer is still the installer's", lines[1],
            StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith($"  {failure.Violations.Count}. ", StringComparison.Ordinal));
        Assert.Equal("Nothing was changed.", lines[^1]);
        Golden.Message(failure);
    }

    [Theory]
    [InlineData("insights", true, false, false)]
    [InlineData("clock", false, false, true)]
    [InlineData("validity", false, false, true)]
    [InlineData("kubelet", false, true, true)]
    [InlineData("pool", false, false, false)]
    public async Task The_hint_names_only_what_helps(string what, bool isIgnore, bool isRotation, bool isSkip)
    {
        switch (what)
        {
            case "insights": Behind.SetOperator("insights", "Degraded", "True"); break;
            case "clock": Behind.SetClockSkew(TimeSpan.FromHours(-14)); break;
            case "kubelet": Behind.SetKubeletCertificates("worker0", client: Clock.GetUtcNow().AddHours(30)); break;
            case "pool":
                Behind.Change("machineconfigpools", "worker", p =>
                {
                    p["spec"]!["configuration"]!["name"] = "rendered-worker-1";
                    p["spec"]!["paused"] = true;
                });
                break;
        }

        var failure = await Assert.ThrowsAsync<ViolationsException>(
            () => SuspendAsync(Usual with { MinimumValidity = TimeSpan.FromDays(what == "validity" ? 365 : 7),
                SkipCertificateCheck = what == "insights" }));

        Assert.Equal(
            (isIgnore, isRotation, isSkip),
            (Has("-IgnoreOperator"), Has("-ForceRotation"), Has("-SkipCertificateCheck")));

        bool Has(string parameter) => failure.Hint!.Contains(parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_cluster_than_the_deployments_is_told()
    {
        await WithAllNodesAsync();
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
        Golden.Message(failure);
    }

    [Fact]
    public async Task Without_the_right_to_look_nothing_is_changed_and_the_missing_rights_are_named()
    {
        using Cluster restricted = ConnectToCluster("restricted");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new SuspendCluster(Cloud, restricted).RunAsync(Usual, Activity, Yes, Stop));

        Assert.Equal("ClusterNotSafe", failure.Id);
        Golden.Message(failure);
        AssertNothingHappened();
    }
}
