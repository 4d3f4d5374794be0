using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>The kubeconfig, the clock, the call log, faults and the admin endpoint of the sandbox's cluster.</summary>
public sealed class ClusterAccessTests : ClusterTest
{
    [Fact]
    public async Task The_kubeconfig_names_the_stack_and_its_certificate_is_the_administrators()
    {
        Assert.Contains("current-context: hs-multi", Server.Kubeconfig, StringComparison.Ordinal);
        using var certificate = X509Certificate2.CreateFromPem(Field("client-certificate-data"));
        Assert.Equal("O=system:masters, CN=system:admin", certificate.Subject);
        Assert.Equal(5, (await NamesAsync(Nodes)).Length);
    }

    [Fact]
    public async Task A_reset_cloud_still_knows_the_administrator()
    {
        Cloud.Reset();
        Assert.Equal(5, (await NamesAsync(Nodes)).Length);
    }

    [Fact]
    public async Task The_date_is_the_clusters_and_every_answer_has_an_id()
    {
        Cluster.SetClockSkew(TimeSpan.FromMinutes(7));
        using var answer = await SendAsync("GET", "/version");
        Assert.Equal(Clock.GetUtcNow() + TimeSpan.FromMinutes(7), answer.Headers.Date);
        Assert.True(Guid.TryParse(answer.Headers.GetValues("Audit-Id").Single(), out _));
        var leases = (await GetAsync(
            "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io/identity=kube-apiserver"))["items"]!.AsArray();
        Assert.Equal(3, leases.Count);
        var renewed = DateTimeOffset.Parse((string)leases[0]!["spec"]!["renewTime"]!, CultureInfo.InvariantCulture);
        Assert.InRange(renewed - Clock.GetUtcNow(), TimeSpan.FromMinutes(6.5), TimeSpan.FromMinutes(7));
    }

    /// <summary>The groups that openshift-apiserver serves are no part of a Kubernetes API server.</summary>
    [Theory]
    [InlineData("/apis/route.openshift.io", "APIGroup")]
    [InlineData("/apis/route.openshift.io/v1", "APIResourceList")]
    [InlineData("/apis/image.openshift.io/v1", "APIResourceList")]
    public async Task Openshifts_groups_are_discovered(string path, string kind) =>
        Assert.Equal(kind, (string?)(await GetAsync(path))["kind"]);

    [Fact]
    public async Task Calls_are_logged_and_faults_hit_them()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Status = 503, Path = "nodes" });
        Server.Faults.Add(new Fault { Kind = FaultKind.Reset, Service = "kubernetes", Path = "clusteroperators" });
        var (status, json) = await CallAsync("GET", Nodes);
        Assert.Equal((503, "ServiceUnavailable"), (status, (string?)json["reason"]));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", Operators));
        var calls = Server.Calls.Snapshot();
        Assert.Equal(["kubernetes GET " + Nodes + " 503", "kubernetes GET " + Operators + " 0"],
            calls.Select(c => $"{c.Service} {c.Method} {c.Path} {c.Status}"));
        Assert.Equal(FaultKind.Status, calls[0].Fault);
    }

    [Fact]
    public async Task The_sandboxs_own_endpoint_plays_with_the_cluster()
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        await PostAsync("csrs/hostile", "{}");
        Assert.NotEmpty(await NamesAsync(Csrs));
        await PostAsync("operators/dns", """{"condition": "Degraded", "status": "True"}""");
        Assert.Equal("True", (string?)Condition(await GetAsync(Operators + "/dns"), "Degraded")!["status"]);
        await PostAsync("nodes/worker0", """{"pods": "Hang"}""");
        await PostAsync("outage", """{"seconds": 30}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", Nodes));
        var state = JsonNode.Parse(await http.GetStringAsync("sandbox/cluster", Stop))!;
        Assert.Equal((false, 5), ((bool)state["reachable"]!, state["nodes"]!.AsArray().Count));

        async Task PostAsync(string path, string body)
        {
            using var content = new StringContent(body);
            using var answer = await http.PostAsync("sandbox/cluster/" + path, content, Stop);
            Assert.True(answer.IsSuccessStatusCode, path);
        }
    }

    [Fact]
    public async Task OpenStack_does_not_answer_on_the_clusters_port()
    {
        var (status, answer) = await CallAsync("GET", "/sandbox/state");
        Assert.Equal(404, status);
        Assert.NotNull(answer!["paths"]);
    }
}
