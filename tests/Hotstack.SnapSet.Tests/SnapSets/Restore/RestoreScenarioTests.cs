using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>A restore by upstream's files alone: template, stack's name and keys come from them and from the home folder.</summary>
public sealed class RestoreScenarioTests : RestoreFixture
{
    private const string Key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB";

    private const string BootstrapVars = """
        os_cloud: default
        scenario: small
        scenario_dir: scenarios
        stack_template_path: "{{ scenario_dir }}/{{ scenario }}/heat_template.yaml"
        stack_name: "hs-{{ scenario }}-{{ zuul.build[:8] | default('no-zuul') }}"
        stack_parameters:
          controller_ssh_pub_key: "{{ controller_ssh_pub_key | default('') }}"

        """;

    [Fact]
    public async Task The_parameter_file_names_template_and_stack()
    {
        SnapSet set = await FreezeAsync();
        Put("home/.ssh/id_rsa.pub", Key);
        Put("home/.ssh/dataplane-ansible-ssh-key.pub", "ssh-rsa BBBB");

        RestoredStack stack = await RestoreAsync(Of(set, []));

        Assert.Equal("hs-small-no-zuul", stack.StackName);
        Call made = Assert.Single(StackWrites, call => call.Method == "POST");
        JsonNode parameters = JsonNode.Parse(made.Body)!["parameters"]!;
        Assert.Equal((Key, "ssh-rsa BBBB"), ((string?)parameters["controller_ssh_pub_key"], (string?)parameters["dataplane_ssh_pub_key"]));
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_key_that_nobody_gives_is_a_violation_beside_the_others()
    {
        SnapSet set = await FreezeAsync();

        var error = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, new() { ["odd"] = 1 })));

        Assert.Equal("RestoreInputInvalid", error.Id);
        Assert.Equal(3, error.Violations.Count);
        Golden.Message(error, set.Id);
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task A_caller_may_want_an_empty_key()
    {
        SnapSet set = await FreezeAsync();

        await RestoreAsync(Of(set, new() { ["controller_ssh_pub_key"] = "", ["dataplane_ssh_pub_key"] = "" }));

        Assert.Empty(Activity.Warnings);
    }

    private RestoreSnapSetRequest Of(SnapSet set, JsonObject parameters)
    {
        Put("hotstack/01-infra.yml", "");
        Put("hotstack/roles/heat_stack/tasks/main.yml", "");
        Put("hotstack/scenarios/small/heat_template.yaml",
            TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))]).Replace("parameters:\n",
                "parameters:\n  controller_ssh_pub_key: {type: string}\n  dataplane_ssh_pub_key: {type: string}\n", StringComparison.Ordinal));
        string vars = Put("hotstack/scenarios/small/bootstrap_vars.yml", BootstrapVars);
        Directory.CreateDirectory(Path.Combine(Folder, "home"));
        ConfigurationSources sources = ConfigurationSources.OfThisProcess() with
        {
            HomeDirectory = Path.Combine(Folder, "home"), CurrentDirectory = Path.Combine(Folder, "home"),
        };
        return new()
        {
            SnapSetId = set.Id,
            Scenario = ScenarioFiles.Read([vars], new Dictionary<string, JsonNode?>(), sources, Activity, Stop),
            Parameters = parameters,
        };
    }

    private string Put(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
        return Write(name, text);
    }
}
