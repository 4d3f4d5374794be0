using Xunit;

namespace Hotstack.Sandbox;

/// <summary>What is refused before anything is made, and what fails while it is made.</summary>
public sealed class StackRefusalTests : StackTest
{
    protected override SandboxOptions Options => new()
    {
        Clock = Clock, Quotas = new SandboxQuotas { Instances = 7, Cores = 100, Ports = 9, Volumes = 1, VolumeGigabytes = 25,
            FloatingIps = 1 },
    };

    [Theory]
    [InlineData("resources: {x: {type: OS::Heat::Value, properties: {value: {get_param: nope}}}}", "UserParameterMissing", "The Parameter (nope) was not provided.")]
    [InlineData("parameters: {key: {type: string}}", "UserParameterMissing", "The Parameter (key) was not provided.")]
    [InlineData("resources: {x: {type: OS::Foo::Bar}}", "StackValidationFailed", "The Resource Type (OS::Foo::Bar) could not be found.")]
    [InlineData("resources: {x: {properties: {}}}", "StackValidationFailed", "Each resource must contain a type key.")]
    [InlineData("resources: {x: {type: OS::Neutron::Net, props: {}}}", "StackValidationFailed", "\"props\" is not a valid keyword inside a resource definition")]
    [InlineData("resources: {x: {type: OS::Neutron::Net, properties: {color: red}}}", "StackValidationFailed", "Property error: resources.x.properties: Unknown Property color")]
    [InlineData("resources: {x: {type: OS::Nova::Server, properties: {image: ipxe-boot-usb}}}", "StackValidationFailed",
        "Property error: resources.x.properties: Property flavor not assigned")]
    [InlineData("resources: {x: {type: OS::Nova::Server, properties: {flavor: hotstack.small}}}", "StackValidationFailed",
        "Neither image nor bootable volume is specified for instance x")]
    [InlineData("resources: {x: {type: OS::Nova::Server, properties: {flavor: hotstack.small, image: gone}}}", "StackValidationFailed",
        "Property error: resources.x.properties.image: Error validating value 'gone': No images matching {'name': 'gone'}.")]
    [InlineData("resources: {x: {type: OS::Nova::Server, properties: {flavor: tiny, image: ipxe-boot-usb}}}", "StackValidationFailed",
        "Property error: resources.x.properties.flavor: Error validating value 'tiny': No Flavor matching {'name': 'tiny'}.")]
    [InlineData("resources: {x: {type: OS::Neutron::Port, properties: {network: nowhere}}}", "StackValidationFailed",
        "Property error: resources.x.properties.network: Error validating value 'nowhere': Unable to find network with name or id 'nowhere'")]
    [InlineData("resources: {x: {type: OS::Neutron::Port, properties: {network: external, mac_address: 'fa:16'}}}", "StackValidationFailed",
        "Property error: resources.x.properties.mac_address: \"fa:16\" does not validate mac_addr")]
    [InlineData("resources: {x: {type: OS::Neutron::Port, properties: {network: external, fixed_ips: [{ip: 1}]}}}", "StackValidationFailed",
        "Property error: resources.x.properties.fixed_ips[0]: Unknown Property ip")]
    [InlineData("resources: {x: {type: OS::Heat::Value, properties: {value: {get_resource: y}}}}", "InvalidTemplateReference",
        "The specified reference \"y\" (in x.Properties.value) is incorrect.")]
    [InlineData("resources: {n: {type: OS::Neutron::Net}, x: {type: OS::Heat::Value, properties: {value: [{get_attr: [n, color]}]}}}", "StackValidationFailed",
        "resources.x.properties.value[0]: The Referenced Attribute (n color) is incorrect.")]
    [InlineData("resources: {x: {type: OS::Neutron::Net, depends_on: y}}", "InvalidTemplateReference", "The specified reference \"y\" (in x) is incorrect.")]
    [InlineData("resources: {x: {type: OS::Heat::Value, properties: {value: {get_resource: y}}}, y: {type: OS::Heat::Value, depends_on: x, properties: {value: 1}}}",
        "StackValidationFailed", "Circular Dependency Found: x, y")]
    [InlineData("outputs: {o: {value: {get_attr: [y, name]}}}", "InvalidTemplateReference", "The specified reference \"y\" (in outputs.o.value) is incorrect.")]
    [InlineData("resources: {x: {type: OS::Heat::CloudConfig, properties: {cloud_config: {a: {get_file: nope.sh}}}}}", "StackValidationFailed",
        "No content found in the \"files\" section for get_file path: nope.sh")]
    [InlineData("parameters: {p: {type: string, default: c, constraints: [{allowed_values: [a, b]}]}}", "StackValidationFailed",
        "Parameter 'p' is invalid: \"c\" is not an allowed value [\"a\", \"b\"]")]
    [InlineData("parameters: {p: {type: string, default: abc, constraints: [{length: {max: 2}}]}}", "StackValidationFailed",
        "Parameter 'p' is invalid: length (3) is out of range (min: None, max: 2)")]
    [InlineData("parameters: {p: {type: string, default: abc, constraints: [{allowed_pattern: '[0-9]+'}]}}", "StackValidationFailed",
        "Parameter 'p' is invalid: \"abc\" does not match pattern \"[0-9]+\"")]
    [InlineData("parameters: {p: {type: number, default: 9, constraints: [{range: {min: 1, max: 5}}]}}", "StackValidationFailed",
        "Parameter 'p' is invalid: 9 is out of range (min: 1, max: 5)")]
    [InlineData("parameters: {p: {type: string, default: gone, constraints: [{custom_constraint: glance.image}]}}", "StackValidationFailed",
        "Parameter 'p' is invalid: Error validating value 'gone': No images matching {'name': 'gone'}.")]
    [InlineData("parameters: {p: {type: text}}", "InvalidSchemaError", "Parameter 'p' is invalid: Invalid type (text)")]
    [InlineData("things: {}", "InvalidTemplateSection", "The template section is invalid: things")]
    public async Task A_template_that_is_wrong_is_refused_in_Heats_words(string rest, string type, string message)
    {
        var (status, json) = await CallAsync("POST", Stacks, Body("lab", "heat_template_version: rocky\n" + rest).ToJsonString());
        Assert.Equal((400, type, message), (status, (string?)json!["error"]!["type"], Message(json)));
        Assert.Single(Cloud.Stacks);
    }

