using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Templates;

/// <summary>A scenario of a small checkout, with each construct that upstream's own files have.</summary>
public sealed class ScenarioFilesTests : IDisposable
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA zuul@ci";
    private const string RsaKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB";

    private const string BootstrapVars = """
        ---
        hotstack_prepare_for_snapshot: true
        os_cloud: default
        os_floating_network: public
        os_router_external_network: public
        scenario: small
        scenario_dir: scenarios/lab
        stack_template_path: "{{ scenario_dir }}/{{ scenario }}/heat_template.yaml"
        openstack_operator_starting_csv: null
        ntp_servers: []
        dns_servers:
          - 172.31.0.129
        pull_secret_file: ~/pull-secret.txt
        compress_heat_files:
          - archive: boot
            files: [boot.py, sub/boot.cfg, ../common/shared.sh]
        stack_name: "hs-{{ scenario | replace('/', '-') }}-{{ zuul.build[:8] | default('no-zuul') }}"
        stack_parameters:
          # net_value_specs:
          #   mtu: 1442
          dns_servers: "{{ dns_servers }}"
          ntp_servers: "{{ ntp_servers }}"
          controller_ssh_pub_key: "{{ controller_ssh_pub_key | default('') }}"
          router_external_network: "{{ os_router_external_network | default('public') }}"
          controller_params:
            image: hotstack-controller
            flavor: hotstack.small

        """;

    private const string TemplateText = """
        heat_template_version: rocky
        parameters:
          dns_servers: {type: comma_delimited_list, default: []}
          ntp_servers: {type: comma_delimited_list, default: []}
          controller_ssh_pub_key: {type: string}
          dataplane_ssh_pub_key: {type: string}
          router_external_network: {type: string, default: public}
          controller_params: {type: json, default: {image: hotstack-controller, flavor: hotstack.small}}
        resources:
          files:
            type: OS::Heat::CloudConfig
            properties:
              cloud_config:
                write_files:
                  - {path: /a, encoding: b64, content: {get_file: boot.tar.gz.b64}}
                  - {path: /b, content: {get_file: ../common/shared.sh}}

        """;

    private static readonly Dictionary<string, JsonNode?> None = [];

    private readonly string _folder = RealPath.Of(Directory.CreateTempSubdirectory("hotstack-scenario-").FullName);
    private readonly RecordingActivity _activity = new();

    public ScenarioFilesTests()
    {
        Write("hotstack/01-infra.yml", "");
        Write("hotstack/roles/heat_stack/tasks/main.yml", "");
        Write("hotstack/scenarios/lab/small/bootstrap_vars.yml", BootstrapVars);
        Write("hotstack/scenarios/lab/small/heat_template.yaml", TemplateText);
        Write("hotstack/scenarios/lab/small/boot.py", "#!/usr/bin/env python3\n");
        Write("hotstack/scenarios/lab/small/sub/boot.cfg", "hostname leaf01\n");
        Write("hotstack/scenarios/lab/common/shared.sh", "echo\n");
        Write("home/.ssh/id_ed25519.pub", Key + "\n");
        Write("home/.ssh/dataplane-ansible-ssh-key.pub", RsaKey + "\n");
        Write("home/cloud-secrets.yaml", "hotstack_cloud_secrets: {auth_url: https://keystone.example, application_credential_secret: pa55-Zq9}\n");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Vars => Place("hotstack/scenarios/lab/small/bootstrap_vars.yml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_file_of_a_checkout_without_git_gives_all()
    {
        ScenarioFiles files = Read([Vars]);
        TemplateBundle template = files.ReadTemplate(null, null);
        ParameterSet set = files.ParametersFor(template.Template, new HashSet<string>());

        Assert.Equal(new CloudWish("default", $"os_cloud of {Vars}"), files.Cloud);
        Assert.Equal("hs-small-no-zuul", set.StackName);
        Assert.Equal(Place("hotstack/scenarios/lab/small/heat_template.yaml"), template.Path);
        Assert.Equal(["../common/shared.sh", "boot.tar.gz.b64"], template.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([Place("hotstack/scenarios/lab/common/shared.sh")], template.OutsideFiles);
        Same($$$"""
            {"dns_servers": ["172.31.0.129"], "ntp_servers": [], "controller_ssh_pub_key": "{{{Key}}}", "router_external_network": "public",
             "controller_params": {"image": "hotstack-controller", "flavor": "hotstack.small"}, "dataplane_ssh_pub_key": "{{{RsaKey}}}"}
            """, set.For(template.Template));
        Assert.Contains(_activity.Steps, text => text.Contains("heat_template.yaml, by the stack_template_path of", StringComparison.Ordinal));
        Assert.Contains($"controller_ssh_pub_key is the key of {Place("home/.ssh/id_ed25519.pub")}.", _activity.Steps);
        Assert.Contains($"dataplane_ssh_public_key is the key of {Place("home/.ssh/dataplane-ansible-ssh-key.pub")}.", _activity.Steps);
        Assert.Empty(_activity.Warnings);
    }

    [Fact]
    public void All_files_of_upstreams_command_line_go_in_together()
    {
        string keys = Write("desk/dataplane_ssh_keys_vars.yaml",
            "dataplane_ssh_private_key_file: /home/x/key\ndataplane_ssh_public_key: ssh-rsa BBBB\nnova_migration_ssh_public_key: ecdsa\n");
        string overrides = Write("desk/bootstrap_vars_overrides.yml",
            "os_cloud: lab\nhotstack_work_dir: '{{ playbook_dir }}'\ndns_servers: [9.9.9.9]\nzuul: {build: 0123456789abcdef}\n"
            + "stack_parameters: {controller_params: {image: mine}}\nstack_parameter_overrides: {ntp_servers: [10.0.0.1]}\n");

        ScenarioFiles files = Read([Vars, overrides, Place("home/cloud-secrets.yaml"), keys]);
        HeatTemplate template = files.ReadTemplate(null, null).Template;
        ParameterSet set = files.ParametersFor(template, new HashSet<string>());

        Assert.Equal(("lab", "hs-small-01234567"), (files.Cloud!.Name, set.StackName));
        Assert.Equal(Place("hotstack"), set.Variables["hotstack_work_dir"]!.GetValue<string>());
        Same($$$"""
            {"dns_servers": ["9.9.9.9"], "ntp_servers": ["10.0.0.1"], "controller_ssh_pub_key": "{{{Key}}}", "router_external_network": "public",
             "controller_params": {"image": "mine", "flavor": "hotstack.small"}, "dataplane_ssh_pub_key": "ssh-rsa BBBB"}
            """, set.For(template));
        Assert.Contains(_activity.Steps, text => text.StartsWith($"{overrides}: its stack_parameters are merged", StringComparison.Ordinal)
            && text.Contains("stay: dns_servers, ntp_servers, controller_ssh_pub_key, router_external_network.", StringComparison.Ordinal));
        Assert.Contains($"{Place("home/cloud-secrets.yaml")}: the template has no parameter hotstack_cloud_secrets; used as variables only.",
            _activity.Steps);
        Assert.DoesNotContain(_activity.Everything, text => text.Contains("pa55", StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_among_the_variables_are_hidden_whatever_parameter_they_get_into()
    {
        ScenarioFiles files = Read([Vars, Place("home/cloud-secrets.yaml"), Write("desk/more.yml",
            "stack_parameter_overrides: {router_external_network: '{{ hotstack_cloud_secrets.application_credential_secret }}'}\n")]);
        TemplateBundle bundle = files.ReadTemplate(null, null);
        ParameterSet set = files.ParametersFor(bundle.Template, new HashSet<string>());

        string[] secrets = [.. TemplateSecrets.Of(bundle, set.For(bundle.Template), set.Variables)];

        Assert.Equal("pa55-Zq9", set.Parameters["router_external_network"]!.GetValue<string>());
        Assert.Contains("pa55-Zq9", secrets);
        Assert.DoesNotContain("~/pull-secret.txt", secrets);
    }

    [Fact]
    public void A_plain_file_gives_parameters_that_the_template_has_and_variables_otherwise()
    {
        ScenarioFiles files = Read([Write("desk/plain.yml", "ntp_servers: ['{{ ntp }}']\nntp: 10.0.0.2\n")]);
        string template = Write("desk/t.yaml", TemplateText[..TemplateText.IndexOf("resources:", StringComparison.Ordinal)]
            + "resources: {a: {type: OS::Heat::RandomString}}\n");

        ParameterSet set = files.ParametersFor(files.ReadTemplate(template, null).Template, new HashSet<string>());

        Assert.Equal("""{"ntp_servers":["10.0.0.2"]}""", set.Parameters.ToJsonString());
    }

    /// <summary>A name in a plain file, and the parameter that it may mean.</summary>
    [Theory]
    [InlineData("dns_server", "dns_servers")]
    [InlineData("contoller_param", "controller_params")]
    [InlineData("dsn_servers", "dns_servers")]
    [InlineData("os_floating_network", null)]
    [InlineData("dataplane_ssh_public_key", null)]
    [InlineData("dns", null)]
    public void A_name_that_may_be_misspelt_is_a_warning(string name, string? meant)
    {
        ScenarioFiles files = Read([Vars, Write("desk/plain.yml", $"{name}: x\n")]);

        files.ParametersFor(files.ReadTemplate(null, null).Template, new HashSet<string>());

        Assert.Equal(meant is null ? [] : [$"{Place("desk/plain.yml")}: the template has no parameter {name}, but {meant}. "
            + "It is used as a variable only."], _activity.Warnings);
    }

    /// <summary>The text of stack_template_path, the current folder, and where the template is.</summary>
    public static TheoryData<string, string, string> Located => new()
    {
        { "scenarios/lab/small/heat_template.yaml", "home", "hotstack/scenarios/lab/small/heat_template.yaml" },
        { "'{{ playbook_dir }}/scenarios/lab/small/heat_template.yaml'", "home", "hotstack/scenarios/lab/small/heat_template.yaml" },
        { "'{{ [playbook_dir, scenario_dir, scenario, \"heat_template.yaml\"] | path_join }}'", "home",
            "hotstack/scenarios/lab/small/heat_template.yaml" },
        { "'{{ ansible_user_dir }}/own.yaml'", "desk", "home/own.yaml" },
        { "~/own.yaml", "desk", "home/own.yaml" },
        { "other.yaml", "other/scenarios", "other/other.yaml" },
        { "here.yaml", "desk", "desk/here.yaml" },
    };

    [Theory]
    [MemberData(nameof(Located))]
    public void The_template_starts_from_the_root_of_the_checkout(string path, string current, string template)
    {
        Write("home/own.yaml", "");
        Write("desk/here.yaml", "");
        Write("other/01-infra.yml", "");
        Write("other/roles/heat_stack/x", "");
        Write("other/scenarios/x", "");
        Write("other/other.yaml", "");
        Write(template, "heat_template_version: rocky\nresources: {a: {type: OS::Heat::RandomString}}\n");
        string overrides = Write("home/vars.yml", $"stack_template_path: {path}\n");

        Assert.Equal(Place(template), Read([Vars, overrides], current: current).ReadTemplate(null, null).Path);
    }

    /// <summary>A file, and why there is no template.</summary>
    public static TheoryData<string?, string> Templateless => new()
    {
        { null, "no parameter file has stack_template_path" },
        { "stack_parameters: {}", "no parameter file has stack_template_path" },
        { "stack_template_path: ''", "is empty" },
        { "stack_template_path: '{{ scenario_dir }}/x.yaml'", "scenario_dir is not defined" },
        { "stack_template_path: \"{{ lookup('env', 'TEMPLATE') }}\"", "lookup('env'), which is not done here" },
        { "stack_template_path: '{{ stack_template_path }}'", "in a circle" },
        { "stack_template_path: scenarios/lab/small/heat_template.yaml", "which is no Hotstack checkout (it has no 01-infra.yml, no" },
        { "stack_template_path: \"a\\0b\"", "there is no such file" },
    };

    [Theory]
    [MemberData(nameof(Templateless))]
    public void Without_a_template_the_error_tells_the_way(string? text, string message)
    {
        string[] files = text is null ? [] : [Write("desk/vars.yml", text)];

        var error = Assert.Throws<HotstackException>(() => Read(files, current: "desk").ReadTemplate(null, null));

        Assert.Equal((ErrorCause.InputInvalid, "TemplateMissing"), (error.Cause, error.Id));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("-Template", error.Hint, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Fact]
    public void A_template_that_the_checkout_lacks_is_told_with_the_checkout()
    {
        var error = Assert.Throws<HotstackException>(() =>
            Read([Vars, Write("desk/more.yml", "scenario: gone\n")], current: "desk").ReadTemplate(null, null));

        Assert.Equal("TemplateMissing", error.Id);
        Golden.Message(error);
    }

    [Fact]
    public void An_archive_is_made_as_upstream_makes_it_and_no_file_is_written()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Place("hotstack/scenarios/lab/small/boot.py"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string[] before = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);
        string text = Read([Vars]).ReadTemplate(null, null).Files["boot.tar.gz.b64"];
        File.SetLastWriteTimeUtc(Place("hotstack/scenarios/lab/small/boot.py"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.DoesNotContain('\n', text);
        Assert.Equal(text, Read([Vars]).ReadTemplate(null, null).Files["boot.tar.gz.b64"]);
        Assert.Equal(before, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        // GNU tar removes what leads out of the folder.
        Assert.Equal([("boot.py", "#!/usr/bin/env python3\n"), ("sub/boot.cfg", "hostname leaf01\n"), ("common/shared.sh", "echo\n")],
            Members(text).Select(member => (member.Name, member.Text)));
        Assert.Equal(OperatingSystem.IsWindows() ? ["644", "644", "644"] : ["755", "644", "644"], Members(text).Select(member => member.Mode));
    }

    [Fact]
    public void The_archive_itself_can_be_named_too()
    {
        Write("hotstack/scenarios/lab/small/heat_template.yaml", TemplateText.Replace("boot.tar.gz.b64", "boot.tar.gz", StringComparison.Ordinal));

        // As python-heatclient sends what is not UTF-8.
        string text = Read([Vars]).ReadTemplate(null, null).Files["boot.tar.gz"];

        Assert.Equal(3, Members(text.ReplaceLineEndings("")).Count);
    }

    /// <summary>The variable, and what is wrong with it.</summary>
    public static TheoryData<string, string, string> BrokenArchives => new()
    {
        { "[{archive: boot, files: [gone.py]}]", TemplateErrors.Unreadable, "more.yml, line 1, column 22: there is no file" },
        { "[{archive: boot, files: [sub]}]", TemplateErrors.Unreadable, "is a folder, not a file" },
        { "[{archive: boot, files: ['*.py']}]", TemplateErrors.Unreadable, "there is no file" },
        { "[{archive: boot, files: [../../../../home/cloud-secrets.yaml]}]", TemplateErrors.Outside, "lies outside" },
        { "[{archive: boot, files: [../../../.git/config]}]", TemplateErrors.Outside, "belongs to git" },
        { "[{archive: boot, files: [../../../.env]}]", TemplateErrors.Outside, "begins with a dot" },
        { "[{archive: boot, files: [boot.tar.gz]}]", TemplateErrors.Unreadable, "there is no file" },
        { "[{archive: boot, files: [7]}]", TemplateErrors.Parameters, "names of files" },
        { "[{archive: boot}]", TemplateErrors.Parameters, "files, a list" },
        { "[{files: [boot.py]}]", TemplateErrors.Parameters, "archive, its name" },
        { "boot", TemplateErrors.Parameters, "has to be a list of archives" },
        { "[]", TemplateErrors.Unreadable, "boot.tar.gz.b64" },
        { "'{{ absent }}'", TemplateErrors.Unresolved, "absent is not defined" },
    };

    [Theory]
    [MemberData(nameof(BrokenArchives))]
    public void What_is_wrong_with_an_archive_is_told(string value, string id, string message)
    {
        Write("hotstack/.git/config", "");
        Write("hotstack/.env", "");
        ScenarioFiles files = Read([Vars, Write("desk/more.yml", $"compress_heat_files: {value}\n")]);

        var error = Assert.Throws<HotstackException>(() => files.ReadTemplate(null, null));

        Assert.Equal((ErrorCause.InputInvalid, id), (error.Cause, error.Id));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_template_names_is_not_read()
    {
        Write("hotstack/scenarios/lab/small/heat_template.yaml", TemplateText.Replace("boot.tar.gz.b64", "boot.py", StringComparison.Ordinal));

        Assert.Equal(["../common/shared.sh", "boot.py"],
            Read([Vars, Write("desk/more.yml", "compress_heat_files: '{{ absent }}'\n")]).ReadTemplate(null, null).Files.Keys
                .Order(StringComparer.Ordinal));
    }

    /// <summary>Files of ~/.ssh, the controller's key of them, and whether a warning tells why a file does not count.</summary>
    [Theory]
    [InlineData("id_rsa.pub", RsaKey + "\n", RsaKey, false)]
    [InlineData("id_rsa.pub", "sk-ssh-ed25519@openssh.com AAAA x y\r\n", "sk-ssh-ed25519@openssh.com AAAA x y", false)]
    [InlineData("id_rsa.pub", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", Key, true)]
    [InlineData("id_rsa.pub", "ssh-rsa AAAA\nssh-rsa BBBB\n", Key, true)]
    [InlineData("id_rsa.pub", "", Key, true)]
    [InlineData("id_dsa.pub", "ssh-dss AAAA", Key, false)]
    public void The_first_public_key_of_the_home_folder_counts(string name, string text, string found, bool isWarned)
    {
        Write($"home/.ssh/{name}", text);
        ScenarioFiles files = Read([Vars]);
        HeatTemplate template = files.ReadTemplate(null, null).Template;

        Assert.Equal(found, files.ParametersFor(template, new HashSet<string>()).For(template)["controller_ssh_pub_key"]!.GetValue<string>());
        Assert.Equal(isWarned ? 1 : 0, _activity.Warnings.Count);
    }

    /// <summary>What a file or the caller gives, and the keys of the controller and of the nodes.</summary>
    public static TheoryData<string, string?, string?, string?> Given => new()
    {
        { "", null, Key, RsaKey },
        { "stack_parameters: {dataplane_ssh_pub_key: \"{{ dataplane_ssh_pub_key | default('') }}\"}", null, Key, RsaKey },
        { "stack_parameters: {dataplane_ssh_pub_key: mine}", null, Key, "mine" },
        { "{stack_parameters: {dataplane_ssh_pub_key: mine}, dataplane_ssh_public_key: ours}", null, Key, "ours" },
        { "controller_ssh_pub_key: mine", null, "mine", RsaKey },
        { "stack_parameters: {controller_ssh_pub_key: '{{ controller_ssh_pub_key }}'}", null, Key, RsaKey },
        { "stack_parameters: {controller_ssh_pub_key: ''}", null, Key, RsaKey },
        { "parameter_defaults: {controller_ssh_pub_key: low}", null, Key, RsaKey },
        { "", "controller_ssh_pub_key", null, RsaKey },
    };

    [Theory]
    [MemberData(nameof(Given))]
    public void What_a_file_gives_has_precedence_over_the_home_folder(string text, string? replaced, string? controller, string? dataplane)
    {
        ScenarioFiles files = Read([Vars, Write("desk/more.yml", text)]);
        HeatTemplate template = files.ReadTemplate(null, null).Template;

        JsonObject parameters = files.ParametersFor(template, replaced is null ? new HashSet<string>() : [replaced]).For(template);

        Assert.Equal((controller, dataplane), (Text("controller_ssh_pub_key"), Text("dataplane_ssh_pub_key")));

        string? Text(string name) => parameters[name]?.GetValue<string>();
    }

    [Fact]
    public void An_os_cloud_that_cannot_be_resolved_names_no_cloud()
    {
        Assert.Null(Read([Write("desk/vars.yml", "os_cloud: \"{{ lookup('ansible.builtin.env', 'OS_CLOUD') }}\"\n")]).Cloud);
        Assert.Contains("lookup('env')", Assert.Single(_activity.Steps), StringComparison.Ordinal);
        Assert.Null(Read([]).Cloud);
        Assert.Null(Read([Write("desk/vars.yml", "os_cloud: ''\n")]).Cloud);
        Assert.Equal(new CloudWish("mine", "os_cloud of -Variable"), Read([Vars], new() { ["os_cloud"] = "mine" }).Cloud);
    }

    private ScenarioFiles Read(string[] files, Dictionary<string, JsonNode?>? variables = null, string current = "home") =>
        ScenarioFiles.Read(files, variables ?? None, ConfigurationSources.OfThisProcess() with
        {
            HomeDirectory = Place("home"), CurrentDirectory = Directory.CreateDirectory(Place(current)).FullName, User = null,
        }, _activity, Stop);

    private static void Same(string json, JsonObject found) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), found), found.ToJsonString());

    private static List<(string Name, string Text, string Mode)> Members(string base64)
    {
        using var tar = new TarReader(new GZipStream(new MemoryStream(Convert.FromBase64String(base64)), CompressionMode.Decompress));
        var members = new List<(string, string, string)>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            members.Add((entry.Name, reader.ReadToEnd(), Convert.ToString((int)entry.Mode, 8)));
        }

        return members;
    }

    private string Place(string name) => Path.GetFullPath(Path.Combine(_folder, name));

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place(name))!);
        File.WriteAllText(Place(name), text);
        return Place(name);
    }
}
