using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>How the controller's address is found.</summary>
public class FloatingIpTests : SandboxTest
{
    private const string Address = "203.0.113.17";
    private const string FloatingIps = "/networking/v2.0/floatingips";

    [Fact]
    public async Task By_the_server_its_port_and_back()
    {
        var server = Cloud.Server("controller").Id;
        var port = Assert.Single(await ListAsync("/networking/v2.0/ports", "device_id=" + server, "ports"));
        Assert.Equal("192.168.32.3", (string?)port["fixed_ips"]![0]!["ip_address"]);
        var floating = Assert.Single(await ListAsync(FloatingIps, "port_id=" + port["id"], "floatingips"));
        Assert.Equal((Address, "192.168.32.3"), ((string?)floating["floating_ip_address"], (string?)floating["fixed_ip_address"]));
        var same = Assert.Single(await ListAsync(FloatingIps, "floating_ip_address=" + Address, "floatingips"));
        Assert.Equal((string?)port["id"], (string?)same["port_id"]);
    }

    [Theory]
    [InlineData("floating_ip_address=203.0.113.18")]
    [InlineData("port_id=0c0b1f5e-0000-4000-8000-000000000000")]
    [InlineData("fixed_ip_address=192.168.32.10")]
    [InlineData("floating_ip_address=203.0.113.17&status=DOWN")]
    public async Task What_is_not_there_is_not_found(string query) => Assert.Empty(await ListAsync(FloatingIps, query, "floatingips"));

    [Fact]
    public async Task Nova_tells_it_among_the_servers_addresses()
    {
        var answer = await GetAsync("/compute/v2.1/servers/" + Cloud.Server("controller").Id);
        var addresses = answer["server"]!["addresses"]!["machine-net"]!.AsArray()
            .Select(a => ((string?)a!["OS-EXT-IPS:type"], (string?)a["addr"]));
        Assert.Equal([("fixed", "192.168.32.3"), ("floating", Address)], addresses);
    }

    [Fact]
    public async Task A_restored_stack_has_another_and_its_outputs_say_so()
    {
        var body = new JsonObject
        {
            ["stack_name"] = "again", ["parameters"] = new JsonObject(),
            ["template"] = Cloud.DeploymentTemplate!,
        };
        Assert.Equal(201, (await CallAsync("POST", $"/orchestration/v1/{Project}/stacks", body.ToJsonString())).Status);
        for (var i = 0; i < 100 && Cloud.Stacks.Single(s => s.Name == "again").Status != "CREATE_COMPLETE"; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(5));
            await GetAsync("/compute/v2.1/servers");
        }

        var stack = Cloud.Stacks.Single(s => s.Name == "again");
        var outputs = (await GetAsync($"/orchestration/v1/{Project}/stacks/again/{stack.Id}"))["stack"]!["outputs"]!.AsArray();
        var host = outputs.Single(o => (string?)o!["output_key"] == "controller_ansible_host")!["output_value"]!;
        Assert.Equal(("controller-0", "zuul"), ((string?)host["name"], (string?)host["ansible_ssh_user"]));
        var port = Assert.Single(await ListAsync("/networking/v2.0/ports", "device_id=" + stack.ResourceIds["controller"], "ports"));
        var floating = Assert.Single(await ListAsync(FloatingIps, "port_id=" + port["id"], "floatingips"));
        Assert.Equal((string?)host["ansible_host"], (string?)floating["floating_ip_address"]);
        Assert.NotEqual(Address, (string?)host["ansible_host"]);
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string path, string query, string member) =>
        [.. (await GetAsync($"{path}?{query}"))[member]!.AsArray().OfType<JsonObject>()];
}
