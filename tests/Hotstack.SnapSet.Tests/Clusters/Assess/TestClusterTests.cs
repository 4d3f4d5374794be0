using System.Text.Json.Nodes;
using Xunit;
using static Hotstack.Clusters.ScriptedCluster;

namespace Hotstack.Clusters.Assess;

public sealed class TestClusterTests
{
    private const string Operators = "/apis/config.openshift.io/v1/clusteroperators";
    private const string Pools = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools";
    private const string Services = "/apis/apiregistration.k8s.io/v1/apiservices";
    private const string Requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private const string Installed = "/apis/operators.coreos.com/v1alpha1/clusterserviceversions";
    private const string Version = "/apis/config.openshift.io/v1/clusterversions/version";
    private const string Etcd = "/apis/operator.openshift.io/v1/etcds/cluster";
    private const string NodeLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private const string Routes = "/apis/route.openshift.io/v1/namespaces/openshift-console/routes";

    private static readonly ClusterRecord Before = new()
    {
        ClusterId = "3f1e",
        RecordedAt = DateTimeOffset.UnixEpoch,
        Nodes = [new() { Name = "master-0" }, new() { Name = "worker-0" }],
        OperatorCount = 3,
        ApiGroups = ["config.openshift.io", "route.openshift.io"],
    };

    private static readonly ClusterRecord WithBroken = Before with
    {
        BrokenApiServices = ["v1.route.openshift.io"],
        BrokenOperators = ["console", "auth*"],
        BrokenInstalledOperators = ["metallb-system/metallb.v1"],
    };

