using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

public class ServerTests : SandboxTest
{
    private const string Servers = "/compute/v2.1/servers";

    [Fact]
    public async Task The_deployment_is_there_and_nobody_elses()
    {
        var names = (await GetAsync(Servers))["servers"]!.AsArray().Select(s => (string?)s!["name"]);
        Assert.Equal(
            ["controller", "master0", "master1", "master2", "worker0", "worker1"],
            names.Select(name => Assert.IsType<string>(name)["hs-multi-".Length..^13]).Order());
        Assert.All(names, name => Assert.Matches("^hs-multi-[a-z]+[0-9]?-[a-z2-7]{12}$", name));
    }

    [Fact]
    public async Task A_list_comes_in_pages()
    {
        var first = await GetAsync(Servers + "?limit=4");
        Assert.Equal(4, first["servers"]!.AsArray().Count);
        var next = new Uri((string?)first["servers_links"]![0]!["href"] ?? "").PathAndQuery;
        var second = await GetAsync(next);
        Assert.Equal(2, second["servers"]!.AsArray().Count);
        Assert.Null(second["servers_links"]);
    }

    [Fact]
    public async Task The_name_filter_is_a_regular_expression()
    {
        var found = await GetAsync(Servers + "?name=" + Uri.EscapeDataString("^HS-MULTI-MASTER[01]-"));
        Assert.Equal(2, found["servers"]!.AsArray().Count);
    }

    [Fact]
    public async Task Stop_takes_its_time()
    {
        Assert.Equal(202, (await ActAsync("master0", """{"os-stop": null}""")).Status);
        Assert.Equal("powering-off", await TaskStateAsync("master0"));
        Clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal("ACTIVE", Cloud.Server("master0").Status);
        Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await TaskStateAsync("master0"));
        Assert.Equal("SHUTOFF", Cloud.Server("master0").Status);
    }

    [Fact]
    public async Task A_locked_server_keeps_its_metadata()
    {
        Cloud.SetServer("master0", locked: true);
        var (status, json) = await CallAsync("POST", $"{Servers}/{Cloud.Server("master0").Id}/metadata", """{"metadata": {"a": "1"}}""");
        Assert.Equal(409, status);
        Assert.EndsWith("is locked", (string?)json!["conflictingRequest"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_sees_others_servers_only_when_asking()
    {
        Assert.Equal(403, (await CallAsync("GET", Servers + "?all_tenants=1")).Status);
        await BecomeAsync("admin");
        Assert.Empty((await GetAsync(Servers))["servers"]!.AsArray());
        Assert.Equal(7, (await GetAsync(Servers + "?all_tenants=1"))["servers"]!.AsArray().Count);
    }

    [Fact]
    public async Task Anothers_server_is_not_found()
    {
        var (status, json) = await CallAsync("GET", $"{Servers}/{Cloud.Server("other-server").Id}");
        Assert.Equal(404, status);
        Assert.IsType<JsonObject>(json!["itemNotFound"]);
    }

    [Fact]
    public async Task Ports_of_several_servers_come_in_one_list()
    {
        var query = $"device_id={Cloud.Server("controller").Id}&device_id={Cloud.Server("master0").Id}";
        var ports = (await GetAsync($"/networking/v2.0/ports?{query}&fields=mac_address"))["ports"]!.AsArray();
        Assert.Equal(["fa:16:9e:81:f6:05", "fa:16:9e:81:f6:10"], ports.Select(p => (string?)p!["mac_address"]));
        Assert.Single(ports[0]!.AsObject());
    }

    [Fact]
    public async Task The_stack_is_found_by_its_name_and_leads_to_the_servers()
    {
        using var answer = await SendAsync("GET", $"/orchestration/v1/{Project}/stacks/hs-multi");
        Assert.Equal(302, (int)answer.StatusCode);
        var place = answer.Headers.Location!.PathAndQuery;
        var output = await GetAsync(place + "/outputs/snapset_data");
        var master = output["output"]!["output_value"]!["instances"]!["master0"]!;
        Assert.Equal(Cloud.Server("master0").Id, (string?)master["uuid"]);
        Assert.Equal("ocp_master", (string?)master["role"]);
        Assert.Null((await GetAsync(place + "?resolve_outputs=false"))["stack"]!["outputs"]);
        Assert.Equal(404, (await CallAsync("GET", $"/orchestration/v1/{Project}/stacks/nope")).Status);
    }
}