    [Theory]
    [InlineData("1lab", 400, "Invalid stack name 1lab must contain only alphanumeric or \"_-.\" characters, must start with alpha and must be 255 characters or less.")]
    [InlineData("hs-multi", 409, "The Stack (hs-multi) already exists.")]
    public async Task A_name_that_is_wrong_is_refused(string name, int expected, string message)
    {
        var (status, json) = await CallAsync("POST", Stacks, Body(name, Small).ToJsonString());
        Assert.Equal((expected, message), (status, Message(json)));
    }

    [Theory]
    [InlineData("a: [", "Template not in valid format: Error parsing template [root stack] ")]
    [InlineData("resources: {}", "Template not in valid format: Template format version not found.")]
    [InlineData("- a", "Template not in valid format: The template is not a JSON object or YAML mapping.")]
    [InlineData("heat_template_version: 1999-01-01", "The template version is invalid: \"heat_template_version: 1999-01-01\".")]
    public async Task A_text_that_is_no_template_is_refused(string template, string start)
    {
        var (status, json) = await CallAsync("POST", Stacks, Body("lab", template).ToJsonString());
        Assert.Equal(400, status);
        Assert.StartsWith(start, Message(json), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_that_the_template_does_not_know_is_refused()
    {
        var (status, json) = await CallAsync("POST", Stacks, Body("lab", Small, Parameters(("x", "1"))).ToJsonString());
        Assert.Equal((400, "The Parameter (x) was not defined in template."), (status, Message(json)));
    }

    [Fact]
    public async Task An_image_that_does_not_fit_its_flavor_is_refused()
    {
        await SnapshotAsync("master0");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var given = Parameters(("image", "snap"), ("flavor", "hotstack.small"));
        var (status, json) = await CallAsync("POST", Stacks, Body("lab", Small, given).ToJsonString());
        Assert.Equal((400, "Image snap requires 160 GB minimum disk space. Flavor hotstack.small has only 20 GB."),
            (status, Message(json)));
        Cloud.SetImage(Cloud.ImagesNamed("snap")[0].Id, status: "deactivated");
        given = Parameters(("image", "snap"));
        (status, json) = await CallAsync("POST", Stacks, Body("lab", Small, given).ToJsonString());
        Assert.Equal((400, "Image status is required to be active not deactivated."), (status, Message(json)));
    }

    [Theory]
    [InlineData("a: {type: OS::Nova::Server, properties: {name: a, image: {get_attr: [v, value]}, flavor: hotstack.small}}",
        "BadRequest: resources.a: Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is 21474836480 bytes, ")]
    [InlineData("a: {type: OS::Nova::Server, properties: {image: ipxe-boot-usb, flavor: hotstack.xxxlarge}}, b: {type: OS::Nova::Server, properties: {image: ipxe-boot-usb, flavor: hotstack.xxxlarge}}",
        "Forbidden: resources.b: Quota exceeded for instances: Requested 1, but already used 7 of 7 instances (HTTP 403)")]
    [InlineData("a: {type: OS::Nova::Server, properties: {image: ipxe-boot-usb, flavor: hotstack.small, networks: [{network: machine-net, port_extra_properties: {mac_address: 'fa:16:9e:81:f6:10'}}]}}",
        "Conflict: resources.a: Unable to complete operation for network ")]
    [InlineData("a: {type: OS::Neutron::Port, properties: {network: machine-net, mac_address: 'fa:16:9e:81:f6:10'}}",
        "MacAddressInUseClient: resources.a: Unable to complete operation for network ")]
    [InlineData("a: {type: OS::Neutron::Port, properties: {network: machine-net, fixed_ips: [{ip_address: 192.168.32.10}]}}",
        "IpAddressAlreadyAllocatedClient: resources.a: IP address 192.168.32.10 already allocated in subnet ")]
    [InlineData("a: {type: OS::Neutron::Port, properties: {network: machine-net, fixed_ips: [{ip_address: 10.0.0.1}]}}",
        "InvalidIpForNetworkClient: resources.a: IP address 10.0.0.1 is not a valid IP for any of the subnets on the specified network.")]
    [InlineData("a: {type: OS::Neutron::Port, properties: {network: machine-net}}, b: {type: OS::Neutron::Port, depends_on: a, properties: {network: machine-net}}, c: {type: OS::Neutron::Port, depends_on: b, properties: {network: machine-net}}",
        "OverQuotaClient: resources.c: Quota exceeded for resources: ['port'].\nNeutron server returns request_ids: ['req-")]
    [InlineData("a: {type: OS::Neutron::FloatingIP, properties: {floating_network: public}}", "OverQuotaClient: resources.a: Quota exceeded for resources: ['floatingip'].")]
    [InlineData("a: {type: OS::Cinder::Volume, properties: {size: 1}}, b: {type: OS::Cinder::Volume, depends_on: a, properties: {size: 1}}",
        "OverLimit: resources.b: VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes'. (HTTP 413)")]
    [InlineData("a: {type: OS::Cinder::Volume, properties: {size: 26}}",
        "OverLimit: resources.a: VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 26G, quota is 25G and 0G has been consumed.")]
    [InlineData("a: {type: OS::Neutron::Subnet, properties: {network: machine-net, cidr: 192.168.32.128/25}}",
        "BadRequest: resources.a: Invalid input for operation: Requested subnet with cidr: 192.168.32.128/25 ")]
    public async Task What_a_service_refuses_makes_the_stack_fail(string resources, string reason)
    {
        await SnapshotAsync("master0");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var template = "heat_template_version: rocky\nresources: {v: {type: OS::Heat::Value, properties: {value: snap}}, " + resources
            + "}";
        var path = await CreateAsync("lab", template);
        var (status, why) = await StatusAsync(path);
        Assert.Equal("CREATE_FAILED", status);
        Assert.StartsWith("Resource CREATE failed: " + reason, why, StringComparison.Ordinal);
        var failed = (await GetAsync(path + "/resources?status=FAILED"))["resources"]!.AsArray().Single()!;
        Assert.Equal("CREATE_FAILED", (string?)failed["resource_status"]);
        Assert.Equal(why, "Resource CREATE failed: " + failed["resource_status_reason"]);
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_FAILED"], await StatesAsync(path, "lab"));
        Assert.Equal(204, (await CallAsync("DELETE", path)).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DELETE_COMPLETE", (await StatusAsync(path)).Status);
    }

    [Fact]
    public async Task A_server_may_go_to_error()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.NoValidHost, Server = "node" });
        Cloud.RemoveServer("worker1");
        var path = await CreateAsync("lab", Small);
        Assert.Equal(
            ("CREATE_FAILED", "Resource CREATE failed: ResourceInError: resources.node: Went to status ERROR due to \"Message: No valid host was found."
                + " There are not enough hosts available., Code: 500\""),
            await StatusAsync(path));
        Assert.Equal("ERROR", Cloud.FindServer(await IdAsync(path, "node"))!.Status);
    }