    [Fact]
    public async Task A_good_cluster_is_healthy_and_may_be_shut_down()
    {
        await using var script = new ScriptedCluster();

        ClusterReport report = await RunAsync(script);

        Assert.True(report.IsHealthy,
            string.Join("; ", report.Checks.Where(c => c.Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown)));
        Assert.Equal((ClusterVerdict.Safe, null), (report.Verdict, report.Eta));
        Assert.Empty(report.Reasons);
        Assert.Equal(("lab", "3f1e", "4.18.6"), (report.Context, report.ClusterId, report.Version));
        Assert.Equal(["authentication", "console", "insights"], report.Operators.Select(o => o.Name));
        NodeReport node = Assert.Single(report.Nodes, n => n.Name == "worker-0");
        Assert.Equal((true, false, "boot of worker-0", 0), (node.IsReady, node.IsUnschedulable, node.BootId, node.Problems.Count));
        Assert.Equal(5, node.HeartbeatAge!.Value.TotalSeconds, 1.0);
        Assert.Equal(script.Facts.Nodes[1].ClientNotAfter!.Value, node.ClientCertificateUntil!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(node.ClientCertificateUntil.Value.AddHours(-1), report.UnattendedUntil);
        Assert.Equal("openshift-kube-apiserver-operator/kube-apiserver-to-kubelet-signer", report.AssistedLimit);
        Assert.DoesNotContain(report.Certificates, c => c.Name == "aggregator-client-7");
        Assert.Equal(
            ["ApiGroups", "Clock", "Identity", "NodeSet", "OperatorCount", "VirtualBmc"],
            report.Checks.Where(c => c.Result == ClusterCheckResult.Skipped).Select(c => c.Check).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task With_a_record_it_is_compared_with_that()
    {
        await using var script = new ScriptedCluster();

        ClusterReport report = await RunAsync(script, Before);

        Assert.True(report.IsHealthy);
        Assert.DoesNotContain(report.Checks, c => c.Result == ClusterCheckResult.Skipped && c.Check is not ("Clock" or "VirtualBmc"));
    }

    public static TheoryData<string, string, string, string, bool, string> Disturbances => new()
    {
        // what, the check, its result, a part of its message, healthy, verdict
        { "not ready", "Readiness", "Failed", "the server says 500", false, "NotYet" },
        { "readiness forbidden", "Readiness", "Unknown", "no permission to get /readyz", false, "Unknown" },
        { "version progressing", "ClusterVersion", "Failed", "4.18.6 is being changed: Broken: it is broken", false, "NotYet" },
        { "version failing", "ClusterVersion", "Failed", "is failing", false, "NotYet" },
        { "version unavailable", "ClusterVersion", "Failed", "is not available", false, "NotYet" },
        { "version missing", "ClusterVersion", "Unknown", "no version object", false, "Unknown" },
        { "other cluster", "Identity", "Failed", "this is cluster 4a2f; the one that was recorded is 3f1e", false, "Safe" },
        { "no identity", "Identity", "Unknown", "does not report its UUID", false, "Safe" },
        { "operator degraded", "Operators", "Failed", "console is degraded for 2 d", false, "NotYet" },
        { "operator unknown", "Operators", "Failed", "console is perhaps degraded", false, "NotYet" },
        { "operator without conditions", "Operators", "Failed",
            "new is perhaps unavailable and perhaps progressing and perhaps degraded: it does not report whether it is available or progressing or degraded", false, "NotYet" },
        { "operator without Degraded", "Operators", "Failed", "console is perhaps degraded: it does not report whether it is degraded",
            false, "NotYet" },
        { "operator without Degraded, unavailable", "Operators", "Failed",
            "console is unavailable and perhaps degraded for 2 d: Broken: it is broken", false, "NotYet" },
        { "version without conditions", "ClusterVersion", "Failed", "OpenShift 4.18.6 is perhaps not available: it does not report", false,
            "NotYet" },
        { "pool without conditions", "MachineConfigPools", "Failed", "machine config pool worker is perhaps degraded: it does not report",
            false, "NotYet" },
        { "ignored operator degraded", "Operators", "Warning", "insights is degraded", true, "Safe" },
        { "no operators", "Operators", "Failed", "no cluster operators", false, "NotYet" },
        { "operators forbidden", "Operators", "Unknown", "no permission to list clusteroperators.config.openshift.io", false, "Unknown" },
        { "fewer operators", "OperatorCount", "Failed", "only 2 cluster operators", false, "Safe" },
        { "node not ready", "Nodes", "Failed", "worker-0 is not ready: Broken", false, "NotYet" },
        { "node under pressure", "Nodes", "Failed", "MemoryPressure", false, "NotYet" },
        { "node silent", "Nodes", "Failed", "not been heard of for 3 min", false, "NotYet" },
        { "node clock ahead", "Nodes", "Warning", "ahead of the cluster's", true, "Safe" },
        { "no leases", "Nodes", "Passed", "worker-0 is ready", true, "Safe" },
        { "no leases and no heartbeat", "Nodes", "Unknown", "no permission to list leases.coordination.k8s.io", false, "Unknown" },
        { "nodes forbidden", "Nodes", "Unknown", "no permission to list nodes", false, "Unknown" },
        { "node missing", "NodeSet", "Failed", "node worker-0 was there", false, "Safe" },
        { "node added", "NodeSet", "Warning", "node worker-1 was not there", false, "NotYet" },
        { "node cordoned", "Schedulable", "Failed", "was not before the shutdown", false, "NotYet" },
        { "node cordoned without record", "Schedulable", "Warning", "is cordoned", true, "Safe" },
        { "kubelet silent", "Kubelets", "Failed", "nodes/proxy of worker-0", false, "Unknown" },
        { "kubelet forbidden", "Kubelets", "Unknown", "no permission to get nodes/proxy of worker-0", false, "Unknown" },
        { "kubelet without gauges", "KubeletCertificates", "Unknown", "no usable", true, "Unknown" },
        { "kubelet short", "KubeletCertificates", "Failed", "less than 7 d", true, "NotYet" },
        { "pool updating", "MachineConfigPools", "Failed", "worker is not up to date", false, "NotYet" },
        { "pool degraded", "MachineConfigPools", "Failed", "worker is degraded", false, "NotYet" },
        { "pool not whole", "MachineConfigPools", "Failed", "0 ready", false, "NotYet" },
        { "pool paused", "MachineConfigPools", "Warning", "is paused", true, "Safe" },
        { "pools forbidden", "MachineConfigPools", "Unknown", "machineconfigpools.machineconfiguration.openshift.io", false, "Unknown" },
        { "service down", "ApiServices", "Failed", "v1.route.openshift.io is not available", false, "Safe" },
        { "service down that is ignored", "ApiServices", "Warning",
            "of service keda/keda-metrics is not available: Broken: it is broken (ignored)", true, "Safe" },
        { "service down before", "ApiServices", "Warning",
            "v1.route.openshift.io is not available: Broken: it is broken (was so before the shutdown)", true, "Safe" },
        { "discovery down before", "Discovery", "Warning",
            "/apis/route.openshift.io/v1: 503 Service Unavailable: the server says 503 (was so before the shutdown)", true, "Safe" },
        { "routes down before", "Routes", "Warning", "(was so before the shutdown)", true, "Safe" },
        { "operator degraded before", "Operators", "Warning",
            "console is degraded for 2 d: Broken: it is broken (was so before the shutdown)", true, "Safe" },
        { "installed operator pending before", "InstalledOperators", "Warning",
            "metallb-system/metallb.v1 is Installing (was so before the shutdown)", true, "Safe" },
        { "discovery down", "Discovery", "Failed", "/apis/route.openshift.io/v1", false, "Safe" },
        { "discovery gone", "Discovery", "Failed", "route.openshift.io is registered", false, "Safe" },
        { "group missing", "ApiGroups", "Failed", "route.openshift.io was there", false, "Safe" },
        { "no routes", "Routes", "Skipped", "has no routes", true, "Safe" },
        { "routes down", "Routes", "Failed", "the server says 503", false, "Safe" },
        { "routes forbidden", "Routes", "Unknown", "no permission to list routes.route.openshift.io", false, "Safe" },
        { "pending request", "SigningRequests", "Warning", "csr-1", true, "Safe" },
        { "pending requests", "SigningRequests", "Warning", "csr-008, csr-009 and 140 more", true, "Safe" },
        { "foreign request", "SigningRequests", "Passed", "no kubelet waits", true, "Safe" },
        { "request of the network", "NetworkCertificates", "Warning", "csr-1 of system:ovn-node:worker-0", true, "Safe" },
        { "request of the network just now", "NetworkCertificates", "Passed", "waits for approval", true, "Safe" },
        { "approved request", "SigningRequests", "Failed", "csr-1", false, "NotYet" },
        { "denied request", "SigningRequests", "Passed", "no kubelet waits", true, "Safe" },
        { "etcd member gone", "Etcd", "Failed", "not all of etcd's members", false, "NotYet" },
        { "etcd silent", "Etcd", "Unknown", "does not report", false, "Unknown" },
        { "two masters, one etcd", "Etcd", "Failed", "2 masters", false, "NotYet" },
        { "rollout", "Rollout", "Failed", "etcd is being rolled out in revision 8; in another: master-0 (7)", false, "NotYet" },
        { "rollout target", "Rollout", "Failed", "etcd is being rolled out", false, "NotYet" },
        { "rollout unknown", "Rollout", "Unknown", "no permission to get kubeapiservers.operator.openshift.io", false, "Unknown" },
        { "installed operator pending", "InstalledOperators", "Failed", "metallb-system/metallb.v1 is Installing", false, "Safe" },
        { "no lifecycle manager", "InstalledOperators", "Skipped", "no operator lifecycle manager", true, "Safe" },
        { "pod pending", "Pods", "Warning", "1 of OpenShift's own 3 pods are stuck: openshift-dns/late (Pending)", true, "Safe" },
        { "pod crashing", "Pods", "Warning", "openshift-dns/late (CrashLoopBackOff)", true, "Safe" },
        { "clock three minutes ahead", "Clock", "Failed", "3 min ahead of", true, "NotYet" },
        { "a master's clock ahead", "Clock", "Failed", "ahead of", true, "NotYet" },
        { "no date but leases", "Clock", "Passed", "5 s behind that of this machine", true, "Safe" },
        { "no date and no leases", "Clock", "Unknown", "no date", true, "Unknown" },
        { "scan forbidden", "OtherCertificates", "Unknown", "no permission to list secrets", true, "Unknown" },
        { "signer forbidden", "CsrSigner", "Unknown", "no permission to get secrets in openshift-kube-controller-manager", true,
            "Unknown" },
        { "signer missing", "CsrSignerSigner", "Unknown", "no such secret", true, "Unknown" },
        { "signer to be regenerated", "CsrSignerSigner", "Passed", "has been renewed", true, "Safe" },
        { "older release", "CsrSignerSigner", "Passed", "has been renewed", true, "Safe" },
    };

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task By_what_is_not_as_it_should_be(string what, string check, string result, string part, bool isHealthy, string verdict)
    {
        await using var script = new ScriptedCluster();
        Disturb(script, what.EndsWith(" before", StringComparison.Ordinal) ? what[..^" before".Length] : what);
        bool isCompared = what is "other cluster" or "no identity" or "fewer operators" or "node missing" or "node added" or "node cordoned" or "group missing"
            || what.EndsWith(" before", StringComparison.Ordinal);

        ClusterReport report = await RunAsync(script, !isCompared ? null : what.EndsWith(" before", StringComparison.Ordinal) ? WithBroken
            : Before);

        Assert.Contains(report.Checks, c => (c.Check, $"{c.Result}") == (check, result)
            && c.Message.Contains(part, StringComparison.Ordinal));
        string all = string.Join("; ", report.Checks.Where(c => c.Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown)
            .Select(c => c.Message));
        Assert.True(isHealthy == report.IsHealthy, all);
        Assert.True(verdict == $"{report.Verdict}", $"{report.Verdict}: {all}");
    }

    [Fact]
    public async Task A_name_that_is_recorded_is_no_pattern()
    {
        await using var script = new ScriptedCluster();
        script.SetCondition(Operators, "authentication", "Degraded", "True");

        ClusterReport report = await RunAsync(script, WithBroken);

        Assert.False(report.IsHealthy);
    }

    [Fact]
    public async Task Names_to_ignore_that_match_nothing_are_warned_of()
    {
        await using var script = new ScriptedCluster();
        var activity = new RecordingActivity();
        var request = new TestClusterRequest { IgnoreOperators = ["insights", "insigths", "no*"],
            IgnoreApiServices = ["v1.route*", "v1beta1.metrics.k8s.io"] };

        await new TestCluster(script.Cluster).RunAsync(request, activity, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "-IgnoreOperator insigths, no*: the cluster has no cluster operator of such a name.",
                "-IgnoreApiService v1beta1.metrics.k8s.io: the cluster has no API service of such a name.",
            ],
            activity.Warnings);
    }

    [Fact]
    public async Task No_key_is_asked_for_but_those_in_the_secrets_that_have_to_be_read()
    {
        await using var script = new ScriptedCluster();

        await RunAsync(script);

        string[] secrets = [.. script.Requests.Where(r => r.Contains("/secrets", StringComparison.Ordinal))];
        string scan = Assert.Single(secrets, r => r.StartsWith("GET /api/v1/secrets?", StringComparison.Ordinal));
        Assert.Contains("as=PartialObjectMetadataList", scan, StringComparison.Ordinal);
        Assert.DoesNotContain(secrets, r => r.Contains("/aggregator-client", StringComparison.Ordinal)
            || r.Contains("-signer-signer", StringComparison.Ordinal));
        Assert.Equal(2, secrets.Count(r => r.Contains("/secrets/csr-signer ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(2, 1, "Passed")]
    [InlineData(130, 0, "Failed")]
    [InlineData(130, 130, "Passed")]
    public async Task The_clouds_clock_is_compared_with_the_clusters(int cloudSeconds, int clusterSeconds, string result)
    {
        await using var script = new ScriptedCluster { Skew = TimeSpan.FromSeconds(clusterSeconds) };
        var request = new TestClusterRequest { CloudNow = script.Clock.GetUtcNow().AddSeconds(cloudSeconds) };

        ClusterReport report = await new TestCluster(script.Cluster).RunAsync(request, new RecordingActivity(),
            TestContext.Current.CancellationToken);

        Assert.Equal(result, $"{report.Checks.Single(c => c is { Check: "Clock", Target: "the cloud" }).Result}");
    }

    [Fact]
    public async Task Another_cluster_than_OpenShift_is_refused()
    {
        await using var script = new ScriptedCluster();
        script.Objects.Remove("/apis/config.openshift.io/v1");

        HotstackException e = await Assert.ThrowsAsync<HotstackException>(() => RunAsync(script));

        Assert.Equal((ErrorCause.InputInvalid, "NotOpenShift"), (e.Cause, e.Id));
    }

    [Theory]
    [InlineData("/api/v1/nodes")]
    [InlineData("/api/v1/namespaces/openshift-kube-controller-manager/secrets/csr-signer")]
    public async Task Where_we_are_not_accepted_nothing_is_judged(string path)
    {
        await using var script = new ScriptedCluster();
        script.Refusals[path] = 401;

        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(script));

        Assert.Equal(ErrorCause.AuthenticationFailed, e.Cause);
    }

    [Fact]
    public async Task A_validity_below_the_floor_is_refused_before_anything_is_asked()
    {
        await using var script = new ScriptedCluster();
        var request = new TestClusterRequest { MinimumValidity = TimeSpan.FromHours(24) };

        await Assert.ThrowsAsync<HotstackException>(() => new TestCluster(script.Cluster)
            .RunAsync(request, new RecordingActivity(), TestContext.Current.CancellationToken));

        Assert.Empty(script.Requests);
    }

    private static Task<ClusterReport> RunAsync(ScriptedCluster script, ClusterRecord? record = null) =>
        new TestCluster(script.Cluster).RunAsync(
            new TestClusterRequest { IgnoreOperators = ["insi*"], IgnoreApiServices = ["*.metrics.k8s.io"] }, record,
                new RecordingActivity(), TestContext.Current.CancellationToken);

    private static void Disturb(ScriptedCluster script, string what)
    {
        DateTimeOffset now = script.Facts.Now;
        const string nodes = "/api/v1/nodes";
        const string pods = "/api/v1/pods";
        switch (what)
        {
            case "not ready": script.Refusals["/readyz"] = 500; break;
            case "readiness forbidden": script.Refusals["/readyz"] = 403; break;
            case "version progressing": SetConditionOf(script.Objects[Version], "Progressing", "True"); break;
            case "version failing": SetConditionOf(script.Objects[Version], "Failing", "True"); break;
            case "version unavailable": SetConditionOf(script.Objects[Version], "Available", "False"); break;
            case "version missing": script.Objects.Remove(Version); break;
            case "other cluster": script.Objects[Version]["spec"]!["clusterID"] = "4a2f"; break;
            case "no identity": script.Objects[Version]["spec"]!.AsObject().Remove("clusterID"); break;
            case "operator degraded": script.SetCondition(Operators, "console", "Degraded", "True"); break;
            case "operator unknown": script.SetCondition(Operators, "console", "Degraded", "Unknown"); break;
            case "operator without conditions": script.Items(Operators).Add(Item("new")); break;
            case "operator without Degraded": RemoveCondition(script.Items(Operators)[1]!, "Degraded"); break;
            case "operator without Degraded, unavailable":
                RemoveCondition(script.Items(Operators)[1]!, "Degraded");
                script.SetCondition(Operators, "console", "Available", "False");
                break;
            case "version without conditions": script.Objects[Version]["status"]!["conditions"]!.AsArray().Clear(); break;
            case "pool without conditions": script.Items(Pools)[1]!["status"]!["conditions"]!.AsArray().Clear(); break;
            case "ignored operator degraded": script.SetCondition(Operators, "insights", "Degraded", "True"); break;
            case "no operators": script.Items(Operators).Clear(); break;
            case "operators forbidden": script.Refusals[Operators] = 403; break;
            case "fewer operators": script.Items(Operators).RemoveAt(0); break;
            case "node not ready": script.SetCondition(nodes, "worker-0", "Ready", "Unknown"); break;
            case "node under pressure": script.SetCondition(nodes, "worker-0", "MemoryPressure", "True"); break;
            case "node silent": SetRenewal(now.AddSeconds(-200)); break;
            case "node clock ahead": SetRenewal(now.AddMinutes(3)); break;
            case "no leases": script.Refusals[NodeLeases] = 403; break;
            case "no leases and no heartbeat":
                script.Refusals[NodeLeases] = 403;
                script.SetCondition(nodes, "worker-0", "Ready", "True");
                break;
            case "nodes forbidden": script.Refusals[nodes] = 403; break;
            case "node missing": script.Items(nodes).RemoveAt(1); break;
            case "node added": script.Items(nodes).Add(Item("worker-1", Conditions(("Ready", "False")))); break;
            case "node cordoned" or "node cordoned without record":
                script.Items(nodes)[1]!["spec"]!["unschedulable"] = true;
                break;
            case "kubelet silent": script.Refusals[$"{nodes}/worker-0/proxy/metrics"] = 503; break;
            case "kubelet forbidden": script.Refusals[$"{nodes}/worker-0/proxy/metrics"] = 403; break;
            case "kubelet without gauges": script.SetMetrics("worker-0", null, null); break;
            case "kubelet short": script.SetMetrics("worker-0", 500000, double.PositiveInfinity); break;
            case "pool updating": script.SetCondition(Pools, "worker", "Updating", "True"); break;
            case "pool degraded": script.SetCondition(Pools, "worker", "Degraded", "True"); break;
            case "pool not whole": script.Items(Pools)[1]!["status"]!["readyMachineCount"] = 0; break;
            case "pool paused": script.Items(Pools)[1]!["spec"]!["paused"] = true; break;
            case "pools forbidden": script.Refusals[Pools] = 403; break;
            case "service down": script.SetCondition(Services, "v1.route.openshift.io", "Available", "False"); break;
            case "service down that is ignored":
                JsonObject service = Item("v1beta1.external.metrics.k8s.io", Conditions(("Available", "True")));
                service["spec"]!["service"] = new JsonObject { ["namespace"] = "keda", ["name"] = "keda-metrics" };
                script.Items(Services).Add(service);
                script.SetCondition(Services, "v1beta1.external.metrics.k8s.io", "Available", "False");
                break;
            case "discovery down": script.Refusals["/apis/route.openshift.io/v1"] = 503; break;
            case "discovery gone": script.Objects.Remove("/apis/route.openshift.io/v1"); break;
            case "group missing" or "no routes": RemoveGroup("route.openshift.io"); break;
            case "routes down": script.Refusals[Routes] = 503; break;
            case "routes forbidden": script.Refusals[Routes] = 403; break;
            case "pending request": script.Items(Requests).Add(Request("kubernetes.io/kubelet-serving")); break;
            case "pending requests":
                foreach (int i in Enumerable.Range(0, 150))
                {
                    script.Items(Requests).Add(Request("kubernetes.io/kubelet-serving", name: $"csr-{i:000}"));
                }

                break;
            case "foreign request": script.Items(Requests).Add(Request("kubernetes.io/kube-apiserver-client")); break;
            case "request of the network": script.Items(Requests).Add(OfNetwork(now.AddMinutes(-6))); break;
            case "request of the network just now": script.Items(Requests).Add(OfNetwork(now.AddMinutes(-4))); break;
            case "approved request": script.Items(Requests).Add(Request("kubernetes.io/kube-apiserver-client-kubelet", "Approved")); break;
            case "denied request": script.Items(Requests).Add(Request("kubernetes.io/kubelet-serving", "Denied")); break;
            case "etcd member gone": SetConditionOf(script.Objects[Etcd], "EtcdMembersAvailable", "False"); break;
            case "etcd silent": script.Objects[Etcd]["status"]!["conditions"]!.AsArray().Clear(); break;
            case "two masters, one etcd":
                script.Items(nodes)[1]!["metadata"]!["labels"]!["node-role.kubernetes.io/control-plane"] = "";
                break;
            case "rollout": script.Objects[Etcd]["status"]!["latestAvailableRevision"] = 8; break;
            case "rollout target": script.Objects[Etcd]["status"]!["nodeStatuses"]![0]!["targetRevision"] = 8; break;
            case "rollout unknown": script.Refusals["/apis/operator.openshift.io/v1/kubeapiservers/cluster"] = 403; break;
            case "installed operator pending": script.Items(Installed)[0]!["status"]!["phase"] = "Installing"; break;
            case "no lifecycle manager": RemoveGroup("operators.coreos.com"); break;
            case "pod pending": script.Items(pods).Add(Pod("openshift-dns", "late", "Pending")); break;
            case "pod crashing": script.Items(pods).Add(Crashing(Pod("openshift-dns", "late", "Running"))); break;
            case "clock three minutes ahead": script.Skew = TimeSpan.FromMinutes(3); SetRenewal(now.AddMinutes(3)); break;
            case "a master's clock ahead": SetRenewal(now.AddMinutes(3),
                "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"); break;
            case "no date but leases": script.Skew = null; break;
            case "no date and no leases":
                script.Skew = null;
                script.Refusals["/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"] = 403;
                break;
            case "scan forbidden": script.Refusals["/api/v1/secrets"] = 403; break;
            case "signer forbidden": script.Refusals["/api/v1/namespaces/openshift-kube-controller-manager/secrets/csr-signer"] = 403; break;
            case "signer missing":
                script.Objects.Remove("/api/v1/namespaces/openshift-kube-controller-manager-operator/secrets/csr-signer-signer");
                script.Items("/api/v1/secrets").Remove(Scanned("csr-signer-signer"));
                break;
            case "signer to be regenerated":
                Scanned("csr-signer-signer")["metadata"]!["annotations"]!["auth.openshift.io/certificate-not-after"] = "force-regeneration";
                break;
            case "older release": script.Items("/api/v1/secrets").Clear(); break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "no such row");
        }

        JsonNode Scanned(string name) => script.Items("/api/v1/secrets").Single(s => (string?)s!["metadata"]!["name"] == name)!;

        void SetRenewal(DateTimeOffset at, string path = NodeLeases)
        {
            foreach (JsonNode? lease in script.Items(path))
            {
                lease!["spec"]!["renewTime"] = $"{at:yyyy-MM-ddTHH:mm:ss.ffffffZ}";
            }
        }

        void RemoveGroup(string group)
        {
            JsonArray groups = script.Objects["/apis"]["groups"]!.AsArray();
            groups.Remove(groups.Single(g => (string?)g!["name"] == group));
        }
    }

    private static void RemoveCondition(JsonNode item, string type)
    {
        JsonArray conditions = item["status"]!["conditions"]!.AsArray();
        conditions.Remove(conditions.Single(c => (string?)c!["type"] == type));
    }

    private static JsonObject Request(string signer, string? decision = null, string name = "csr-1")
    {
        JsonObject request = Item(name, decision is null ? null : Conditions((decision, "True")));
        request["spec"]!["signerName"] = signer;
        return request;
    }

    private static JsonObject OfNetwork(DateTimeOffset created)
    {
        JsonObject request = Request("kubernetes.io/kube-apiserver-client");
        request["spec"]!["username"] = "system:ovn-node:worker-0";
        request["metadata"]!["creationTimestamp"] = $"{created:yyyy-MM-ddTHH:mm:ssZ}";
        return request;
    }

    private static JsonObject Crashing(JsonObject pod)
    {
        pod["status"]!["containerStatuses"] = new JsonArray(new JsonObject
        {
            ["name"] = "c",
            ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff" } },
        });
        pod["status"]!["conditions"] = new JsonArray(Condition("Ready", "False"));
        return pod;
    }
}
