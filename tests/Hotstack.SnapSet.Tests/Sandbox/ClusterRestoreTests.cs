using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>The cluster lives where copies of its disks boot.</summary>
public class ClusterRestoreTests : ClusterTest
{
    private readonly HttpClient _cloud = new();
    private string _token = "";

    protected override SandboxOptions Options => new() { Clock = Clock, Scenario = Scenario.Sno };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_lives_on_in_servers_made_of_its_images(bool delete)
    {
        var boot = await BootIdAsync("master0");
        await DoAsync("PATCH", Nodes + "/master0", """{"spec": {"unschedulable": true}}""", "application/merge-patch+json");
        var certificates = Cluster.KubeletCertificates("master0");
        var old = (Controller: Cloud.Server("controller").Id, Master: Cloud.Server("master0").Id);
        Cloud.StopServers();
        var images = (await SnapshotAsync(old.Controller), await SnapshotAsync(old.Master));
        if (delete)
        {
            await CloudAsync("DELETE", $"/orchestration/v1/{Cloud.ProjectId}/stacks/hs-sno/{Cloud.Stacks[0].Id}");
            Pass(300);
            Assert.DoesNotContain(Cloud.Servers, s => s.Id == old.Master);
        }

        Assert.False(Cluster.IsReachable);
        await RestoreAsync("again", images.Item1, images.Item2);
        Pass(20);
        Assert.False(Cluster.IsReachable);
        Pass(70);
        Assert.True(Cluster.IsReady);
        Pass(60);
        Assert.Equal("True", await ReadyAsync("master0"));
        var made = Cloud.Stacks.Single(s => s.Name == "again").ResourceIds;
        Assert.Equal((old.Master, 2), (Cloud.OriginOf(made["master0"]), Cloud.BootsOf(made["master0"])));
        Assert.Equal((old.Controller, 2), (Cloud.OriginOf(made["controller"]), Cloud.BootsOf(made["controller"])));
        var node = await GetAsync(Nodes + "/master0");
        Assert.True((bool)node["spec"]!["unschedulable"]!);
        Assert.NotEqual(boot, await BootIdAsync("master0"));
        Assert.Equal(made["master0"], (string?)node["status"]!["nodeInfo"]!["systemUUID"]);
        Assert.Equal(certificates, Cluster.KubeletCertificates("master0"));
    }

    [Fact]
    public async Task Each_stack_has_a_cluster_of_its_own_begun_from_its_disks()
    {
        var images = await ImagesAsync();
        await RestoreAsync("first", images.Controller, images.Master);
        Pass(200);
        Assert.Equal(Made("first", "master0"), SystemOf(Cluster));
        await DoAsync("PATCH", Nodes + "/master0", """{"spec": {"unschedulable": true}}""", "application/merge-patch+json");
        await RestoreAsync("second", images.Controller, images.Master);
        Pass(200);

        SandboxCluster first = Server.ClusterOf("first"), second = Server.ClusterOf("second");
        Assert.Equal((true, true), (first.IsReady, second.IsReady));
        Assert.Equal((Made("first", "master0"), Made("second", "master0")), (SystemOf(first), SystemOf(second)));
        Assert.Equal((true, false), (IsCordoned(first), IsCordoned(second)));
        Assert.Equal(Uid(first), Uid(second));
        Assert.Equal(first.KubeletCertificates("master0"), second.KubeletCertificates("master0"));

        // The direct address stays the first one's, whatever becomes of the second.
        await DeleteAsync("second");
        Assert.True(Cluster.IsReady);
        Assert.Equal(Made("first", "master0"), SystemOf(Cluster));
    }

    [Fact]
    public async Task The_servers_that_a_set_was_made_of_keep_what_they_had()
    {
        var images = await ImagesAsync();
        await RestoreAsync("copy", images.Controller, images.Master);
        Pass(200);
        await DoAsync("PATCH", Nodes + "/master0", """{"spec": {"unschedulable": true}}""", "application/merge-patch+json");
        Cloud.SetServer("controller", "active");
        Cloud.SetServer("master0", "active");
        Pass(200);

        SandboxCluster old = Server.ClusterOf("hs-sno");
        Assert.Equal((true, false, true), (old.IsReady, IsCordoned(old), IsCordoned(Cluster)));
        Assert.Equal("True", (string?)Condition(old.Get("nodes", "master0")!, "Ready")!["status"]);
    }

    [Fact]
    public async Task A_set_that_is_restored_after_its_copy_is_gone_is_as_it_was_frozen()
    {
        var images = await ImagesAsync();
        await RestoreAsync("first", images.Controller, images.Master);
        Pass(200);
        await DoAsync("PATCH", Nodes + "/master0", """{"spec": {"unschedulable": true}}""", "application/merge-patch+json");
        await DeleteAsync("first");
        await RestoreAsync("second", images.Controller, images.Master);
        Pass(200);
        Assert.Equal((true, false), (Cluster.IsReady, IsCordoned(Cluster)));
        Assert.Equal(Made("second", "master0"), SystemOf(Cluster));
    }

