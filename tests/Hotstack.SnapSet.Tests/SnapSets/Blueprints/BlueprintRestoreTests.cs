using System.Text.Json.Nodes;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Hotstack.Suggestions;
using Xunit;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Restores from nothing but the set.</summary>
public sealed class BlueprintRestoreTests : RestoreFixture
{
    [Fact]
    public async Task A_set_restores_without_a_template()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack restored = await RestoreAsync(Alone(set));

        Assert.Equal(6, restored.Servers.Count);
        Assert.Equal(
            set.Members.Select(m => m.MacAddress).Order(), restored.Servers.Select(server => (string?)server.MacAddress).Order());
        Assert.Contains("blueprint", string.Join(' ', Activity.Steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_set_restores_by_one_line_after_its_stack_is_gone()
    {
        SnapSet set = await FreezeAsync();
        await GoneAsync(StackName);

        RestoredStack restored = await RestoreAsync(new() { StackName = Target, PollInterval = TimeSpan.FromSeconds(5) });

        Assert.Equal(set.Id, restored.SnapSetId);
    }

    [Fact]
    public async Task Files_and_parameters_are_laid_over_its_values()
    {
        SnapSet set = await FreezeAsync();
        string file = Write("mine.yaml", "ntp_servers: [192.0.2.9]\ndns_servers: [192.0.2.8]\n");

        await RestoreAsync(Alone(set) with
        {
            ParameterFiles = [file],
            Parameters = new JsonObject { ["dns_servers"] = new JsonArray("192.0.2.7") },
        });

        StackEnvironment environment = await Cloud.Stacks.GetEnvironmentAsync((await StackAsync())!, Stop);
        Assert.Equal("192.0.2.9", environment.Parameters["ntp_servers"]![0]!.ToString());
        Assert.Equal("192.0.2.7", environment.Parameters["dns_servers"]![0]!.ToString());
    }

    [Fact]
    public async Task Completion_proposes_its_parameters_with_the_values_of_the_stack()
    {
        SnapSet set = await FreezeAsync();

        IReadOnlyList<Suggestion> proposed = await new CloudSuggestions(Cloud).StackParametersAsync(set.Id, Stop);

        Assert.Contains("ntp_servers", proposed.Select(one => one.Key));
        Assert.Equal(proposed, await new CloudSuggestions(Cloud).StackParametersAsync(null, Stop));
    }

    [Fact]
    public async Task A_template_replaces_it()
    {
        SnapSet set = await FreezeAsync();

        await RestoreAsync(Of(set));

        Assert.False((await Cloud.Stacks.GetTemplateAsync((await StackAsync())!, Stop)).GetProperty("resources").TryGetProperty("router", out _));
    }

    [Fact]
    public async Task Without_a_blueprint_a_template_is_asked_for_as_before()
    {
        SnapSet set = await FreezeAsync(OfStack with { NoBlueprint = true });

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)));

