using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>Pods that do something to their host, and those that are put off it.</summary>
public sealed class ClusterPodTests : ClusterTest
{
    private static string? Phase(JsonNode pod) => (string?)pod["status"]!["phase"];

    private static JsonNode? State(JsonNode pod) => pod["status"]!["containerStatuses"]?[0]!["state"];

    [Fact]
    public async Task A_pod_runs_and_leaves_its_log()
    {
        var name = await HelperAsync("worker0", "openssl x509 -enddate -noout -in /var/lib/kubelet/pki/kubelet-client-current.pem");
        Assert.Equal("Pending", Phase(await PodAsync(name)));
        var (status, error) = await CallAsync("GET", $"/api/v1/namespaces/helpers/pods/{name}/log");
        Assert.Equal((400, $"container \"host\" in pod \"{name}\" is waiting to start: ContainerCreating"),
            (status, (string?)error["message"]));
        Pass(1);
        Assert.Equal("Running", Phase(await PodAsync(name)));
        Pass(1);
        var pod = await PodAsync(name);
        Assert.Equal(("Succeeded", 0), (Phase(pod), (int)State(pod)!["terminated"]!["exitCode"]!));
        var until = Cluster.KubeletCertificates("worker0").Client!.Value;
        Assert.Equal($"notAfter={until.UtcDateTime.ToString("MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture)} GMT\n",
            await LogAsync(name));
    }

    [Theory]
    [InlineData("TZ=UTC shutdown -h +3", 180)]
    [InlineData("TZ=UTC shutdown -h 09:05", 300)]
    [InlineData("TZ=UTC shutdown -h 08:59", (24 * 3600) - 60)]
    public async Task A_shutdown_is_scheduled_shown_and_happens(string command, int seconds)
    {
        var start = Clock.GetUtcNow();
        var name = await HelperAsync("worker0", $"set -e\n{command}\ncat /run/systemd/shutdown/scheduled");
        Pass(2);
        var log = await LogAsync(name);
        var due = DateTimeOffset.UnixEpoch.AddMicroseconds(
            long.Parse(Regex.Match(log, @"USEC=(\d+)\nWARN_WALL=1\nMODE=poweroff\nUID=0\n").Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.InRange((due - start).TotalSeconds, seconds, seconds + 3);
        Assert.Equal(due, Cluster.ScheduledShutdown("worker0"));
        Pass(seconds);
        Assert.Equal("ACTIVE", Cloud.Server("worker0").Status);
        Pass(21);
        Assert.Equal(("SHUTOFF", "stopped"), (Cloud.Server("worker0").Status, Cloud.Server("worker0").VmState));
    }

    /// <summary>As measured with systemd 252: to the microsecond, the last one counts, a time that has passed means at once.</summary>
    [Fact]
    public async Task Loginds_method_takes_microseconds_and_replaces_the_schedule()
    {
        const string call = "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ScheduleShutdown st";
        var at = Clock.GetUtcNow().AddMinutes(7).AddMilliseconds(123);
        long micros = at.ToUnixTimeMilliseconds() * 1000;
        await HelperAsync("worker0", "shutdown -h +1");
        var name = await HelperAsync("worker0", $"{call} poweroff {micros}\ncat /run/systemd/shutdown/scheduled");
        Pass(3);
        Assert.Equal($"USEC={micros}\nWARN_WALL=1\nMODE=poweroff\nUID=0\n", await LogAsync(name));
        Pass(120);
        Assert.Equal("ACTIVE", Cloud.Server("worker0").Status);
        var refused = await HelperAsync("worker0", $"{call} power {micros}\ncat /run/systemd/shutdown/scheduled");
        await HelperAsync("worker1", $"{call} poweroff 1");
        Pass(3);
        Assert.Equal("Call failed: Unsupported shutdown type\n", await LogAsync(refused));
        Pass(21);
        Assert.Equal(("ACTIVE", "SHUTOFF"), (Cloud.Server("worker0").Status, Cloud.Server("worker1").Status));
    }

    [Fact]
    public async Task A_shutdown_is_cancelled()
    {
        await HelperAsync("worker0", "shutdown -h +1");
        Pass(3);
        Assert.NotNull(Cluster.ScheduledShutdown("worker0"));
        var name = await HelperAsync("worker0", "shutdown -c; cat /run/systemd/shutdown/scheduled");
        Pass(3);
        Assert.Null(Cluster.ScheduledShutdown("worker0"));
        Assert.DoesNotContain("USEC", await LogAsync(name), StringComparison.Ordinal);
        Pass(120);
        Assert.Equal("ACTIVE", Cloud.Server("worker0").Status);
    }

    [Fact]
    public async Task All_masters_go_down_together()
    {
        foreach (var node in Cluster.Nodes)
        {
            await HelperAsync(node, "shutdown -h 09:02; cat /run/systemd/shutdown/scheduled");
        }

        Pass(110);
        Assert.True(Cluster.IsReady);
        Pass(11);
        Assert.False(Cluster.IsReachable);
        Pass(20);
        Assert.All(Cluster.Nodes, n => Assert.Equal("SHUTOFF", Cloud.Server(n).Status));
        Assert.Equal("ACTIVE", Cloud.Server("controller").Status);
    }

    [Theory]
    [InlineData(PodFate.Fail, "Failed", "terminated")]
    [InlineData(PodFate.Hang, "Running", "running")]
    [InlineData(PodFate.ImagePullError, "Pending", "waiting")]
    [InlineData(PodFate.NoShutdown, "Succeeded", "terminated")]
    public async Task Helpers_meet_their_fate(PodFate fate, string phase, string state)
    {
        Cluster.SetHelperPods("worker0", fate);
        var name = await HelperAsync("worker0", "shutdown -h +1; cat /run/systemd/shutdown/scheduled");
        Pass(30);
        var pod = await PodAsync(name);
        Assert.Equal(phase, Phase(pod));
        Assert.NotNull(State(pod)![state]);
        Assert.Null(Cluster.ScheduledShutdown("worker0"));
        if (fate == PodFate.NoShutdown)
        {
            Assert.DoesNotContain("USEC", await LogAsync(name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_image_that_is_not_on_the_node_is_not_pulled()
    {
        var name = await HelperAsync("worker0", "true", image: "registry.example/missing:1");
        Pass(5);
        Assert.Equal("ErrImagePull", (string?)State(await PodAsync(name))!["waiting"]!["reason"]);
    }

    [Fact]
    public async Task A_pod_that_hangs_ends_at_its_deadline()
    {
        Cluster.SetHelperPods("worker0", PodFate.Hang);
        var name = await HelperAsync("worker0", "true", more: ", \"activeDeadlineSeconds\": 60");
        Pass(70);
        var pod = await PodAsync(name);
        Assert.Equal(("Failed", "DeadlineExceeded"), (Phase(pod), (string?)pod["status"]!["reason"]));
    }

    [Fact]
    public async Task A_pod_on_a_stopped_node_waits_for_it()
    {
        Power(on: false, "worker0");
        var name = await HelperAsync("worker0", "true");
        Pass(60);
        Assert.Equal("Pending", Phase(await PodAsync(name)));
        Power(on: true, "worker0");
        Pass(120);
        Assert.Equal("Succeeded", Phase(await PodAsync(name)));
    }

    [Fact]
    public async Task Backups_are_made_on_masters_only()
    {
        var good = await HelperAsync("master0", "/usr/local/bin/cluster-backup.sh /home/core/assets/backup");
        var bad = await HelperAsync("worker0", "/usr/local/bin/cluster-backup.sh /home/core/assets/backup");
        Pass(3);
        Assert.Equal(["/home/core/assets/backup"], Cluster.Backups("master0"));
        Assert.Equal(("Succeeded", "Failed"), (Phase(await PodAsync(good)), Phase(await PodAsync(bad))));
    }

    [Fact]
    public async Task A_kubelet_without_its_certificates_asks_for_new_ones()
    {
        await HelperAsync("worker0", """
            mv /var/lib/kubelet/pki/kubelet-client-current.pem /tmp/
            mv /var/lib/kubelet/pki/kubelet-server-current.pem /tmp/
            systemctl restart kubelet
            """);
        Pass(60);
        var csr = Assert.Single(Cluster.List("certificatesigningrequests"));
        Assert.Equal("kubernetes.io/kube-apiserver-client-kubelet", (string?)csr["spec"]!["signerName"]);
        Assert.Null(Cluster.KubeletCertificates("worker0").Client);
        await ApproveAsync(Name(csr));
        Pass(3);
        Assert.Equal("True", await ReadyAsync("worker0"));
        await ApproveAsync(Name(Cluster.List("certificatesigningrequests")
            .Single(c => (string?)c["spec"]!["signerName"] == "kubernetes.io/kubelet-serving")));
        Pass(3);
        await GetAsync(Nodes + "/worker0/proxy/healthz");
    }

    [Fact]
    public async Task Evictions_put_pods_off_unless_a_budget_forbids()
    {
        var path = "/api/v1/namespaces/demo-app/pods";
        var name = Name(Cluster.List("pods", "demo-app")[0]);
        var body = $$"""{"kind": "Eviction", "apiVersion": "policy/v1", "metadata": {"name": "{{name}}", "namespace": "demo-app"} }""";
        Cluster.RefuseEvictions("demo-app");
        var (status, json) = await CallAsync("POST", $"{path}/{name}/eviction", body);
        Assert.Equal((429, "Cannot evict pod as it would violate the pod's disruption budget."), (status, (string?)json["message"]));
        Cluster.Remove("poddisruptionbudgets", "nothing-goes", "demo-app");
        await DoAsync("POST", $"{path}/{name}/eviction", body);
        Pass(3);
        Assert.DoesNotContain(name, await NamesAsync(path));
    }

    [Fact]
    public async Task A_pod_of_a_dead_node_stays_unless_forced()
    {
        var pod = Cluster.List("pods", "demo-app")[0];
        Power(on: false, (string)pod["spec"]!["nodeName"]!);
        var path = "/api/v1/namespaces/demo-app/pods/" + Name(pod);
        await CallAsync("DELETE", path);
        Pass(300);
        Assert.NotNull((await GetAsync(path))["metadata"]!["deletionTimestamp"]);
        await CallAsync("DELETE", path + "?gracePeriodSeconds=0");
        Assert.Equal(404, (await CallAsync("GET", path)).Status);
    }
}