    [Fact]
    public async Task The_API_of_a_copy_has_an_address_of_its_own()
    {
        var images = await ImagesAsync();
        await RestoreAsync("first", images.Controller, images.Master);
        await RestoreAsync("second", images.Controller, images.Master);
        Pass(200);
        using HttpClient client = Client(Administrator);
        Uri second = new(Server.ClusterOf("second").Address, Nodes + "/master0");
        foreach (var (name, address) in new[] { ("second", second), ("first", new Uri(Server.ClusterOf("first").Address, Nodes + "/master0")) })
        {
            var node = JsonNode.Parse(await client.GetStringAsync(address, Stop))!;
            Assert.Equal(Made(name, "master0"), (string?)node["status"]!["nodeInfo"]!["systemUUID"]);
        }

        await DeleteAsync("second");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(second, Stop));
    }

    [Fact]
    public async Task Servers_of_other_images_are_none_of_its_business()
    {
        Cloud.StopServers();
        await RestoreAsync("other", "nat64-appliance", "ipxe-boot-usb");
        Pass(300);
        Assert.False(Cluster.IsReachable);
    }

    [Fact]
    public async Task An_image_without_its_disk_tells_in_its_properties_whose_it_is()
    {
        var master = Cloud.Server("master0").Id;
        var image = Cloud.AddImage("imported");
        Cloud.SetImageProperty(image, "hotstack_source_uuid", master);
        Cloud.StopServers();
        await RestoreAsync("again", "nat64-appliance", image);
        Pass(300);
        Assert.Equal((master, 2), (Cloud.OriginOf(Made("again", "master0")), Cloud.BootsOf(Made("again", "master0"))));
        Assert.Equal(Made("again", "master0"), Assert.Single(Cloud.CopiesOf(master)).Id);
    }

    private async Task<string?> BootIdAsync(string node) => (string?)(await GetAsync($"{Nodes}/{node}"))["status"]!["nodeInfo"]!["bootID"];

    private async Task<(string Controller, string Master)> ImagesAsync()
    {
        var (controller, master) = (Cloud.Server("controller").Id, Cloud.Server("master0").Id);
        Cloud.StopServers();
        return (await SnapshotAsync(controller), await SnapshotAsync(master));
    }

    private async Task DeleteAsync(string stack)
    {
        await CloudAsync("DELETE", $"/orchestration/v1/{Cloud.ProjectId}/stacks/{stack}/{Cloud.Stacks.Single(s => s.Name == stack).Id}");
        Pass(100);
    }

    private static string? SystemOf(SandboxCluster cluster) => (string?)cluster.Get("nodes", "master0")!["status"]!["nodeInfo"]!["systemUUID"];

    private static bool IsCordoned(SandboxCluster cluster) => (bool?)cluster.Get("nodes", "master0")!["spec"]!["unschedulable"] == true;

    private static string? Uid(SandboxCluster cluster) => (string?)cluster.List("clusterversions")[0]["spec"]!["clusterID"];

    private string Made(string stack, string resource) => Cloud.Stacks.Single(s => s.Name == stack).ResourceIds[resource];

    private async Task RestoreAsync(string name, string controller, string master)
    {
        const string Template = """
            heat_template_version: rocky
            parameters: {controller_image: {type: string}, master_image: {type: string} }
            resources:
              net: {type: OS::Neutron::Net}
              subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.32.0/24} }
              port: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, mac_address: "fa:16:9e:81:f6:10", fixed_ips: [{ip_address: 192.168.32.10}]} }
              controller:
                type: OS::Nova::Server
                properties: {image: {get_param: controller_image}, flavor: hotstack.small, networks: [{network: {get_resource: net} }]}
              master0:
                type: OS::Nova::Server
                properties: {image: {get_param: master_image}, flavor: hotstack.xxlarge, networks: [{port: {get_resource: port} }]}
            """;
        await CloudAsync("POST", $"/orchestration/v1/{Cloud.ProjectId}/stacks", new JsonObject
        {
            ["stack_name"] = name, ["template"] = Template,
                ["parameters"] = new JsonObject { ["controller_image"] = controller, ["master_image"] = master },
        }.ToJsonString());
    }

    private async Task<string> SnapshotAsync(string server)
    {
        var answer = await CloudAsync("POST", $"/compute/v2.1/servers/{server}/action", """{"createImage": {"name": "snap"}}""");
        Pass(200);
        return answer.Headers.Location!.Segments[^1];
    }

    private async Task<HttpResponseMessage> CloudAsync(string method, string path, string body = "")
    {
        if (_token.Length == 0)
        {
            using var login = await _cloud.PostAsync(new Uri(Server.Address, "/identity/v3/auth/tokens"),
                new StringContent(SandboxTest.Password("hotstack", "hotstack")), Stop);
            _token = login.Headers.GetValues("X-Subject-Token").Single();
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server.Address, path));
        request.Headers.Add("X-Auth-Token", _token);
        request.Content = body.Length > 0 ? new StringContent(body) : null;
        var answer = await _cloud.SendAsync(request, Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Stop)}");
        return answer;
    }
}