        Assert.Equal("TemplateMissing", e.Id);
        Assert.Contains("has no blueprint", e.Message, StringComparison.Ordinal);
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task A_set_that_lost_its_blueprint_says_so()
    {
        SnapSet set = await FreezeAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set) with { AllowIncomplete = true }));

        Assert.Equal("BlueprintMissing", e.Id);
        await RestoreAsync(Of(set) with { AllowIncomplete = true });
    }

    [Fact]
    public async Task One_that_others_see_or_that_is_altered_is_not_used()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Service = "image", Method = "GET", Path = "/file$", Times = 2 });
        Assert.Equal("BlueprintDamaged", (await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)))).Id);

        Assert.Single(Blueprints).Visibility = "public";
        Assert.Equal("BlueprintNotPrivate", (await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)))).Id);
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task The_set_of_a_restored_stack_restores_after_the_first_set_is_removed()
    {
        SnapSet first = await FreezeAsync();
        await RestoreAsync(Alone(first) with { StackName = "hs-second" });
        await GoneAsync(StackName);
        Sandbox.Cloud.StopServers();
        SnapSet second = await CreatedAsync(new() { Source = new() { StackName = "hs-second" } });
        await GoneAsync("hs-second");
        await new RemoveSnapSet(Cloud).RunAsync(first.Id, force: false, Activity, Yes, Stop);

        RestoredStack restored = await RestoreAsync(Alone(second));

        Assert.Equal(second.Id, restored.SnapSetId);
        Assert.Equal(6, restored.Servers.Count);
    }

    [Fact]
    public async Task A_new_set_may_keep_the_blueprint_of_an_older_one()
    {
        SnapSet first = await FreezeAsync();
        await RestoreAsync(Alone(first) with { StackName = "hs-second" });
        Sandbox.Cloud.StopServers();

        SnapSet second = await CreatedAsync(new() { Source = new() { StackName = "hs-second" }, BlueprintOf = first });

        Blueprint? kept = await new BlueprintStore(Cloud).ReadAsync(second, Stop);
        Assert.Equal((second.Id, StackName), (kept!.SnapSetId, kept.StackName));
    }

    [Fact]
    public async Task Three_copies_run_side_by_side_each_with_networks_and_a_controller_of_its_own()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack?[] copies = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => new RestoreSnapSet(Connect("sandbox")).RunAsync(
            Alone(set) with { StackName = $"pr-{i}" }, Activity, (_, _) => Task.FromResult(true), Stop)));

        Assert.All(copies, copy => Assert.Equal(6, copy!.Servers.Count));
        Assert.Equal(18, copies.SelectMany(copy => copy!.Servers.Select(server => server.Id)).Distinct().Count());
        // The same MAC addresses, on other networks.
        Assert.Equal(6, copies.SelectMany(copy => copy!.Servers.Select(server => server.MacAddress)).Distinct().Count());
        List<string> controllers = [], networks = [];
        foreach (RestoredStack? copy in copies)
        {
            Stack stack = (await StackAsync(copy!.StackName))!;
            stack = await Cloud.Stacks.GetAsync(stack, Stop);
            controllers.Add(stack.Outputs["controller_floating_ip"].Value!.Value.GetString()!);
            networks.AddRange((await Cloud.Stacks.ListResourcesAsync(stack, Stop, "OS::Neutron::Net")).Select(net => net.PhysicalId!));
        }

        Assert.Equal(3, controllers.Distinct().Count());
        Assert.Equal(networks.Count, networks.Distinct().Count());
    }

    private static RestoreSnapSetRequest Alone(SnapSet set) => new()
    {
        SnapSetId = set.Id,
        StackName = Target,
        PollInterval = TimeSpan.FromSeconds(5),
    };

    private async Task GoneAsync(string stackName)
    {
        Stack stack = (await StackAsync(stackName))!;
        await Cloud.Stacks.DeleteAsync(stack, Stop);
        await Poll.UntilAsync(
            async token => await Cloud.Stacks.PollAsync(stack, token) is null, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), Clock, Stop);
    }
}

/// <summary>A quota for two copies.</summary>
public sealed class BlueprintQuotaTests : RestoreFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, Quotas = new SandboxQuotas { Instances = 20 } };

    [Fact]
    public async Task A_copy_that_the_quota_has_no_room_for_is_refused_before_anything_is_made()
    {
        SnapSet set = await FreezeAsync();
        for (int i = 1; i <= 2; i++)
        {
            await RestoreAsync(new() { SnapSetId = set.Id, StackName = $"pr-{i}", PollInterval = TimeSpan.FromSeconds(5) });
        }

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(new() { SnapSetId = set.Id, StackName = "pr-3" }));

        Assert.Contains("instances", e.Message, StringComparison.Ordinal);
        Assert.Null(await StackAsync("pr-3"));
    }
}

