using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>The cluster's life as its servers go and come.</summary>
public sealed class ClusterLifeTests : ClusterTest
{
    private async Task<DateTimeOffset> HeartbeatAsync(string node) => DateTimeOffset.Parse(
        (string)Condition(await GetAsync($"{Nodes}/{node}"), "Ready")!["lastHeartbeatTime"]!, CultureInfo.InvariantCulture);

    private async Task<string?> BootIdAsync(string node) => (string?)(await GetAsync($"{Nodes}/{node}"))["status"]!["nodeInfo"]!["bootID"];

    private async Task<string[]> WrongAsync() =>
    [
        .. (await GetAsync(Operators))["items"]!.AsArray().Where(o => (string?)Condition(o!, "Available")!["status"] != "True"
            || (string?)Condition(o!, "Progressing")!["status"] != "False" || (string?)Condition(o!, "Degraded")!["status"] != "False")
                .Select(Name),
    ];

    [Fact]
    public async Task Nodes_are_what_nova_shows()
    {
        var node = await GetAsync(Nodes + "/master0");
        Assert.Equal(
            ["InternalIP 192.168.32.10", "Hostname master0"], node["status"]!["addresses"]!.AsArray()
                .Select(a => $"{a!["type"]} {a["address"]}"));
        Assert.Contains("\"mac-address\":\"fa:16:9e:81:f6:10\"",
            (string?)node["metadata"]!["annotations"]!["k8s.ovn.org/l3-gateway-config"], StringComparison.Ordinal);
        Assert.Empty(await WrongAsync());
    }

