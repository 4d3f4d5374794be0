using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Cluster.Trust;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>TLS, credentials, rights, discovery, the call log and faults of the cluster's API.</summary>
public sealed class ClusterAccessTests : ClusterTest
{
    [Theory]
    [InlineData("sandbox-operator-token", Nodes, 200, null)]
    [InlineData("sandbox-restricted-token", "/apis/config.openshift.io/v1/clusterversions", 200, null)]
    [InlineData("sandbox-restricted-token", Nodes, 403, "nodes is forbidden: User \"sandbox-restricted\" cannot list resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("sandbox-restricted-token", Nodes + "/master0", 403, "nodes \"master0\" is forbidden: User \"sandbox-restricted\" cannot get resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("sandbox-restricted-token", "/api/v1/namespaces/default/pods", 403, "pods is forbidden: User \"sandbox-restricted\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("wrong", Nodes, 401, "Unauthorized")]
    [InlineData("", Nodes, 403, "nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("", "/readyz", 200, null)]
    [InlineData("sandbox-restricted-token", "/apis", 200, null)]
    public async Task Tokens_and_what_they_may(string token, string path, int status, string? message)
    {
        var (actual, json) = await CallAsync("GET", path, token: token);
        Assert.Equal(status, actual);
        if (message is not null)
        {
            Assert.Equal(("Status", "Failure", message, status), ((string?)json["kind"], (string?)json["status"], (string?)json["message"], (int)json["code"]!));
        }
    }

    [Fact]
    public async Task The_kubeconfig_names_the_stack_and_its_certificate_is_the_administrators()
    {
        Assert.Contains("current-context: hs-multi", Server.Kubeconfig, StringComparison.Ordinal);
        using var certificate = X509Certificate2.CreateFromPem(Field("client-certificate-data"));
        Assert.Equal("O=system:masters, CN=system:admin", certificate.Subject);
        Assert.Equal(5, (await NamesAsync(Nodes)).Length);
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_is_nobodys()
    {
        var now = Clock.GetUtcNow();
        using var old = Pki.Issue("O=system:masters, CN=system:admin", "CN=sandbox-ca", now.AddYears(-2), now.AddYears(-1), Pki.ClientAuth).CopyWithPrivateKey(Pki.Key);
        using var client = Client(old);
        using var answer = await client.GetAsync(Nodes, Stop);
        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_reset_cloud_still_knows_the_administrator()
    {
        Cloud.Reset();
        Assert.Equal(5, (await NamesAsync(Nodes)).Length);
    }

    [Fact]
    public async Task Only_the_administrator_may_act_for_others()
    {
        var (status, _) = await CallAsync("GET", Nodes, token: KubeAccess.OperatorToken, headers: ("Impersonate-User", "system:node:master0"));
        Assert.Equal(403, status);
        (status, _) = await CallAsync("GET", Nodes, headers: ("Impersonate-User", "system:node:master0"));
        Assert.Equal(403, status);
    }

    [Fact]
    public async Task The_date_is_the_clusters_and_every_answer_has_an_id()
    {
        Cluster.SetClockSkew(TimeSpan.FromMinutes(7));
        using var answer = await SendAsync("GET", "/version");
        Assert.Equal(Clock.GetUtcNow() + TimeSpan.FromMinutes(7), answer.Headers.Date);
        Assert.True(Guid.TryParse(answer.Headers.GetValues("Audit-Id").Single(), out _));
        var leases = (await GetAsync("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io/identity=kube-apiserver"))["items"]!.AsArray();
        Assert.Equal(3, leases.Count);
        var renewed = DateTimeOffset.Parse((string)leases[0]!["spec"]!["renewTime"]!, CultureInfo.InvariantCulture);
        Assert.InRange(renewed - Clock.GetUtcNow(), TimeSpan.FromMinutes(6.5), TimeSpan.FromMinutes(7));
    }

    [Theory]
    [InlineData("/api", "APIVersions")]
    [InlineData("/apis", "APIGroupList")]
    [InlineData("/api/v1", "APIResourceList")]
    [InlineData("/apis/route.openshift.io", "APIGroup")]
    [InlineData("/apis/route.openshift.io/v1", "APIResourceList")]
    [InlineData("/apis/image.openshift.io/v1", "APIResourceList")]
    public async Task Discovery_tells_what_there_is(string path, string kind) => Assert.Equal(kind, (string?)(await GetAsync(path))["kind"]);

    [Theory]
    [InlineData("/api/v1/things")]
    [InlineData("/apis/apps/v1/things")]
    [InlineData("/apis/apps/v2/daemonsets")]
    [InlineData("/apis/route.openshift.io/v1/things")]
    public async Task What_is_not_there_is_a_404_in_its_words(string path)
    {
        var (status, json) = await CallAsync("GET", path);
        Assert.Equal((404, "the server could not find the requested resource"), (status, (string?)json["message"]));
        Assert.Empty(json["details"]!.AsObject());
    }

    /// <summary>Beyond every group the API server's web server answers, as curl shows:
    /// https://github.com/kubearchive/kubearchive/pull/1325.</summary>
    [Theory]
    [InlineData("/apis/nope.io/v1")]
    [InlineData("/apis/nope.io/v1/things")]
    [InlineData("/apis/config.openshift.io/v1/things")]
    [InlineData("/apis//v1/nodes")]
    [InlineData("/api/v2")]
    [InlineData("/nothing")]
    public async Task Or_in_nobodys(string path)
    {
        using var answer = await SendAsync("GET", path);
        Assert.Equal((404, "404 page not found\n"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop)));
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Rights_can_be_asked_for()
    {
        const string Review = """{"kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": {"verb": "list", "resource": "nodes"}}}""";
        foreach (var (token, allowed) in new[] { (KubeAccess.OperatorToken, true), (KubeAccess.RestrictedToken, false) })
        {
            var (status, json) = await CallAsync("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Review, token: token);
            Assert.Equal((201, allowed), (status, (bool)json["status"]!["allowed"]!));
        }
    }

    [Fact]
    public async Task Calls_are_logged_and_faults_hit_them()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "kubernetes", Status = 503, Path = "nodes" });
        Server.Faults.Add(new Fault { Kind = FaultKind.Reset, Service = "kubernetes", Path = "clusteroperators" });
        var (status, json) = await CallAsync("GET", Nodes);
        Assert.Equal((503, "ServiceUnavailable"), (status, (string?)json["reason"]));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", Operators));
        var calls = Server.Calls.Snapshot();
        Assert.Equal(["kubernetes GET " + Nodes + " 503", "kubernetes GET " + Operators + " 0"], calls.Select(c => $"{c.Service} {c.Method} {c.Path} {c.Status}"));
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
        Assert.Equal((404, "404 page not found\n"), (status, (string?)answer));
    }
}