/// <summary>A stack with hidden parameters and an environment.</summary>
public sealed class HiddenParameterTests : RestoreFixture
{
    private const string Hidden = """
        heat_template_version: 2018-08-31
        parameters:
          pull_secret: {type: string, hidden: true}
          admin: {type: json, hidden: true, default: {}}
          unused: {type: string, hidden: true, default: x}
          note: {type: string, default: n}
          image: {type: string, constraints: [{custom_constraint: glance.image}]}
        resources:
          net: {type: OS::Neutron::Net}
          subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.40.0/24}}
          port: {type: OS::Neutron::Port, depends_on: subnet, properties: {network: {get_resource: net}}}
          controller:
            type: OS::Nova::Server
            properties:
              image: {get_param: image}
              flavor: hotstack.small
              networks: [{port: {get_resource: port}}]
              metadata: {s: {get_param: pull_secret}}
        outputs:
          told: {value: {get_param: pull_secret}}
          note: {value: {get_param: note}}
        """;

    protected override SandboxOptions Options => new()
    {
        Clock = Clock,
        Deployment = new SandboxDeployment
        {
            StackName = "hs-hidden",
            Template = Hidden,
            Parameters = new JsonObject
            {
                ["pull_secret"] = "h1dden-value", ["admin"] = new JsonObject { ["p"] = "h1dden-part" }, ["image"] = "hotstack-controller",
            },
        },
    };

    [Fact]
    public async Task Hidden_values_are_in_no_blueprint_and_asked_for_by_name_in_one_error()
    {
        SnapSet set = await FreezeAsync(new() { Source = new() { StackName = "hs-hidden" } });
        Blueprint blueprint = (await new BlueprintStore(Cloud).ReadAsync(set, Stop))!;
        Assert.Equal(["admin", "pull_secret"], blueprint.Hidden);
        Assert.Equal(["told"], blueprint.OmittedOutputs);
        string text = System.Text.Encoding.UTF8.GetString(BlueprintDocument.Write(blueprint));
        Assert.DoesNotContain("h1dden", text, StringComparison.Ordinal);
        Assert.DoesNotContain(StackEnvironment.Mask, text, StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)));
        Assert.Equal("HiddenParameterMissing", e.Id);
        Assert.Contains("admin, pull_secret", e.Message, StringComparison.Ordinal);
        Assert.Contains("-Parameter @{ admin = …; pull_secret = … }", e.Hint, StringComparison.Ordinal);
        Assert.Empty(StackWrites);

        RestoredStack restored = await RestoreAsync(Alone(set) with
        {
            ParameterFiles = [Write("secrets.yaml", "admin: {p: q}\n")],
            Parameters = new JsonObject { ["pull_secret"] = "given" },
        });
        Assert.Single(restored.Servers);
    }

    [Fact]
    public async Task The_image_that_the_stack_was_made_of_may_be_deleted()
    {
        SnapSet set = await FreezeAsync(new() { Source = new() { StackName = "hs-hidden" } });
        foreach (Hotstack.Sandbox.Imaging.Image image in Sandbox.Cloud.Images.Where(image => image.Name == "hotstack-controller").ToArray())
        {
            await Cloud.Images.DeleteAsync(image.Id, Stop);
        }

        RestoredStack restored = await RestoreAsync(Alone(set) with
        {
            Parameters = new JsonObject { ["pull_secret"] = "given", ["admin"] = new JsonObject() },
        });

        Assert.Single(restored.Servers);
    }

    [Fact]
    public async Task Its_second_generation_may_outlive_the_first()
    {
        SnapSet first = await FreezeAsync(new() { Source = new() { StackName = "hs-hidden" } });
        var given = new JsonObject { ["pull_secret"] = "given", ["admin"] = new JsonObject() };
        await RestoreAsync(Alone(first) with { StackName = "hs-second", Parameters = given });
        Sandbox.Cloud.StopServers();
        SnapSet second = await CreatedAsync(new() { Source = new() { StackName = "hs-second" } });
        await new RemoveSnapSet(Cloud).RunAsync(first.Id, force: false, Activity, Yes, Stop);

        RestoredStack restored = await RestoreAsync(Alone(second) with { Parameters = given });

        Assert.Single(restored.Servers);
    }

    private static RestoreSnapSetRequest Alone(SnapSet set) =>
        new() { SnapSetId = set.Id, StackName = Target, PollInterval = TimeSpan.FromSeconds(5) };
}

