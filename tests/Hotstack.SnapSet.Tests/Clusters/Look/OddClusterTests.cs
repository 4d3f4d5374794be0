using System.Text.Json.Nodes;
using Hotstack.Clusters.Assess;
using Xunit;

namespace Hotstack.Clusters.Look;

/// <summary>A look at clusters that are not OpenShift, or answer what nobody expects.</summary>
public sealed class OddClusterTests
{
    private const string Operators = "/apis/config.openshift.io/v1/clusteroperators";
    private const string Requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private const string AggregatorClient = "openshift-kube-apiserver/aggregator-client";

    private readonly RecordingActivity _activity = new();

    [Fact]
    public async Task A_plain_api_server_shows_its_nodes_and_says_what_it_does_not_have()
    {
        await using var script = new ScriptedCluster();
        foreach (string path in script.Objects.Keys.Where(path => path.Contains("openshift", StringComparison.Ordinal)).ToArray())
        {
            script.Objects.Remove(path);
        }

        script.Objects["/version"] = new JsonObject { ["major"] = "1", ["gitVersion"] = "v1.34.2" };

        ClusterStatus status = await LookAsync(script);

        Assert.Equal(("Kubernetes", "v1.34.2", null, null), (status.Distribution, status.Version, status.Platform, status.ClusterId));
        Assert.Equal(["master-0", "worker-0"], status.Nodes.Select(node => node.Name));
        Assert.Equal(["Operators", "Certificates"], status.Unread.Select(unread => unread.Part));
        Assert.All(status.Unread, unread => Assert.Equal(
            "the cluster is not OpenShift: it has no API group config.openshift.io", unread.Reason));
        Assert.Equal(2, _activity.Warnings.Count);
        Assert.DoesNotContain(script.Requests, request => request.Contains("/secrets", StringComparison.Ordinal));
        Assert.Equal(["2 nodes: 2 ready.", "No certificate requests."], status.Summary.Take(2));
    }

    [Fact]
    public async Task MicroShift_lacks_nothing()
    {
        await using ScriptedCluster script = MicroShiftTests.Script();

        ClusterStatus status = await LookAsync(script);

        Assert.Equal(("MicroShift", "4.20.3"), (status.Distribution, status.Version));
        Assert.Empty(status.Unread);
        Assert.Empty(_activity.Warnings);
        Assert.Equal(["1 node: 1 ready.", "No certificate requests."], status.Summary);
    }

