using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

public sealed class StackCreateTests : StackTest
{
    [Fact]
    public async Task All_of_a_template_is_made()
    {
        var path = await CreateAsync("lab", Whole, Parameters(("pub_key", "ssh-rsa x")));
        Assert.Equal(("CREATE_COMPLETE", "Stack CREATE completed successfully"), await StatusAsync(path));
        var resources = await ResourcesAsync(path);
        Assert.Equal(21, resources.Count);
        Assert.DoesNotContain("more", resources.Keys);
        Assert.All(resources.Values, s => Assert.Equal("CREATE_COMPLETE", s));

        Assert.StartsWith("198.51.100.", (string?)await OutputAsync(path, "address"), StringComparison.Ordinal);
        Assert.Equal(1442, (int?)await OutputAsync(path, "mtu"));
        Assert.Equal("a-b-192.0.2.1-192.0.2.2", (string?)await OutputAsync(path, "joined"));
        Assert.Equal("24", (string?)await OutputAsync(path, "prefix"));
        Assert.Equal("none", (string?)await OutputAsync(path, "chosen"));
        Assert.Equal("", (string?)await OutputAsync(path, "missing"));
        // SLAAC: of the prefix and the MAC address.
        Assert.Matches("^fd00:50::f816:3eff:fe[0-9a-f:]+$", (string?)await OutputAsync(path, "v6"));
        Assert.Equal("""[{"name":"n1"},{"name":"n2"}]""", (await OutputAsync(path, "again"))!.ToJsonString());
        var node = (await OutputAsync(path, "snapset_data"))!["instances"]!["node"]!;
        Assert.Equal("fa:16:9e:81:f6:10", (string?)node["mac_address"]);

        var server = (await GetAsync("/compute/v2.1/servers/" + node["uuid"]))["server"]!;
        Assert.Matches("^lab-node-[0-9a-z]{12}$", (string)server["name"]!);
        Assert.Equal(("ACTIVE", "lab", "lab"),
            ((string?)server["status"], (string?)server["key_name"], (string?)server["metadata"]!["owner"]));
        Assert.Equal(2, server["os-extended-volumes:volumes_attached"]!.AsArray().Count);
        Assert.Contains("192.168.50.10 node\\n192.0.2.2\\n", Cloud.FindServer((string)node["uuid"]!)!.UserData, StringComparison.Ordinal);
        Assert.Contains("print('poap')", Cloud.FindServer((string)node["uuid"]!)!.UserData, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_made_is_in_the_other_services()
    {
        var path = await CreateAsync("lab", Whole, Parameters(("pub_key", "ssh-rsa x")));
        var net = await IdAsync(path, "net");
        var ports = (await GetAsync("/networking/v2.0/ports?network_id=" + net))["ports"]!.AsArray();
        Assert.Equal(5, ports.Count);
        var port = ports.Single(p => (string?)p!["mac_address"] == "fa:16:9e:81:f6:10")!;
        Assert.Equal("HTTPClient", (string?)port["extra_dhcp_opts"]![0]!["opt_value"]);
        Assert.False((bool)port["port_security_enabled"]!);
        Assert.Contains(ports, p => (string?)p!["mac_address"] == "fa:16:9e:81:f6:77");
        Assert.Single((await GetAsync("/networking/v2.0/trunks"))["trunks"]!.AsArray());
        Assert.Equal(2, (await GetAsync("/networking/v2.0/routers"))["routers"]!.AsArray().Count);
        Assert.Null((await GetAsync("/networking/v2.0/subnets?ip_version=6"))["subnets"]![0]!["gateway_ip"]);
        var plain = Cloud.Server("plain");
        Assert.Null(plain.ImageId);
        Assert.Contains(Cloud.Volumes, v => v.Server == plain && v is { Bootable: true, Size: 10, Device: "/dev/vda" });
        Assert.Equal("/dev/vdc", Cloud.Volumes.Single(v => v.Name == "late").Device);
        Assert.Equal(5, (int)(await GetAsync($"/networking/v2.0/quotas/{Project}/details"))["quota"]!["port"]!["used"]! - 7);
    }

    [Fact]
    public async Task It_takes_its_time_in_the_order_of_what_needs_what()
    {
        var (_, json) = await CallAsync("POST", Stacks, Body("lab", Small).ToJsonString());
        var path = $"{Stacks}/lab/{json!["stack"]!["id"]}";
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CREATE_IN_PROGRESS", (await StatusAsync(path)).Status);
        Assert.Equal(["net", "vol"], (await ResourcesAsync(path)).Keys.Order());
        Assert.Null(await OutputAsync(path, "node"));
        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_COMPLETE"], await StatesAsync(path, "lab"));
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_COMPLETE"], await StatesAsync(path, "node"));
        var events = (await GetAsync(path + "/events"))["events"]!.AsArray();
        Assert.Equal(12, events.Count);
        var order = events.Where(e => (string?)e!["resource_status"] == "CREATE_COMPLETE").Select(e => (string)e!["resource_name"]!)
            .ToList();
        Assert.Equal(["net", "subnet", "port", "node", "lab"], order.Where(n => n != "vol"));

        var page = (await GetAsync($"{path}/events?limit=2&marker={events[1]!["id"]}&sort_dir=asc"))["events"]!.AsArray();
        Assert.Equal([(string)events[2]!["id"]!, (string)events[3]!["id"]!], page.Select(e => (string)e!["id"]!));
        Assert.Equal("lab", (string?)(await GetAsync(path + "/events?sort_dir=desc&limit=1"))["events"]![0]!["resource_name"]);
    }

    [Fact]
    public async Task Its_parameters_are_shown_as_texts_and_hidden_ones_not()
    {
        var body = Body("lab", Whole);
        body["environment"] = "parameters: {pub_key: from-environment, count: 3}\nparameter_defaults: {bus: sata, unknown: x}";
        body["parameters"] = Parameters(("count", "4"), ("dns_servers", new JsonArray("10.0.0.1", "10.0.0.2")));
        body["tags"] = "one,two";
        var (status, json) = await CallAsync("POST", Stacks, body.ToJsonString());
        Assert.True(status == 201, json?.ToJsonString());
        Clock.Advance(TimeSpan.FromMinutes(5));
        var stack = await StackAsync($"{Stacks}/lab/{json!["stack"]!["id"]}");
        var parameters = stack["parameters"]!;
        Assert.Equal("******", (string?)parameters["secret"]);
        Assert.Equal(("from-environment", "4", "10.0.0.1,10.0.0.2"),
            ((string?)parameters["pub_key"], (string?)parameters["count"], (string?)parameters["dns_servers"]));
        Assert.Equal("""{"image": "ipxe-boot-usb", "flavor": "hotstack.xxlarge"}""", (string?)parameters["node_params"]);
        Assert.Equal(("False", "lab"), ((string?)parameters["extra"], (string?)parameters["OS::stack_name"]));
        Assert.Equal("sata", (string?)stack["outputs"]!.AsArray().Single(o => (string?)o!["output_key"] == "bus")!["output_value"]);
        Assert.Equal(["one", "two"], stack["tags"]!.AsArray().Select(t => (string?)t));
        Assert.True((bool)stack["disable_rollback"]!);
    }

    [Fact]
    public async Task Its_template_comes_back_whether_it_came_as_a_text_or_an_object()
    {
        var asText = await CreateAsync("text", Small);
        var template = await GetAsync(asText + "/template");
        Assert.Equal("rocky", (string?)template["heat_template_version"]);
        var body = Body("object", "");
        body["template"] = template.DeepClone();
        body["parameters"] = Parameters(("mac", "fa:16:9e:81:f6:11"));
        Assert.Equal(201, (await CallAsync("POST", Stacks, body.ToJsonString())).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        using var answer = await SendAsync("GET", Stacks + "/object/template");
        Assert.Equal(302, (int)answer.StatusCode);
        Assert.Equal(template.ToJsonString(), (await GetAsync(answer.Headers.Location!.PathAndQuery)).ToJsonString());
    }

    [Fact]
    public async Task A_preview_shows_what_would_be_made_and_makes_nothing()
    {
        var calls = Cloud.Servers.Count;
        var (status, json) = await CallAsync("POST", Stacks + "/preview", Body("lab", Whole, Parameters(("pub_key", "x"))).ToJsonString());
        Assert.Equal(200, status);
        var resources = json!["stack"]!["resources"]!.AsArray();
        Assert.Equal(21, resources.Count);
        var node = resources.Single(r => (string?)r!["resource_name"] == "node")!;
        Assert.Equal("ipxe-boot-usb", (string?)node["properties"]!["image"]);
        Assert.Equal(["attachment"], node["required_by"]!.AsArray().Select(r => (string?)r));
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(calls, Cloud.Servers.Count);
        Assert.Single(Cloud.Stacks);
    }

    [Fact]
    public async Task Validate_tells_the_parameters()
    {
        var (status, json) = await CallAsync("POST", $"/orchestration/v1/{Project}/validate",
            new JsonObject { ["template"] = Whole, ["files"] = new JsonObject() }.ToJsonString());
        Assert.Equal(200, status);
        var parameters = json!["Parameters"]!;
        Assert.Equal(("true", "CommaDelimitedList", "Json"), (
            (string?)parameters["secret"]!["NoEcho"], (string?)parameters["dns_servers"]!["Type"],
                (string?)parameters["node_params"]!["Type"]));
        Assert.False(parameters["pub_key"]!.AsObject().ContainsKey("Default"));
        var (wrong, error) = await CallAsync("POST", $"/orchestration/v1/{Project}/validate",
            new JsonObject { ["template"] = "[1]" }.ToJsonString());
        Assert.Equal((400, "Template not in valid format: The template is not a JSON object or YAML mapping."), (wrong, Message(error)));
    }

    [Fact]
    public async Task Environment_files_are_merged_in_their_order()
    {
        var body = Body("lab", Small);
        body["environment"] = new JsonObject { ["parameters"] = Parameters(("flavor", "not-looked-at")) };
        body["files"]!["a.yaml"] = "parameters: {flavor: hotstack.small, mac: 'fa:16:9e:00:00:01'}";
        body["files"]!["b.yaml"] = """{"parameters": {"flavor": "hotstack.large"}}""";
        body["environment_files"] = new JsonArray("a.yaml", "b.yaml");
        var (status, json) = await CallAsync("POST", Stacks, body.ToJsonString());
        Assert.True(status == 201, json?.ToJsonString());
        var parameters = (await StackAsync($"{Stacks}/lab/{json!["stack"]!["id"]}"))["parameters"]!;
        Assert.Equal(("hotstack.large", "fa:16:9e:00:00:01"), ((string?)parameters["flavor"], (string?)parameters["mac"]));
    }

    [Fact]
    public async Task The_deployment_of_the_start_is_such_a_stack()
    {
        using var answer = await SendAsync("GET", Stacks + "/hs-multi");
        var path = answer.Headers.Location!.PathAndQuery;
        var resources = await ResourcesAsync(path);
        Assert.Equal("CREATE_COMPLETE", resources["machine-net-router-interface"]);
        var template = await GetAsync(path + "/template");
        Assert.Equal("ocp_worker_params", (string?)template["resources"]!["worker1"]!["properties"]!["image"]!["get_param"]![0]);
        Assert.Equal("203.0.113.17", (string?)await OutputAsync(path, "controller_floating_ip"));
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_COMPLETE"], await StatesAsync(path, "worker1"));
    }
}

/// <summary>The deployment with data volumes.</summary>
public sealed class StackOfOneNodeTests : StackTest
{
    protected override SandboxOptions Options => new() { Clock = Clock, Scenario = Scenario.Sno };

    [Fact]
    public async Task Its_volumes_are_resources_too()
    {
        using var answer = await SendAsync("GET", Stacks + "/hs-sno");
        var path = answer.Headers.Location!.PathAndQuery;
        Assert.Equal(Cloud.Volumes.Single(v => v.Name == "master0-lvms-1").Id, await IdAsync(path, "master0-lvms-vol1"));
        var template = await GetAsync(path + "/template");
        Assert.Equal("master0-lvms-vol0",
            (string?)template["resources"]!["master0"]!["properties"]!["block_device_mapping_v2"]![0]!["volume_id"]!["get_resource"]);
        Assert.Equal(204, (await CallAsync("DELETE", path)).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DELETE_COMPLETE", (await StatusAsync(path)).Status);
        Assert.Empty(Cloud.Volumes);
        Assert.All(Cloud.Servers, s => Assert.NotEqual(Project, s.ProjectId));
        Assert.Empty((await GetAsync("/networking/v2.0/ports"))["ports"]!.AsArray());
        Assert.Empty((await GetAsync(Stacks))["stacks"]!.AsArray());
    }
}