/// <summary>A stack with nested templates, whose parameters only its environment gives, and with environments among its files.</summary>
public sealed class NestedParameterTests : RestoreFixture
{
    private const string Template = """
        heat_template_version: 2018-08-31
        parameters:
          map: {type: json, default: {a: of the template, b: of the template}}
          zone: {type: string, default: ''}
        resources:
          net: {type: OS::Neutron::Net}
          subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.40.0/24}}
          port: {type: OS::Neutron::Port, depends_on: subnet, properties: {network: {get_resource: net}}}
          controller:
            type: OS::Nova::Server
            properties:
              image: hotstack-controller
              flavor: hotstack.small
              networks: [{port: {get_resource: port}}]
              metadata: {m: {get_param: [map, a]}}
        """;

    private const string Nested = """
        heat_template_version: 2018-08-31
        parameters:
          inner_secret: {type: string, hidden: true}
          zone: {type: string}
          inner_password: {type: string}
          note: {type: string}
        resources: {v: {type: OS::Heat::Value, properties: {value: x}}}
        """;

    [Fact]
    public async Task Values_in_an_environment_among_the_files_are_in_no_blueprint()
    {
        Blueprint blueprint = (await new BlueprintStore(Cloud).ReadAsync(await FrozenAsync(), Stop))!;

        string text = System.Text.Encoding.UTF8.GetString(BlueprintDocument.Write(blueprint));
        Assert.DoesNotContain("h1dden", text, StringComparison.Ordinal);
        Assert.Equal(["nested.yaml"], blueprint.Files.Keys);
        Assert.Equal(["inner_secret"], blueprint.Hidden);
    }

    [Fact]
    public async Task Hidden_parameters_of_nested_templates_are_asked_for_and_can_be_given()
    {
        SnapSet set = await FrozenAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)));
        Assert.Equal("HiddenParameterMissing", e.Id);
        Assert.Contains("inner_secret", e.Message, StringComparison.Ordinal);

        await RestoreAsync(Alone(set) with { Parameters = new JsonObject { ["inner_secret"] = "given-one" } });
        Assert.Equal("given-one", (await SentAsync())["inner_secret"]!.ToString());
    }

    [Theory]
    [InlineData("inner_secret: of-the-file\n")]
    [InlineData("parameters: {inner_secret: of-the-file}\n")]
    [InlineData("parameter_defaults: {inner_secret: of-the-file}\n")]
    public async Task A_file_of_any_kind_can_give_them(string file)
    {
        SnapSet set = await FrozenAsync();

        await RestoreAsync(Alone(set) with { ParameterFiles = [Write("mine.yaml", file)] });

        Assert.Equal("of-the-file", (await SentAsync())["inner_secret"]!.ToString());
    }

    [Fact]
    public async Task A_mask_in_a_file_gives_nothing()
    {
        SnapSet set = await FrozenAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(
            Alone(set) with { ParameterFiles = [Write("shown.yaml", $"parameter_defaults: {{inner_secret: '{StackEnvironment.Mask}'}}\n")] }));

        Assert.Equal("HiddenParameterMissing", e.Id);
    }

    [Fact]
    public async Task Defaults_that_the_template_declares_too_reach_the_nested_templates()
    {
        SnapSet set = await FrozenAsync();

        await RestoreAsync(Alone(set) with
        {
            Parameters = new JsonObject { ["inner_secret"] = "given-one" },
            ParameterFiles = [Write("mine.yaml", "parameter_defaults: {note: mine}\n")],
        });

        JsonObject sent = await SentAsync();
        Assert.Equal(("az1", "mine"), (sent["zone"]!.ToString(), sent["note"]!.ToString()));
    }

    [Fact]
    public async Task A_given_mapping_stays_as_the_stack_had_it()
    {
        SnapSet set = await FrozenAsync();

        await RestoreAsync(Alone(set) with { Parameters = new JsonObject { ["inner_secret"] = "given-one" } });

        StackEnvironment environment = await Cloud.Stacks.GetEnvironmentAsync((await StackAsync())!, Stop);
        Assert.Equal("""{"a":"given"}""", environment.Parameters["map"]!.ToJsonString());
    }

    [Fact]
    public async Task Secrets_among_the_defaults_are_in_no_error()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "orchestration", Method = "POST", Path = "/stacks$", Status = 400, Times = 0,
            Body = """{"error": {"message": "bad: given-one, p4ssw0rd-of-defaults, of-the-user", "type": "StackValidationFailed"}}""",
        });

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(Alone(set) with
        {
            Parameters = new JsonObject { ["inner_secret"] = "given-one" },
        }));

        Assert.Contains("bad: ***, ***, of-the-user", e.Message, StringComparison.Ordinal);
    }

    private static RestoreSnapSetRequest Alone(SnapSet set) =>
        new() { SnapSetId = set.Id, StackName = Target, PollInterval = TimeSpan.FromSeconds(5) };

    private async Task<SnapSet> FrozenAsync()
    {
        await Cloud.Stacks.CreateAsync(
            new StackRequest
            {
                Name = "hs-nested",
                Template = Template,
                Files = new Dictionary<string, string>
                {
                    ["nested.yaml"] = Nested,
                    ["file:///home/me/env.yaml"] = """{"parameter_defaults": {"inner_secret": "h1dden-value"}}""",
                },
                Parameters = new JsonObject { ["map"] = new JsonObject { ["a"] = "given" } },
                Environment = new StackEnvironment
                {
                    Defaults = new JsonObject
                    {
                        ["inner_secret"] = "h1dden-value", ["zone"] = "az1", ["inner_password"] = "p4ssw0rd-of-defaults", ["note"] = "n",
                    },
                },
            },
            Stop);
        await Poll.UntilAsync(
            async token => (await StackAsync("hs-nested"))?.Status == "CREATE_COMPLETE", TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), Clock, Stop);
        return await FreezeAsync(new() { Source = new() { StackName = "hs-nested" } });
    }

    private async Task<JsonObject> SentAsync()
    {
        string body = StackWrites.Last(call => call.Method == "POST" && call.Path.EndsWith("/stacks", StringComparison.Ordinal)).Body;
        return (JsonObject)JsonNode.Parse(body)!["environment"]!["parameter_defaults"]!;
    }
}

