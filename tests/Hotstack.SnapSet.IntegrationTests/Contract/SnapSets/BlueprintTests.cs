using System.Text.Json.Nodes;
using Hotstack.Contract.Clouds;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>What Heat tells of a stack that it made, and a set that restores from nothing but itself.</summary>
public abstract class BlueprintTests(ContractCloud on) : ContractTests(on)
{
    private const string Name = "contract-blueprint";

    private const string Template = """
        heat_template_version: 2018-08-31
        description: "é \U0001F600"
        parameters:
          secret: {type: string, hidden: true}
          spare: {type: string, hidden: true, default: dflt}
          plain: {type: string, default: x}
          given: {type: string}
          map: {type: json, default: {a: 1}}
          net: {type: string, default: contract-blueprint-net}
        resources:
          zone: {type: OS::Neutron::Net, properties: {name: {get_param: net}}}
          text:
            type: OS::Heat::Value
            properties: {value: {get_file: some/file.txt}}
        """;

    [ContractFact]
    public async Task Heat_tells_template_files_and_environment_and_hides_what_is_hidden()
    {
        On.Belongings.AddStack(Name);
        RawAnswer made = await Raw.PostAsync("orchestration", "stacks", new JsonObject
        {
            ["stack_name"] = Name,
            ["template"] = Template,
            ["files"] = new JsonObject { ["some/file.txt"] = "héllo\n" },
            ["parameters"] = new JsonObject { ["secret"] = "s3cret", ["given"] = "g", ["map"] = "{\"b\": 2}" },
            ["environment"] = new JsonObject
            {
                ["parameter_defaults"] = new JsonObject { ["spare"] = "s3cond", ["plain"] = "p", ["other"] = "o" },
            },
            ["timeout_mins"] = 5,
        }, Stop);
        Assert.True(made.Status == 201, made.Text);
        string path = $"stacks/{Name}/{(string)made.Json["stack"]!["id"]!}";

        JsonNode template = (await Raw.GetAsync("orchestration", $"{path}/template", Stop)).Json;
        JsonNode files = (await Raw.GetAsync("orchestration", $"{path}/files", Stop)).Json;
        JsonNode environment = (await Raw.GetAsync("orchestration", $"{path}/environment", Stop)).Json;

        Assert.Equal("é \U0001F600", (string?)template["description"]);
        Assert.Equal("2018-08-31", (string?)template["heat_template_version"]);
        Assert.Equal("dflt", (string?)template["parameters"]!["spare"]!["default"]);
        Assert.Equal("héllo\n", (string?)files["some/file.txt"]);
        // What was given, as it was given, in its order, and no default of the template.
        Assert.Equal(["given", "map", "secret"], environment["parameters"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal("{\"b\": 2}", (string?)environment["parameters"]!["map"]);
        Assert.Equal("******", (string?)environment["parameters"]!["secret"]);
        Assert.Equal("******", (string?)environment["parameter_defaults"]!["spare"]);
        Assert.Equal("p", (string?)environment["parameter_defaults"]!["plain"]);
        Assert.Equal("o", (string?)environment["parameter_defaults"]!["other"]);
        Assert.Equal("{}", environment["resource_registry"]!["resources"]!.ToJsonString());
    }

    [ContractFact]
    public async Task A_stack_is_made_of_a_template_in_JSON_with_an_environment()
    {
        On.Belongings.AddStack(Name);
        await Cloud.Stacks.CreateAsync(
            new StackRequest
            {
                Name = Name,
                Template = """
                    {"heat_template_version": "2018-08-31", "description": "\ud83d\ude00",
                     "resources": {"zone": {"type": "OS::Neutron::Net", "properties": {"name": "contract-blueprint-net"}}}}
                    """,
                Environment = new StackEnvironment { Defaults = new JsonObject { ["of_nested"] = "x" } },
                Timeout = TimeSpan.FromMinutes(5),
            },
            Stop);

        Stack stack = (await Cloud.Stacks.FindAsync(Name, Stop))!;
        Assert.Equal("x", (string?)(await Cloud.Stacks.GetEnvironmentAsync(stack, Stop)).Defaults["of_nested"]);
    }

    [ContractFact]
    public async Task A_set_restores_from_nothing_but_itself()
    {
        await On.Deployment.ShutOffAsync(Stop);
        SnapSet set = await CreateAsync(OfStack);
        Assert.Equal((SnapSetState.Complete, true), (set.State, set.HasBlueprint));
        Assert.True((await FindAsync(set.Id)).HasBlueprint);
        Assert.Contains(
            await new TestSnapSet(Cloud).RunAsync(set.Id, Stop), finding => finding is { Check: "Blueprint", Result: SnapSetCheckResult.Passed });
        On.Belongings.AddStack(Name);

        RestoredStack? stack = await new RestoreSnapSet(Cloud).RunAsync(
            new RestoreSnapSetRequest
            {
                SnapSetId = set.Id,
                StackName = Name,
                Timeout = TimeSpan.FromMinutes(5),
                PollInterval = TimeSpan.FromSeconds(1),
                RollbackOnFailure = true,
            },
            On.Activity, Yes, Stop);

        Assert.Equal("CREATE_COMPLETE", stack!.Status);
        Assert.Equal(set.Members.Select(m => m.MacAddress).Order(), stack.Servers.Select(s => (string?)s.MacAddress).Order());
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxBlueprintTests(SandboxContractCloud on) : BlueprintTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabBlueprintTests(LabCloud on) : BlueprintTests(on), IOnLab;
