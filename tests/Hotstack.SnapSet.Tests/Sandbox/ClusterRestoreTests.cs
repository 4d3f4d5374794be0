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
    public async Task The_newest_copy_that_runs_counts()
    {
        var old = (Controller: Cloud.Server("controller").Id, Master: Cloud.Server("master0").Id);
        Cloud.StopServers();
        var images = (await SnapshotAsync(old.Controller), await SnapshotAsync(old.Master));
        await RestoreAsync("first", images.Item1, images.Item2);
        Pass(200);
        Assert.True(Cluster.IsReady);
        await RestoreAsync("second", images.Item1, images.Item2);
        Pass(25);
        Assert.False(Cluster.IsReady);
        Pass(200);
        Assert.True(Cluster.IsReady);
        Assert.Equal(Made("second", "master0"), (string?)(await GetAsync(Nodes + "/master0"))["status"]!["nodeInfo"]!["systemUUID"]);

        // Without it, one that is still there takes over when it boots.
        await CloudAsync("DELETE", $"/orchestration/v1/{Cloud.ProjectId}/stacks/second/{Cloud.Stacks.Single(s => s.Name == "second").Id}");
        Pass(100);
        Assert.False(Cluster.IsReachable);
        foreach (var server in new[] { "controller", "master0" })
        {
            await CloudAsync("POST", $"/compute/v2.1/servers/{Made("first", server)}/action", """{"reboot": {"type": "HARD"}}""");
        }

        Pass(200);
        Assert.True(Cluster.IsReady);
        Assert.Equal(Made("first", "master0"), (string?)(await GetAsync(Nodes + "/master0"))["status"]!["nodeInfo"]!["systemUUID"]);
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
