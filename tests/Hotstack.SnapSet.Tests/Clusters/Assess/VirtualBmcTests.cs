using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Xunit;

namespace Hotstack.Clusters.Assess;

/// <summary>Ids of servers that a restored deployment holds, although its servers have others.</summary>
public sealed class VirtualBmcTests : ClusterFixture
{
    private const string Old = "11111111-2222-4333-8444-555555555555";

    [Fact]
    public async Task Hosts_and_lists_that_name_servers_which_do_not_exist_are_told_with_the_commands_that_mend_them()
    {
        await WithAllNodesAsync();
        string now = Sandbox.Cloud.Server("worker0").Id;
        AddHost("bmh0", Old, Sandbox.Cloud.Server("worker0").Ports[0].MacAddress);
        AddHost("bmh1", Old, "fa:16:3e:ff:ff:ff");
        AddHost("bmh2", now, "");
        AddHost("bmh3", Old, Sandbox.Cloud.Server("worker1").Ports[0].MacAddress, "user:secret@");
        AddList($"['{Old}', '{Sandbox.Cloud.Server("worker1").Id}']");

        ClusterCheck[] checks = await ChecksAsync();

        Assert.Equal(4, checks.Count(c => c.Result == ClusterCheckResult.Warning));
        string host = Find(checks, "openstack/bmh0").Message;
        Assert.Contains($"names server {Old}, which this project does not have; by its MAC address it is worker0 ({now})", host, StringComparison.Ordinal);
        Assert.Contains($"oc patch -n openstack baremetalhosts bmh0 --type merge -p '{{\"spec\":{{\"bmc\":{{\"address\":\"redfish-virtualmedia+http://", host,
            StringComparison.Ordinal);
        Assert.Contains(now + "\"}}}'", host, StringComparison.Ordinal);
        Assert.Contains("change spec.bmc.address", Find(checks, "openstack/bmh1").Message, StringComparison.Ordinal);
        Assert.DoesNotContain(checks, c => c.Message.Contains("secret", StringComparison.Ordinal));
        string list = Find(checks, "sushy-emulator/sushy-emulator-config").Message;
        Assert.Contains($"names servers that do not exist ({Old}) and lacks worker0 ({now}); run 'Invoke-HotstackPlaybook CHECKOUT -StackName hs-lab -ParameterFile FILES -Stage VirtualBmc'", list,
            StringComparison.Ordinal);
        Assert.Contains(checks, c => c.Result == ClusterCheckResult.Passed && c.Message.Contains("1 BareMetalHost names", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_names_servers_that_exist_passes()
    {
        AddList($"['{Sandbox.Cloud.Server("worker0").Id}']");

        ClusterCheck check = Assert.Single(await ChecksAsync());

        Assert.Equal(ClusterCheckResult.Passed, check.Result);
    }

    [Fact]
    public async Task A_cluster_without_them_has_nothing_to_check()
    {
        ClusterReport report = await ReportAsync();

        Assert.Equal(ClusterCheckResult.Skipped, report.Checks.Single(c => c.Check == "VirtualBmc").Result);
        Assert.True(report is { IsHealthy: true, IsSafe: true });
        Assert.Equal(ClusterCheckResult.Skipped, (await TestAsync()).Checks.Single(c => c.Check == "VirtualBmc").Result);
    }

    [Fact]
    public async Task They_do_not_make_a_cluster_unhealthy_or_unsafe()
    {
        AddHost("bmh0", Old, "");

        ClusterReport report = await ReportAsync();

        Assert.True(report is { IsHealthy: true, IsSafe: true });
        Assert.Contains(report.Problems, c => c.Check == "VirtualBmc");
    }

    [Fact]
    public void A_restored_deployment_without_a_cluster_is_told_what_to_run()
    {
        StackFacts stack = Stacks with { IsRestored = true, IronicNodes = ["worker0"] };

        string message = Assert.Single(VirtualBmcChecks.OfServers(new(stack, [], new HashSet<string>()))).Message;

        Assert.Contains("'Invoke-HotstackPlaybook CHECKOUT -StackName hs-lab -ParameterFile FILES -Stage PodmanBmc'", message, StringComparison.Ordinal);
        Assert.Contains($"node set worker0 --driver-info redfish_system_id=/redfish/v1/Systems/{stack.BmcServers["worker0"]}", message,
            StringComparison.Ordinal);
        Assert.Empty(VirtualBmcChecks.OfServers(new(Stacks, [], new HashSet<string>())));
    }

    private StackFacts Stacks => StackFacts.None with
    {
        Name = "hs-lab",
        BmcServers = new Dictionary<string, string> { ["worker0"] = Sandbox.Cloud.Server("worker0").Id },
    };

    private static ClusterCheck Find(ClusterCheck[] checks, string target) => checks.Single(c => c.Target == target);

    private async Task<ClusterReport> ReportAsync()
    {
        DeploymentFacts facts = (await DeploymentFacts.TryReadAsync(() => Cloud, ClusterFixture.Stack, Stacks, Activity, Stop))!;
        return await new TestCluster(Cluster) { Facts = facts }.RunAsync(new(), Activity, Stop);
    }

    private async Task<ClusterCheck[]> ChecksAsync() => [.. (await ReportAsync()).Checks.Where(c => c.Check == "VirtualBmc")];

    private void AddHost(string name, string server, string mac, string user = "") => Behind.Add("baremetalhosts", JsonNode.Parse($$"""
        {"metadata": {"name": "{{name}}", "namespace": "openstack"}, "spec": {"online": true, "bootMACAddress": "{{mac}}",
           "bmc": {"address": "redfish-virtualmedia+http://{{user}}sushy-emulator.apps.sno.example/redfish/v1/Systems/{{server}}"} } }
        """)!.AsObject());

    private void AddList(string list) => Behind.Add("configmaps", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "sushy-emulator-config", ["namespace"] = "sushy-emulator" },
        ["data"] = new JsonObject { ["config"] = $"SUSHY_EMULATOR_LISTEN_PORT = 8000\n\nSUSHY_EMULATOR_ALLOWED_INSTANCES = {list}\n\n" },
    });
}