    [Fact]
    public async Task An_operator_that_is_none_costs_no_other()
    {
        await using var script = new ScriptedCluster();
        JsonArray items = script.Items(Operators);
        items.Add("nonsense");
        items.Add(new JsonObject { ["metadata"] = new JsonObject { ["name"] = 7 }, ["status"] = "nonsense" });
        items.Add(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "odd" },
            ["status"] = new JsonObject { ["conditions"] = "nonsense", ["versions"] = new JsonArray(7, "x") },
        });

        ClusterStatus status = await LookAsync(script);

        Assert.Equal(["odd", "authentication", "console", "insights"], status.Operators.Select(one => one.Name));
        Assert.Equal(
            ("perhaps unavailable and perhaps progressing and perhaps degraded", null, null),
            (status.Operators[0].State, status.Operators[0].Version, status.Operators[0].Since));
        Assert.Equal(new UnreadPart("Operators", "2 of 6 have no name"), Assert.Single(status.Unread));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("2026-13-45T99:00:00Z")]
    [InlineData("")]
    public async Task A_time_that_is_none_leaves_out_what_has_it_and_nothing_else(string time)
    {
        await using var script = new ScriptedCluster();
        script.Items(Operators)[0]!["status"]!["conditions"]![0]!["lastTransitionTime"] = time;
        script.Items(Requests).Add(ScriptedCluster.Item("csr-1"));
        script.Items(Requests)[0]!["metadata"]!["creationTimestamp"] = time;

        ClusterStatus status = await LookAsync(script);

        Assert.Equal(2, status.Nodes.Count);
        Assert.Equal(3, status.Operators.Count);
        Assert.Empty(status.CertificateRequests);
        UnreadPart unread = Assert.Single(status.Unread);
        Assert.Equal("CertificateRequests", unread.Part);
        Assert.StartsWith("cannot list certificatesigningrequests.certificates.k8s.io: ", unread.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task Times_at_the_ends_of_the_calendar_are_times(string time)
    {
        await using var script = new ScriptedCluster();
        JsonNode node = script.Items("/api/v1/nodes")[0]!;
        node["metadata"]!["creationTimestamp"] = time;
        node["status"]!["conditions"]![0]!["lastHeartbeatTime"] = time;
        script.Items(Operators)[0]!["status"]!["conditions"]![0]!["lastTransitionTime"] = time;
        script.Items(Requests).Add(ScriptedCluster.Item("csr-1"));
        script.Items(Requests)[0]!["metadata"]!["creationTimestamp"] = time;

        ClusterStatus status = await LookAsync(script);

        Assert.Empty(status.Unread);
        Assert.NotNull(status.Nodes[0].AgeText);
        Assert.NotNull(status.CertificateRequests[0].AgeText);
    }

    [Fact]
    public async Task A_node_of_which_nothing_is_heard_says_so()
    {
        await using var script = new ScriptedCluster();
        script.Items("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases")[1]!["spec"]!["renewTime"] = "2020-01-01T00:00:00.000000Z";
        script.Items("/api/v1/nodes")[1]!["status"]!["conditions"]![0]!["lastHeartbeatTime"] = "2020-01-01T00:00:00Z";

        ClusterStatus status = await LookAsync(script);

        Assert.Contains("node worker-0 was ready, but has not been heard of for", Assert.Single(status.Nodes[1].Problems), StringComparison.Ordinal);
        Assert.Empty(status.Nodes[0].Problems);
    }

    [Fact]
    public async Task A_certificate_without_a_date_is_named_and_not_shown()
    {
        await using var script = new ScriptedCluster();
        JsonNode secret = script.Items("/api/v1/secrets").Single(item => (string?)item!["metadata"]!["name"] == "aggregator-client")!;
        secret["metadata"]!["annotations"]!["auth.openshift.io/certificate-not-after"] = "soon";
        script.Refusals["/api/v1/namespaces/openshift-kube-apiserver/secrets/aggregator-client"] = 403;
        script.Refusals["/api/v1/nodes/worker-0/proxy/metrics"] = 500;

        ClusterStatus status = await LookAsync(script);

        Assert.DoesNotContain(status.Certificates, certificate => $"{certificate}" == AggregatorClient);
        UnreadPart unread = Assert.Single(status.Unread);
        Assert.Equal("Certificates", unread.Part);
        Assert.Contains($"({AggregatorClient})", unread.Reason, StringComparison.Ordinal);
        Assert.Contains("those of the kubelets of worker-0: ", unread.Reason, StringComparison.Ordinal);
        Assert.Contains("get nodes/proxy of worker-0", Assert.Single(status.Nodes[1].Problems), StringComparison.Ordinal);
        Assert.Null(status.Nodes[1].ClientCertificateUntil);
        Assert.NotNull(status.Nodes[0].ClientCertificateUntil);
    }

    [Fact]
    public async Task Without_dates_in_the_answers_its_time_is_not_known()
    {
        await using var script = new ScriptedCluster { Skew = null };

        ClusterStatus status = await LookAsync(script);

        Assert.Null(status.ServerTime);
        Assert.NotNull(status.Nodes[0].Age);
        Assert.DoesNotContain(", in ", status.Summary[2], StringComparison.Ordinal);
    }

    private Task<ClusterStatus> LookAsync(ScriptedCluster script) =>
        new GetCluster(script.Cluster).RunAsync(TimeSpan.FromMinutes(2), _activity, TestContext.Current.CancellationToken);
}