    [Fact]
    public async Task Hearts_beat_by_the_clock()
    {
        var before = await HeartbeatAsync("worker0");
        Pass(25);
        Assert.Equal(TimeSpan.FromSeconds(20), await HeartbeatAsync("worker0") - before);
        var lease = await GetAsync("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/worker0");
        Assert.Equal(await HeartbeatAsync("worker0"),
            DateTimeOffset.Parse((string)lease["spec"]!["renewTime"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_stopped_worker_is_noticed_and_comes_back_as_another_boot()
    {
        var boot = await BootIdAsync("worker0");
        Power(on: false, "worker0");
        var last = await HeartbeatAsync("worker0");
        Pass(39);
        Assert.Equal("True", await ReadyAsync("worker0"));
        Pass(2);
        Assert.Equal("Unknown", await ReadyAsync("worker0"));
        Assert.Equal(last, await HeartbeatAsync("worker0"));
        Assert.Equal(4, (await GetAsync(Nodes + "/worker0"))["status"]!["conditions"]!.AsArray()
            .Count(c => (string?)c!["status"] == "Unknown"));

        Power(on: true, "worker0");
        Pass(29);
        Assert.Equal("Unknown", await ReadyAsync("worker0"));
        Pass(30);
        Assert.Equal("True", await ReadyAsync("worker0"));
        Assert.NotEqual(boot, await BootIdAsync("worker0"));
        Assert.Null((await GetAsync(Nodes + "/worker0"))["spec"]!["taints"]);
    }

    [Fact]
    public async Task Without_a_quorum_or_the_load_balancer_nothing_answers()
    {
        Power(on: false, "master0");
        Assert.True(Cluster.IsReachable);
        Power(on: false, "master1");
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", "/readyz"));
        Power(on: true, "master1");
        Pass(59);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", "/readyz"));

        Pass(2);
        var (status, text) = await CallAsync("GET", "/readyz");
        Assert.Equal(500, status);
        Assert.Contains("[-]poststarthook/rbac/bootstrap-roles failed", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(403, (await CallAsync("GET", Nodes, token: "sandbox-operator-token")).Status);
        Assert.Equal(503, (await CallAsync("GET", Nodes)).Status);
        Pass(10);
        Assert.Equal("ok", (await GetAsync("/readyz")).ToString());

        Power(on: false, "controller");
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", "/readyz"));
        Power(on: true, "controller");
        await GetAsync("/readyz");
    }

    [Fact]
    public async Task An_outage_and_a_restart_pass()
    {
        Cluster.Outage(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("GET", Nodes));
        Pass(31);
        await GetAsync(Nodes);
        Cluster.RestartApi();
        Assert.False(Cluster.IsReachable);
        Pass(25);
        Assert.True(Cluster.IsReachable);
        Assert.False(Cluster.IsReady);
        Pass(10);
        Assert.True(Cluster.IsReady);
        Assert.Empty(await WrongAsync());
    }

    [Fact]
    public async Task After_a_boot_all_is_stale_then_flaps_then_settles()
    {
        var boots = await Task.WhenAll(Cluster.Nodes.Select(BootIdAsync));
        Cloud.StopServers();
        Pass(3600);
        var off = Clock.GetUtcNow();
        Power(on: true, AllServers);
        Pass(71);
        Assert.Empty(await WrongAsync());
        Assert.Equal("True", await ReadyAsync("worker1"));
        Assert.True(await HeartbeatAsync("worker1") < off);
        Assert.Equal(503, (await CallAsync("GET", "/apis/route.openshift.io/v1")).Status);
        Assert.Equal(503, (await CallAsync("GET", "/apis/route.openshift.io/v1/namespaces/openshift-console/routes")).Status);
        Assert.Equal("False", (string?)Condition(await GetAsync("/apis/apiregistration.k8s.io/v1/apiservices/v1.route.openshift.io"),
            "Available")!["status"]);

        Pass(30);
        Assert.True(await HeartbeatAsync("worker1") > off);
        Assert.All(await Task.WhenAll(Cluster.Nodes.Select(BootIdAsync)), (id, i) => Assert.NotEqual(boots[i], id));
        Pass(60);
        var wrong = await WrongAsync();
        Assert.Contains("authentication", wrong);
        Assert.Contains("ingress", wrong);
        var changed = DateTimeOffset.Parse((string)Condition(await GetAsync(Operators + "/ingress"), "Available")!["lastTransitionTime"]!,
            CultureInfo.InvariantCulture);
        Assert.True(changed > off);

        Pass(6 * 60);
        Assert.Empty(await WrongAsync());
        await GetAsync("/apis/route.openshift.io/v1/namespaces/openshift-console/routes/console");
        Assert.Equal("True", (string?)Condition(await GetAsync("/apis/apiregistration.k8s.io/v1/apiservices/v1.route.openshift.io"),
            "Available")!["status"]);
    }

    [Fact]
    public async Task Cordoned_nodes_keep_operators_and_pools_from_being_well()
    {
        await Task.WhenAll(Cluster.Nodes.Select(
            n => DoAsync("PATCH", $"{Nodes}/{n}", """{"spec": {"unschedulable": true}}""", "application/merge-patch+json")));
        Assert.Empty(await WrongAsync());
        var pool = await GetAsync("/apis/machineconfiguration.openshift.io/v1/machineconfigpools/worker");
        Assert.Equal((2, 0, "True"),
            ((int)pool["status"]!["machineCount"]!, (int)pool["status"]!["readyMachineCount"]!,
            (string?)Condition(pool, "Updating")!["status"]));

        Cloud.StopServers();
        BootAll();
        Assert.Equal(["console", "image-registry", "ingress", "monitoring"], await WrongAsync());
        await Task.WhenAll(Cluster.Nodes.Select(
            n => DoAsync("PATCH", $"{Nodes}/{n}", """{"spec": {"unschedulable": false}}""", "application/merge-patch+json")));
        Assert.NotEmpty(await WrongAsync());
        Pass(6 * 60);
        Assert.Empty(await WrongAsync());
        pool = await GetAsync("/apis/machineconfiguration.openshift.io/v1/machineconfigpools/worker");
        Assert.Equal((2, "True"), ((int)pool["status"]!["readyMachineCount"]!, (string?)Condition(pool, "Updated")!["status"]));
    }

    [Fact]
    public async Task An_operator_can_be_made_to_fail()
    {
        Cluster.SetOperator("insights", "Degraded", "True", "Broken");
        Pass(60);
        Assert.Equal(["insights"], await WrongAsync());
        Cluster.SetOperator("insights", "Degraded", null);
        Assert.Empty(await WrongAsync());
    }

    [Fact]
    public async Task It_does_the_same_every_time()
    {
        var first = await StoryAsync();
        Cloud.Reset();
        Assert.Equal(first.ToJsonString(), (await StoryAsync()).ToJsonString());

        async Task<JsonArray> StoryAsync()
        {
            Cloud.StopServers();
            Pass(600);
            Power(on: true, AllServers);
            Pass(150);
            var story = new JsonArray([.. (await WrongAsync()).Select(w => (JsonNode)w)]);
            Assert.NotEmpty(story);
            return story;
        }
    }
}

/// <summary>The cluster of one node.</summary>
public sealed class ClusterSingleNodeTests : ClusterTest
{
    protected override SandboxOptions Options => new() { Clock = Clock, Scenario = Scenario.Sno, Speed = 10 };

    [Fact]
    public async Task One_node_is_all_there_is()
    {
        Assert.Equal(["master0"], await NamesAsync(Nodes));
        var labels = (await GetAsync(Nodes + "/master0"))["metadata"]!["labels"]!.AsObject().Select(l => l.Key).ToList();
        Assert.All("master control-plane worker".Split(' '), role => Assert.Contains("node-role.kubernetes.io/" + role, labels));
        Assert.Contains("current-context: hs-sno", Server.Kubeconfig, StringComparison.Ordinal);

        Cloud.StopServers();
        Power(on: true, AllServers);
        Pass(7.5);
        Assert.True(Cluster.IsReady);
        Pass(60);
        Assert.Equal("True", await ReadyAsync("master0"));
        Assert.Equal("True", (string?)Condition(await GetAsync(Operators + "/monitoring"), "Available")!["status"]);
    }
}
