using System.Text.Json.Nodes;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Certificates;
using Hotstack.OpenShift;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Look;

/// <summary>A look at the sandbox's cluster of three masters and two workers.</summary>
public sealed class GetClusterTests : ClusterFixture
{
    private const string Evil = "a\e[2Jb\u202e";

    /// <summary>HTTP's dates have no fractions.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    public GetClusterTests() => Size = AllNodes;

    [Fact]
    public async Task Of_a_cluster_of_forty_days_all_is_known()
    {
        ClusterStatus status = await LookAsync();

        Assert.Equal(("hs-multi", "hs-multi", "OpenShift", "4.18.9"), (status.Name, status.Context, status.Distribution, status.Version));
        Assert.Equal(("None", "HighlyAvailable"), (status.Platform, status.ControlPlaneTopology));
        Assert.True(Guid.TryParse(status.ClusterId, out _));
        Assert.Equal(Clock.GetUtcNow(), status.ServerTime!.Value, TimeSpan.FromSeconds(2));
        Assert.Empty(status.Unread);
        Assert.Empty(Activity.Warnings);
        Assert.Equal(["master0", "master1", "master2", "worker0", "worker1"], status.Nodes.Select(node => node.Name));
        Assert.All(status.Nodes, node =>
        {
            Assert.Equal((true, true, "Ready", false), (node.Ready, node.IsReady, node.Status, node.IsUnschedulable));
            Assert.Equal("v1.31.7", node.KubeletVersion);
            Assert.Matches("^[0-9.]+$", Assert.Single(node.InternalIps));
            Assert.InRange(Clock.GetUtcNow() - node.CreatedAt!.Value - node.Age!.Value, -Moment, Moment);
            Assert.True(node.ClientCertificateUntil > Clock.GetUtcNow() && node.ServingCertificateUntil > Clock.GetUtcNow());
            Assert.Equal((string?)Behind.Get("nodes", node.Name)!["metadata"]!["creationTimestamp"], $"{node.CreatedAt:yyyy-MM-ddTHH:mm:ssZ}");
            Assert.Empty(node.Pressures);
            Assert.Empty(node.Problems);
        });
        Assert.Contains("control-plane", status.Nodes[0].Roles);
        Assert.Equal(["worker"], status.Nodes[4].Roles);
    }

    [Fact]
    public async Task Operators_certificates_and_requests_are_there_too()
    {
        ClusterStatus status = await LookAsync();

        Assert.Equal(33, status.Operators.Count);
        Assert.All(status.Operators, one =>
        {
            Assert.Equal((true, false, false), (one.Available, one.Progressing, one.Degraded));
            Assert.Equal("4.18.9", one.Version);
            Assert.InRange(Clock.GetUtcNow() - one.Since!.Value - one.StateFor!.Value, -Moment, Moment);
        });
        ClusterCertificate signer = Assert.Single(
            status.Certificates, c => $"{c}" == "openshift-kube-controller-manager-operator/csr-signer");
        Assert.Equal(Behind.Certificate(signer.Namespace, signer.Name).NotAfter, signer.NotAfter!.Value, TimeSpan.FromSeconds(1));
        Assert.All(status.Certificates, c => Assert.InRange(c.NotAfter!.Value - status.ServerTime!.Value - c.Remaining!.Value, -Moment, Moment));
        Assert.Equal(status.Certificates.OrderBy(c => c.Namespace, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal), status.Certificates);
        Assert.Equal(
            status.Certificates.Select(c => c.NotAfter).Concat(status.Nodes.SelectMany(n => new[] { n.ClientCertificateUntil, n.ServingCertificateUntil })).Min(),
            status.FirstExpiry);
        Assert.Empty(status.Expired);
        Assert.Equal(((int?)5, (int?)33, (int?)0), (status.ReadyNodeCount, status.StableOperatorCount, status.PendingRequestCount));
        Assert.Equal("5 nodes: 5 ready.", status.Summary[0]);
        Assert.Equal("33 operators: 33 stable.", status.Summary[1]);
        Assert.Matches(@"^The first certificate expires at 20\d\d-\d\d-\d\d \d\d:\d\dZ, in \d+ d( \d+ h)?: .+\.$", status.Summary[2]);
        Assert.Equal(4, status.Summary.Count);
    }