/// <summary>The set of a stack that was restored from a set.</summary>
public sealed class SecondGenerationTests : RestoreFixture
{
    private const string Volume = """
          data: {type: OS::Cinder::Volume, properties: {size: 20}}
          data-at: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: controller}, volume_id: {get_resource: data}}}

        """;

    [Fact]
    public async Task It_restores_by_the_template_before_the_first_restore()
    {
        (SnapSet second, string original) = await SecondAsync();

        Blueprint blueprint = (await new BlueprintStore(Cloud).ReadAsync(second, Stop))!;

        JsonNode template = JsonNode.Parse(blueprint.Template)!;
        Assert.Equal("""{"get_param":["controller_params","image"]}""", template["resources"]!["controller"]!["properties"]!["image"]!.ToJsonString());
        Assert.Equal("""{"size":20}""", template["resources"]!["data"]!["properties"]!.ToJsonString());
        Assert.Null(template["resources"]!["worker0-port"]!["properties"]!["mac_address"]);
        Assert.Empty(blueprint.Files);
        Assert.Contains("worker0-port", original, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_that_it_does_not_hold_is_empty_and_not_of_the_first_set()
    {
        (SnapSet second, _) = await SecondAsync();

        await RestoreAsync(new() { SnapSetId = second.Id, StackName = "hs-third", PollInterval = TimeSpan.FromSeconds(5) });

        Assert.Contains(Activity.Warnings, warning => warning.Contains("the volume data is created empty", StringComparison.Ordinal));
        Stack third = (await StackAsync("hs-third"))!;
        string id = Assert.Single(await Cloud.Stacks.ListResourcesAsync(third, Stop, "OS::Cinder::Volume")).PhysicalId;
        Assert.Null(Sandbox.Cloud.Volumes.Single(volume => volume.Id == id).SnapshotId);
    }

    [Fact]
    public async Task A_stack_that_was_changed_since_has_the_template_that_it_got()
    {
        (SnapSet second, _) = await SecondAsync(text => text.Replace("{size: 20}", "{size: 30}", StringComparison.Ordinal)
            .Replace("note: {type: string, default: ''}", "note: {type: string, default: changed}", StringComparison.Ordinal));

        Blueprint blueprint = (await new BlueprintStore(Cloud).ReadAsync(second, Stop))!;

        Assert.Equal("changed", JsonNode.Parse(blueprint.Template)!["parameters"]!["note"]!["default"]!.ToString());
        Assert.Empty(blueprint.Files);
    }

    [Fact]
    public async Task Without_the_template_before_the_restore_no_snapshot_of_the_older_set_stays()
    {
        (SnapSet second, _) = await SecondAsync(keepsOriginal: false);

        Blueprint blueprint = (await new BlueprintStore(Cloud).ReadAsync(second, Stop))!;

        JsonNode resources = JsonNode.Parse(blueprint.Template)!["resources"]!;
        Assert.Equal("""{"size":20}""", resources["data"]!["properties"]!.ToJsonString());
        Assert.NotNull(resources["worker0-port"]!["properties"]!["mac_address"]);
    }

    [Fact]
    public async Task A_volume_with_a_source_of_its_own_is_not_called_empty()
    {
        Sandbox.Cloud.AttachVolume("controller", "/dev/vdb", 20);
        SnapSet set = await FreezeAsync(OfStack with { IncludeVolumes = true });
        string snapshot = Assert.Single(Sandbox.Cloud.VolumeSnapshots).Id;
        SnapSet without = await FreezeAsync(OfStack with { NoBlueprint = true });
        string template = Of(set).TemplatePath is { } path ? await File.ReadAllTextAsync(path, Stop) : "";
        template = template.Replace("outputs:\n", Volume.Replace("{size: 20}", $"{{snapshot_id: {snapshot}}}", StringComparison.Ordinal) + "outputs:\n",
            StringComparison.Ordinal);

        await RestoreAsync(Of(without, template));

        Assert.Contains(Activity.Warnings, warning => warning.Contains(
            "the volume data is created from the template's own snapshot_id: the set has no snapshot of it", StringComparison.Ordinal));
    }

    /// <summary>The first set with a volume, restored; of that stack a second set without volumes.</summary>
    private async Task<(SnapSet Second, string Original)> SecondAsync(Func<string, string>? update = null, bool keepsOriginal = true)
    {
        Sandbox.Cloud.AttachVolume("controller", "/dev/vdb", 20);
        SnapSet first = await FreezeAsync(OfStack with { IncludeVolumes = true });
        string template = TemplateOf([.. first.Members.Select(m => (m.Name, (string?)null))])
            .Replace("outputs:\n", Volume + "outputs:\n", StringComparison.Ordinal);
        await RestoreAsync(Of(first, template) with { StackName = "hs-second" });
        if (update is not null || !keepsOriginal)
        {
            Stack stack = (await StackAsync("hs-second"))!;
            StackEnvironment environment = await Cloud.Stacks.GetEnvironmentAsync(stack, Stop);
            await Cloud.Stacks.UpdateAsync(
                stack,
                new StackRequest
                {
                    Name = stack.Name,
                    Template = update is null ? (await Cloud.Stacks.GetTemplateAsync(stack, Stop)).GetRawText() : update(template),
                    Files = keepsOriginal ? await Cloud.Stacks.GetFilesAsync(stack, Stop) : new Dictionary<string, string>(),
                    Parameters = environment.Parameters, Tags = stack.Tags,
                },
                Stop);
            await Poll.UntilAsync(
                async token => (await StackAsync("hs-second"))?.Status == "UPDATE_COMPLETE", TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), Clock, Stop);
        }

        return (await FreezeAsync(new() { Source = new() { StackName = "hs-second" } }), template);
    }
}
