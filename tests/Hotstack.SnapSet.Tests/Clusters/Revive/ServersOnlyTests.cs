using System.Net;
using System.Text.Json.Nodes;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>Deployments without OpenShift, such as Hotstack's networking-lab: a controller, switches, DevStack.</summary>
public sealed class ServersOnlyTests : ClusterFixture
{
    private const string Outputs = """
        [{"output_key": "wait_for_hosts", "output_value": [{"host": "switch.stack.lab", "port": 830, "timeout": 1800},
           {"host": "bad host", "port": 1}, {"host": "x", "port": 70000}, 7]},
         {"output_key": "controller_ansible_host", "output_value": {"ansible_host": "203.0.113.17"}},
         {"output_key": "devstack_ansible_host", "output_value": {"ansible_host": "192.168.32.20", "ansible_port": 22}}]
        """;

    private readonly Way _way = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_shut_down_by_Nova_and_what_does_not_apply_is_told(bool isKubeconfigGiven)
    {
        InstanceSource source = await SourceAsync();
        using Cluster cluster = isKubeconfigGiven ? OpenShift.Cluster.Connect(ClusterConfiguration(), Activity, Clock) : Connect();

        ClusterRecord? record = await new SuspendCluster(Cloud, cluster)
            .RunAsync(new() { Source = source, Drain = true, ForceRotation = true }, Activity, Yes, Stop);

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Contains(Activity.Warnings, w => w.Contains("no cluster to check", StringComparison.Ordinal));
        Assert.Null(record!.ClusterId);
        Assert.Equal(["Assess", "Servers", "Controller"], record.Timeline.Select(step => step.Step));
        Assert.StartsWith("no OpenShift cluster to check", record.Timeline[0].Result, StringComparison.Ordinal);
        Assert.DoesNotContain(Calls, c => c.Service == "kubernetes");
        Call[] stops = [.. Calls.Where(c => c.Body.Contains("os-stop", StringComparison.Ordinal))];
        Assert.Contains(Sandbox.Cloud.Server("controller").Id, stops[^1].Path, StringComparison.Ordinal);

        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(new() { Source = source, Cluster = record }, Activity, Yes, Stop))!;
        Assert.Null(set.ClusterRecord);
    }

    [Fact]
    public async Task A_server_that_was_off_stays_off_however_often_the_shutdown_runs()
    {
        InstanceSource source = await SourceAsync();
        string name = Sandbox.Cloud.Server("worker0").Name;
        Sandbox.Cloud.SetServer("worker0", "stopped");
        using Cluster cluster = Connect();

        // Here the first run ends when all is stopped but the controller.
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "compute", Method = "POST", Path = $"/servers/{Sandbox.Cloud.Server("controller").Id}/action$",
            Status = 403, Times = 1,
        });
        await Assert.ThrowsAnyAsync<HotstackException>(() => SuspendAsync(cluster, source));
        Assert.Equal("controller", Assert.Single(Statuses, status => status.Value == "ACTIVE").Key);
        ClusterRecord record = (await SuspendAsync(cluster, source))!;
        Assert.Equal([name], record.OffInstances);

        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(new() { Source = source }, Activity, Yes, Stop))!;
        Assert.Equal([name], set.ClusterRecord!.OffInstances);

        ReviveReport report = (await ReviveAsync(cluster, source))!;
        Assert.True(report.IsHealthy);
        Assert.Equal("worker0", Assert.Single(Statuses, status => status.Value == "SHUTOFF").Key);
    }

    [Fact]
    public async Task A_set_of_running_servers_knows_which_were_off()
    {
        InstanceSource source = await SourceAsync();
        Sandbox.Cloud.SetServer("worker0", "stopped");

        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(new() { Source = source, StopServers = true }, Activity, Yes, Stop))!;

        Assert.Equal([Sandbox.Cloud.Server("worker0").Name], set.ClusterRecord!.OffInstances);
    }

    [Fact]
    public async Task MicroShift_is_shut_down_as_servers_are()
    {
        InstanceSource source = await SourceAsync(asNodes: true);
        await using ScriptedCluster script = MicroShiftTests.Script();

        ClusterRecord record = (await SuspendAsync(script.Cluster, source))!;

        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
        Assert.Null(record.ClusterId);
        Assert.Contains(Activity.Warnings, w => w.Contains("is MicroShift 4.20.3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MicroShift_is_revived_by_its_node_and_its_pods()
    {
        InstanceSource source = await SourceAsync();
        Sandbox.Cloud.StopServers();
        await using ScriptedCluster script = MicroShiftTests.Script();
        string? asked = null;

        ReviveReport report = (await new ReviveCluster(Cloud, script.Cluster, new RecordSearch(Cloud)).RunAsync(
            new() { Source = source }, Activity, (_, action) => Task.FromResult((asked = action.ToString()) is not null), Stop))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Checks));
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.Equal(["Servers", "Hosts", "Api", "Nodes"], report.Timeline.Select(t => t.Step));
        Assert.Equal("the API is ready; it is MicroShift 4.20.3", report.Timeline[2].Result);
        Assert.DoesNotContain("uncordon", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conditions_of_objects_are_refused_without_a_cluster(bool hasController)
    {
        InstanceSource source = await SourceAsync();
        source = hasController ? source : source with { Instances = [.. source.Instances.Where(i => !i.IsController)] };
        Sandbox.Cloud.StopServers();
        using Cluster cluster = Connect();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => new ReviveCluster(Cloud, cluster, new RecordSearch(Cloud)).RunAsync(
            new() { Source = source, WaitFor = ["pods/*:Ready"] }, Activity, Yes, Stop));

        Assert.Equal("WaitForWithoutCluster", failure.Id);
        Assert.Equal(hasController ? ["controller"] : [], Statuses.Where(status => status.Value != "SHUTOFF").Select(status => status.Key));
    }

    [Fact]
    public async Task It_is_started_and_its_slow_hosts_are_waited_for_through_the_controller()
    {
        InstanceSource source = await SourceAsync();
        Sandbox.Cloud.StopServers();
        _way.AnswersAfter["switch.stack.lab:830"] = 5;
        using Cluster cluster = Connect();

        ReviveReport report = (await ReviveAsync(cluster, source))!;

        Assert.True(report.IsHealthy);
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
        Assert.Equal(["Controller", "Servers", "Hosts"], report.Timeline.Select(t => t.Step));
        Assert.Equal(
            $"started {Sandbox.Cloud.Server("controller").Name}; it has no kubeconfig, so there is no cluster", report.Timeline[0].Result);
        Assert.Equal("the controller reaches switch.stack.lab:830, 192.168.32.20:22", report.Timeline[2].Result);
        Assert.StartsWith("Its servers run; it has no OpenShift cluster", report.Summary, StringComparison.Ordinal);
        Assert.Equal(ClusterVerdict.NotApplicable, report.Assessment.Verdict);
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("was not recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_in_its_time_is_named()
    {
        InstanceSource source = await SourceAsync();
        _way.AnswersAfter["switch.stack.lab:830"] = int.MaxValue;
        using Cluster cluster = Connect();

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(cluster, source));

        Assert.Equal("HostNotReachable", failure.Id);
        Golden.Message(failure);
    }

    [Fact]
    public async Task With_a_kubeconfig_on_its_controller_the_cluster_counts()
    {
        InstanceSource source = await SourceAsync(asNodes: true);
        _way.HasKubeconfig = true;
        using Cluster cluster = Connect();

        ReviveReport report = (await ReviveAsync(cluster, source))!;

        Assert.Contains("Api", report.Timeline.Select(t => t.Step));
    }

    [Theory]
    [InlineData("unit dnsmasq active\nunit haproxy active\nlisten 8081\n", "its services run: dnsmasq, haproxy", null)]
    [InlineData("unit haproxy failed\nunit dnsmasq active", "its services do not all run: haproxy", "service haproxy is enabled and does not run")]
    [InlineData("unit dnsmasq active\nunit httpd failed\nlisten 808181", "its services run: dnsmasq", "Listen 808181")]
    [InlineData("unit httpd failed\nlisten 0.0.0.0:80", "its services do not all run: httpd", "httpd is enabled")]
    [InlineData("unit dnsmasq active\nunit haproxy activating\nunit nfs-server reloading", "its services run: dnsmasq", null)]
    [InlineData("unit haproxy inactive", "its services do not all run: haproxy", "service haproxy is enabled and does not run")]
    [InlineData("unit haproxy deactivating", "its services do not all run: haproxy", "service haproxy is enabled and does not run")]
    [InlineData("listen 80818181\n", null, "Listen 808181")]
    [InlineData("Welcome\nunit evil;reboot failed\n", null, null)]
    public void What_runs_on_the_controller_is_told(string output, string? expected, string? warning)
    {
        string? found = new ControllerServices(_way, Activity).Judge(output);

        Assert.Equal(expected, found);
        Assert.Equal(warning is null ? 0 : 1, Activity.Warnings.Count);
        Assert.All(Activity.Warnings, told => Assert.Contains(warning!, told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_services_of_the_controller_are_looked_at_before_the_nodes_start()
    {
        InstanceSource source = await SourceAsync(asNodes: true);
        Sandbox.Cloud.StopServers();
        (_way.HasKubeconfig, _way.Services) = (true, "unit haproxy failed\n");
        string? stateThen = null;
        Activity.Listener = (stream, text) => stateThen ??= stream == "warning" && text.Contains("haproxy", StringComparison.Ordinal)
            ? StatusOf("master0") : null;
        using Cluster cluster = Connect();

        ReviveReport report = (await ReviveAsync(cluster, source))!;

        Assert.Equal("SHUTOFF", stateThen);
        Assert.EndsWith("; its services do not all run: haproxy", report.Timeline[0].Result, StringComparison.Ordinal);
    }

    private async Task<InstanceSource> SourceAsync(bool asNodes = false)
    {
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "orchestration", Path = "/stacks/hs-net$", Status = 200, Times = 0,
            Body = $$"""
                {"stack": {"id": "5d1f0f6e-6f2b-4b3e-9d7c-000000000001", "stack_name": "hs-net", "stack_status": "CREATE_COMPLETE",
                  "tags": [], "outputs": {{JsonNode.Parse(Outputs)!.ToJsonString()}} } }
                """,
        });
        string[] names = [.. NodeNames.Order(StringComparer.Ordinal), "controller"];
        IReadOnlyList<Instance> found = await new GetInstances(Cloud).RunAsync(
            new()
            {
                Servers = [.. names.Select(name => Sandbox.Cloud.Server(name).Id)],
                Roles = [.. names.Select(name => name == "controller" ? Roles.Controller
                    : !asNodes ? "switch" : name.StartsWith("master", StringComparison.Ordinal) ? Roles.Master : Roles.Worker)],
            },
            Activity, Stop);
        return new() { Instances = [.. found.Select(instance => instance with { StackName = "hs-net" })] };
    }

    private Cluster Connect() => OpenShift.Cluster.Later(
        "hs-net",
        _ =>
        {
            _way.IsConnected = true;
            return _way.HasKubeconfig ? Task.FromResult(ClusterConfiguration())
                : throw new HotstackException(ErrorCause.NotFound, "KubeconfigNotFound", "there is none");
        },
        _way, Activity, Clock);

    private Task<ClusterRecord?> SuspendAsync(Cluster cluster, InstanceSource source) =>
        new SuspendCluster(Cloud, cluster).RunAsync(new() { Source = source }, Activity, Yes, Stop);

    private Task<ReviveReport?> ReviveAsync(Cluster cluster, InstanceSource source) =>
        new ReviveCluster(Cloud, cluster, new RecordSearch(Cloud)).RunAsync(new() { Source = source }, Activity, Yes, Stop);

    private sealed class Way : IControllerSession, IDisposable
    {
        /// <summary>By host and port, how many attempts fail first.</summary>
        public Dictionary<string, int> AnswersAfter { get; } = [];

        public bool HasKubeconfig { get; set; }

        public bool IsConnected { get; set; }

        public string? Services { get; set; }

        public Dial? Dial => IsConnected ? DialAsync : null;

        public Task<string?> RunAsync(string script, CancellationToken stop) => Task.FromResult(Services);

        public void Dispose() => IsConnected = false;

        private Task<Stream> DialAsync(DnsEndPoint host, CancellationToken stop)
        {
            string name = $"{host.Host}:{host.Port}";
            int left = AnswersAfter.GetValueOrDefault(name);
            AnswersAfter[name] = left == int.MaxValue ? left : left - 1;
            return left > 0 ? throw new DialException("the machine refuses the connection") : Task.FromResult(Stream.Null);
        }
    }
}