    [Fact]
    public async Task A_node_that_is_cordoned_not_ready_or_short_of_memory_says_so()
    {
        Behind.Change("nodes", "worker0", node => node["spec"]!["unschedulable"] = true);
        SetCondition("worker1", "Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.");
        SetCondition("master1", "MemoryPressure", "True", "KubeletHasInsufficientMemory", "too little");

        ClusterStatus status = await LookAsync();

        Assert.Equal(
            ["Ready", "Ready", "Ready", "Ready, cordoned", "NotReady"], status.Nodes.Select(node => node.Status));
        Assert.Equal([true, true, true, true, null], status.Nodes.Select(node => node.Ready));
        Assert.Equal(["MemoryPressure"], status.Nodes[1].Pressures);
        Assert.Contains("node worker0 is cordoned", Assert.Single(status.Nodes[3].Problems), StringComparison.Ordinal);
        Assert.Equal(
            "node worker1 is not ready: NodeStatusUnknown: Kubelet stopped posting node status.", Assert.Single(status.Nodes[4].Problems));
        Assert.Equal(
            "5 nodes: 4 ready, 1 not ready (worker1), 1 cordoned (worker0), 1 with MemoryPressure (master1).", status.Summary[0]);
        Assert.Empty(status.Unread);
    }

    [Fact]
    public async Task An_operator_that_is_not_well_comes_first_with_its_reason()
    {
        Behind.SetOperator("console", "Degraded", "True", "RouteHealth", "no route");
        Behind.SetOperator("dns", "Progressing", "True");

        ClusterStatus status = await LookAsync();

        Assert.Equal(["console", "dns", "authentication"], status.Operators.Take(3).Select(one => one.Name));
        OperatorReport console = status.Operators[0];
        Assert.Equal((true, "degraded", "RouteHealth", "no route"), (console.Degraded, console.State, console.Reason, console.Message));
        Assert.Equal("33 operators: 31 stable, 1 degraded (console), 1 progressing (dns).", status.Summary[1]);
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task Requests_are_shown_as_oc_shows_them_the_pending_ones_first()
    {
        string old = Add("worker0", TimeSpan.FromHours(2));
        string young = Add("worker1", TimeSpan.FromMinutes(5));
        string issued = Add("master0", TimeSpan.FromMinutes(1));
        string denied = Add("master1", TimeSpan.FromMinutes(1));
        string approved = Add("master2", TimeSpan.FromMinutes(3));
        Decide(issued, "Approved", withCertificate: true);
        Decide(approved, "Approved");
        Decide(denied, "Denied");

        ClusterStatus status = await LookAsync();

        Dictionary<string, SigningRequest> found = status.CertificateRequests.ToDictionary(request => request.Name);
        Assert.Equal([young, old], status.CertificateRequests.Take(2).Select(request => request.Name));
        Assert.Equal(2, status.PendingRequestCount);
        Assert.Equal(("Pending", true), (found[young].State, found[young].IsPending));
        Assert.Equal(("Approved,Issued", false), (found[issued].State, found[issued].IsPending));
        Assert.Equal(("Denied", "Approved"), (found[denied].State, found[approved].State));
        Assert.Equal("5 min", found[young].AgeText);
        Assert.Equal(
            ("worker1", "system:node:worker1", "kubernetes.io/kubelet-serving"),
            (found[young].Node, found[young].Requester, found[young].SignerName));
        Assert.Equal(["DNS:worker1", "IP:192.0.2.1"], found[young].SubjectAltNames);
        Assert.Contains(status.Summary, line => line.Contains($": 2 pending ({young}, {old}).", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_no_kubelet_makes_is_shown_without_its_content()
    {
        string name = Behind.AddCsr("jdoe", ["system:authenticated"], "kubernetes.io/kube-apiserver-client", ["client auth"], "no PEM"u8.ToArray());

        SigningRequest request = Assert.Single((await LookAsync()).CertificateRequests, one => one.Name == name);

        Assert.Equal(("Pending", "jdoe", null, 0), (request.State, request.Requester, request.Node, request.SubjectAltNames.Count));
    }

    [Fact]
    public async Task Certificates_that_have_expired_are_told_apart()
    {
        DateTimeOffset now = Clock.GetUtcNow();
        Behind.SetCertificate("openshift-kube-apiserver", "aggregator-client", now.AddDays(-30), now.AddHours(-1));
        Behind.SetKubeletCertificates("worker1", now.AddDays(1), now.AddHours(3));

        ClusterStatus status = await LookAsync();

        ClusterCertificate expired = Assert.Single(status.Certificates, c => c.Name == "aggregator-client");
        Assert.Equal("expired", expired.RemainingText);
        Assert.True(expired.Remaining < TimeSpan.Zero);
        Assert.Equal(["openshift-kube-apiserver/aggregator-client"], status.Expired);
        Assert.Equal("the serving certificate of worker1's kubelet", status.FirstExpiryOf);
        Assert.Equal(now.AddHours(3), status.FirstExpiry!.Value, TimeSpan.FromSeconds(2));
        Assert.EndsWith("1 certificate expired: openshift-kube-apiserver/aggregator-client.", status.Summary[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_read_little_gets_that_and_the_reasons()
    {
        using Cluster restricted = ConnectToCluster("restricted");

        ClusterStatus status = await LookAsync(restricted);

        Assert.Equal("4.18.9", status.Version);
        Assert.Empty(status.Nodes);
        Assert.Empty(status.Operators);
        Assert.Empty(status.Certificates);
        Assert.Empty(status.CertificateRequests);
        Assert.Null(status.FirstExpiry);
        Assert.Equal(["Platform", "Nodes", "Operators", "Certificates"], status.Unread.Select(unread => unread.Part).Take(4));
        Assert.Equal("no permission to list nodes", status.Unread[1].Reason);
        Assert.Contains("no permission to list clusteroperators.config.openshift.io", status.Unread[2].Reason, StringComparison.Ordinal);
        Assert.StartsWith("no permission to list secrets; ", status.Unread[3].Reason, StringComparison.Ordinal);
        Assert.Matches(@"; and \d+ more$", status.Unread[3].Reason);
        Assert.Equal(status.Unread.Select(unread => $"Cluster 'restricted' was not read completely: {unread}."), Activity.Warnings);
        Assert.Equal(status.Unread.Select(unread => $"Not read: {unread}."), status.Summary);
    }

    /// <summary>No kind is listed twice, and no call is made that Test-HotstackCluster does not make.</summary>
    [Fact]
    public async Task It_needs_fewer_calls_than_the_report()
    {
        await LookAsync();
        string[] look = [.. KubernetesCalls()];
        Sandbox.Calls.Clear();
        await TestAsync();
        string[] report = [.. KubernetesCalls()];

        Assert.Equal(look.Length, look.Distinct().Count());
        Assert.Empty(look.Except(report));
        Assert.True(look.Length < report.Length, $"{look.Length} and {report.Length}");
        Assert.All(look, call => Assert.StartsWith("GET ", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_stay_as_they_are_for_the_views_to_write_out()
    {
        Behind.Add("nodes", new() { ["metadata"] = new JsonObject { ["name"] = Evil }, ["status"] = new JsonObject() });
        string name = Behind.AddCsr(Evil, ["system:authenticated"], Evil, ["client auth"], SandboxCluster.Request($"CN={Evil}"));

        ClusterStatus status = await LookAsync();

        NodeReport node = Assert.Single(status.Nodes, node => node.Name == Evil);
        Assert.Equal((null, "NotReady", null), (node.Ready, node.Status, node.KubeletVersion));
        Assert.Contains("cannot be used in an address", node.Problems[1], StringComparison.Ordinal);
        SigningRequest request = Assert.Single(status.CertificateRequests, one => one.Name == name);
        Assert.Equal((Evil, Evil, null), (request.Requester, request.SignerName, request.Node));
        Assert.All(Activity.Everything, line => Assert.DoesNotContain("\e", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_api_that_is_away_is_an_error_as_for_the_report()
    {
        Behind.Outage(TimeSpan.FromHours(1));

        HotstackException look = await Assert.ThrowsAnyAsync<HotstackException>(() => LookAsync());
        HotstackException report = await Assert.ThrowsAnyAsync<HotstackException>(TestAsync);

        Assert.Equal((report.Id, report.Cause, report.Message), (look.Id, look.Cause, look.Message));
    }

    [Fact]
    public async Task A_part_that_hangs_is_left_out()
    {
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "/clusteroperators$", Kind = FaultKind.Hang, Times = 0 });

        ClusterStatus status = await new GetCluster(Cluster).RunAsync(TimeSpan.FromSeconds(5), Activity, Stop);

        Assert.Contains(status.Unread, one => one.Part == "Operators" && one.Reason.EndsWith("no answer within 5 s", StringComparison.Ordinal));
        Assert.Equal(5, status.Nodes.Count);
        Assert.NotEmpty(status.Certificates);
    }

    private Task<ClusterStatus> LookAsync(Cluster? cluster = null) =>
        new GetCluster(cluster ?? Cluster).RunAsync(TimeSpan.FromMinutes(2), Activity, Stop);

    private IEnumerable<string> KubernetesCalls() =>
        Calls.Where(call => call.Service == "kubernetes").Select(call => $"{call.Method} {call.Path}?{call.Query}");

    private void SetCondition(string node, string type, string status, string reason, string message) =>
        Behind.Change("nodes", node, o =>
        {
            JsonNode condition = o["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == type)!;
            condition["status"] = status;
            condition["reason"] = reason;
            condition["message"] = message;
        });

    private string Add(string node, TimeSpan age) => Behind.AddCsr(
        $"system:node:{node}", ["system:nodes", "system:authenticated"], "kubernetes.io/kubelet-serving",
        ["digital signature", "server auth"],
        SandboxCluster.Request($"O=system:nodes, CN=system:node:{node}", [node], ["192.0.2.1"]), age);

    private void Decide(string name, string type, bool withCertificate = false) => Behind.Change("certificatesigningrequests", name, csr =>
    {
        csr["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = "Test" }),
        };
        if (withCertificate)
        {
            csr["status"]!["certificate"] = Convert.ToBase64String("x"u8);
        }
    });
}