    [Fact]
    public async Task With_rollback_what_was_made_is_taken_away_again()
    {
        Server.Faults.Add(new Fault { Kind = FaultKind.NoValidHost, Server = "node" });
        Cloud.RemoveServer("worker1");
        var ports = Cloud.Do(() => Cloud.PortList.Count);
        var path = await CreateAsync("lab", Small, rollback: true);
        Assert.Equal(("ROLLBACK_COMPLETE", "Stack ROLLBACK completed successfully"), await StatusAsync(path));
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"], await StatesAsync(path, "lab"));
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"], await StatesAsync(path, "port"));
        Assert.Empty(await ResourcesAsync(path));
        Assert.Equal(ports, Cloud.Do(() => Cloud.PortList.Count));
        Assert.Empty(Cloud.Volumes);
        Assert.False((bool)(await StackAsync(path))["disable_rollback"]!);
    }

    [Fact]
    public async Task Nobody_makes_stacks_in_anothers_project()
    {
        var stacks = Stacks;
        await BecomeAsync("other");
        Assert.Equal(403, (await CallAsync("POST", stacks, Body("lab", Small).ToJsonString())).Status);
    }
}

/// <summary>Where everything takes long.</summary>
public sealed class SlowStackTests : StackTest
{
    protected override SandboxOptions Options => new()
    {
        Clock = Clock, Scenario = Scenario.Empty, Durations = new SandboxDurations { StackResource = TimeSpan.FromSeconds(40) },
    };

    [Fact]
    public async Task A_stack_that_takes_too_long_fails()
    {
        var body = Body("lab", Small);
        body["timeout_mins"] = 1;
        var (_, json) = await CallAsync("POST", Stacks, body.ToJsonString());
        Clock.Advance(TimeSpan.FromMinutes(2));
        var path = $"{Stacks}/lab/{json!["stack"]!["id"]}";
        Assert.Equal(("CREATE_FAILED", "Timed out"), await StatusAsync(path));
        Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.DoesNotContain("node", (await ResourcesAsync(path)).Keys);
    }
}
