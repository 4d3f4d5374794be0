using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;
using Xunit;

namespace Hotstack.Playbooks;

public sealed class RunPlaybooksTests : PlaybookFixture
{
    private static readonly string[] FromNothing = ["01-infra.yml", "02-bootstrap_controller.yml", "03-install_ocp.yml"];

    [Fact]
    public async Task From_nothing_the_first_three_stages_run_and_neither_sleep_nor_shut_down()
    {
        PlaybookRun run = (await RunAsync())!;

        Assert.Equal(FromNothing, Ansible.Ran);
        Assert.Equal(["Infra", "Controller", "OpenShift"], run.Stages.Select(stage => stage.Name));
        Assert.Equal((Deployed, "small", "sandbox"), (run.StackName, run.Scenario, run.Cloud));
        Assert.All(run.Stages, stage => Assert.Equal((1, 1), (stage.Tasks, stage.Changes)));
        Assert.All(
            ["hotstack_prepare_for_snapshot", "ocp_agent_installer_prep_for_snapshot", "hotstack_revive_snapshot"],
            name => Assert.False((bool)Ansible.Given![name]!));
        Assert.Equal("sandbox", (string?)Ansible.Given!["os_cloud"]);
        Assert.Equal(
            $"Stack {Deployed}: Run 01-infra.yml, 02-bootstrap_controller.yml, 03-install_ocp.yml of {Checkout} with ansible-playbook",
            Assert.Single(Asked));
    }

    [Fact]
    public async Task A_stage_that_fails_is_told_with_its_task_and_the_same_request_resumes_there()
    {
        Ansible.OnStage = (file, say, _) =>
        {
            if (file != FromNothing[1])
            {
                return Task.FromResult(0);
            }

            say(Ansible.Event(new { @event = "failed", task = "controller : Wait for it", host = "controller-0", message = "Timed out.\nTwice" }));
            return Task.FromResult(2);
        };

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync());

        string log = Directory.GetFiles(Checkout, "*.log").Single();
        Assert.Equal("PlaybookFailed", failure.Id);
        Assert.Equal(
            "The stage Controller (02-bootstrap_controller.yml) failed in the task 'controller : Wait for it' on controller-0: "
            + $"Timed out. Twice. The log: {log}.", failure.Message);
        Assert.Equal("Fix the cause. The same command resumes with the stage Controller.", failure.Hint);
        Ansible.Ran.Clear();
        Ansible.OnStage = null;
        PlaybookRun run = (await RunAsync())!;
        Assert.Equal(FromNothing[1..], Ansible.Ran);
        Assert.Equal(["Controller", "OpenShift"], run.Stages.Select(stage => stage.Name));
    }

    [Fact]
    public async Task When_all_has_run_nothing_is_left_and_the_deployment_comes_out_again()
    {
        await RunAsync();
        Ansible.Ran.Clear();

        PlaybookRun run = (await RunAsync())!;

        Assert.Empty(Ansible.Ran);
        Assert.Empty(run.Stages);
        Assert.Equal(Deployed, run.StackName);
        Assert.Single(Asked);
        Assert.Contains("nothing is left to do", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_in_the_first_stage_the_same_request_resumes()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Ansible.OnStage = async (_, _, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return 0;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(stop: stop.Token));
        Assert.Contains("Stopped in the stage Infra, task 'role : First'", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
        Ansible.OnStage = null;
        Ansible.Ran.Clear();

        await RunAsync();

        Assert.Equal(FromNothing, Ansible.Ran);
    }

    [Fact]
    public async Task A_restored_stack_gets_the_stages_after_a_revival()
    {
        await MakeStackAsync([.. StackTags.ForSet("k3v9x2m1")]);

        PlaybookRun run = (await RunAsync())!;

        Assert.Equal(["02-bootstrap_controller.yml", "04-redfish_virtual_bmc.yml", "05_deploy_rhoso.yml"], Ansible.Ran);
        Assert.Equal(3, run.Stages.Count);
        Assert.True(File.Exists(Path.Combine(Checkout, $"{Deployed}-outputs.yaml")));
    }

    [Theory]
    [InlineData("Infra")]
    [InlineData("OpenShift")]
    [InlineData("Controller", "Infra")]
    public async Task No_stage_that_would_destroy_a_restored_stack_runs(params string[] stages)
    {
        await MakeStackAsync([.. StackTags.ForSet("k3v9x2m1")]);

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Usual with { Stages = stages }));

        Assert.Equal("PlaybookStageRefused", failure.Id);
        Assert.Contains("SnapSet k3v9x2m1", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Ansible.Ran);
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task On_a_stack_of_others_no_stage_runs_that_is_not_named()
    {
        await MakeStackAsync();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync());

        Assert.Equal("PlaybookStagesUnknown", failure.Id);
        Assert.Contains($"New-HotstackSnapSet {Deployed} -Prepare", failure.Hint!, StringComparison.Ordinal);
        Assert.Empty(Ansible.Ran);
        await RunAsync(Usual with { Stages = ["rhoso", "VirtualBmc"] });
        Assert.Equal(["04-redfish_virtual_bmc.yml", "05_deploy_rhoso.yml"], Ansible.Ran);
    }

    /// <summary>Otherwise the next call would install OpenShift over a cluster that others deployed.</summary>
    [Theory]
    [InlineData(0, "Logs")]
    [InlineData(2, "Logs")]
    [InlineData(0, "VirtualBmc", "Rhoso")]
    [InlineData(0, "Controller")]
    [InlineData(2, "Controller")]
    [InlineData(0, "Infra")]
    [InlineData(2, "Infra")]
    public async Task A_stage_on_a_stack_of_others_does_not_make_it_ours(int code, params string[] stages)
    {
        await MakeStackAsync();
        Ansible.OnStage = (_, _, _) => Task.FromResult(code);
        await Record.ExceptionAsync(() => RunAsync(Usual with { Stages = stages }));
        Ansible.Ran.Clear();

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync());

        Assert.Equal("PlaybookStagesUnknown", failure.Id);
        Assert.Empty(Ansible.Ran);
    }

    [Theory]
    [InlineData("Infra", "01-infra.yml")]
    [InlineData("Controller", "02-bootstrap_controller.yml")]
    [InlineData("OpenShift", "03-install_ocp.yml")]
    public async Task A_stage_that_fails_at_its_second_run_is_left_to_do(string stage, string file)
    {
        await RunAsync();
        Ansible.OnStage = (_, _, _) => Task.FromResult(2);
        await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Usual with { Stages = [stage] }));
        Ansible.OnStage = null;
        Ansible.Ran.Clear();

        await RunAsync();

        Assert.Equal([file], Ansible.Ran);
    }

    [Fact]
    public async Task After_a_revival_the_same_request_resumes_too()
    {
        await MakeStackAsync([.. StackTags.ForSet("k3v9x2m1")]);
        Ansible.OnStage = (file, _, _) => Task.FromResult(file == "05_deploy_rhoso.yml" ? 2 : 0);
        await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync());
        Ansible.Ran.Clear();

        await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync());

        Assert.Equal(["05_deploy_rhoso.yml"], Ansible.Ran);
    }

    /// <summary>A rebuilt server keeps its metadata.</summary>
    [Theory]
    [InlineData("set=another1,Controller,VirtualBmc", 3)]
    [InlineData("set=,Infra,Controller,OpenShift", 3)]
    [InlineData("set=k3v9x2m1,Controller,VirtualBmc", 1)]
    [InlineData("Controller,VirtualBmc", 3)]
    [InlineData("", 3)]
    public async Task Marks_of_another_set_do_not_count(string mark, int left)
    {
        await MakeStackAsync([.. StackTags.ForSet("k3v9x2m1")]);
        await Cloud.Compute.AddMetadataAsync(
            (await ControllerAsync()).PhysicalId, new Dictionary<string, string> { ["hotstack_playbooks"] = mark }, Stop);

        await RunAsync();

        Assert.Equal(left, Ansible.Ran.Count);
    }

    [Theory]
    [InlineData("CREATE_FAILED", true)]
    [InlineData("UPDATE_FAILED", false)]
    [InlineData("CHECK_FAILED", false)]
    [InlineData("DELETE_FAILED", false)]
    [InlineData("ROLLBACK_FAILED", false)]
    [InlineData("CREATE_COMPLETE", false)]
    [InlineData("CREATE_IN_PROGRESS", false)]
    public async Task Only_a_creation_that_failed_begins_from_nothing(string status, bool begins)
    {
        await MakeStackAsync();
        Stack stack = (await Cloud.Stacks.FindAsync(Deployed, Stop))! with { Status = status };
        var choice = new StageChoice(new StageMarks(Cloud));

        Exception? failure = await Record.ExceptionAsync(() => choice.ChooseAsync(
            Usual, new PlaybookVariables(Deployed, null, null, Checkout, null), stack, Stop));

        Assert.Equal(begins ? null : "PlaybookStagesUnknown", (failure as HotstackException)?.Id);
    }

    [Fact]
    public async Task Without_a_stack_a_later_stage_is_an_error()
    {
        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Usual with { Stages = ["Controller"] }));

        Assert.Equal("StackNotFound", failure.Id);
    }

    [Fact]
    public async Task Nothing_runs_without_consent()
    {
        Assert.Null(await RunAsync(consents: false));

        Assert.Empty(Ansible.Ran);
        Assert.Empty(Directory.GetFiles(Checkout, "*.log"));
    }

    [Fact]
    public async Task What_Ansible_refuses_is_told_before_the_question()
    {
        Ansible.SyntaxCode = 4;
        Ansible.SyntaxLines =
        [
            "ERROR! couldn't resolve module/action 'openstack.cloud.stack'. This often indicates a misspelling, missing collection.", "",
            "The error appears to be in 'main.yml'",
        ];

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync());

        Assert.Equal("PlaybookInvalid", failure.Id);
        Assert.Contains("couldn't resolve module/action 'openstack.cloud.stack'", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task A_syntax_check_that_does_not_end_is_told()
    {
        PlaybookVariables variables = await CheckAsync();
        Ansible.Hangs = "--syntax-check";

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new RunPlaybooks(Cloud) { Ansible = Ansible, Patience = TimeSpan.FromMilliseconds(20) }.RunAsync(
                Usual, variables, Activity, (_, _) => Task.FromResult(true), Stop));

        Assert.Equal("PlaybookInvalid", failure.Id);
        Assert.Contains("--syntax-check did not end within", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Ansible gets the cloud by its name alone.</summary>
    [Theory]
    [InlineData("elsewhere")]
    [InlineData(null)]
    public async Task A_region_that_Ansible_would_not_use_is_refused_before_anything(string? first)
    {
        PlaybookVariables variables = await CheckAsync();
        Cloud cloud = Connect(Configuration("sandbox") with { FirstRegion = first });

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => new RunPlaybooks(cloud) { Ansible = Ansible }.RunAsync(
            Usual, variables, Activity, (_, _) => throw new InvalidOperationException(), Stop));

        Assert.Equal("PlaybookInputInvalid", failure.Id);
        Assert.Contains($"not {cloud.Region}", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"region_name {cloud.Region}", failure.Hint!, StringComparison.Ordinal);
        Assert.Empty(Ansible.Ran);
    }

    /// <summary>The file of another deployment of the same name would lead the playbooks to servers that are gone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_outputs_are_those_of_the_stack_as_it_is_and_a_restores_ids_stay(bool isOfTheseServers)
    {
        await MakeStackAsync();
        string id = isOfTheseServers ? (await ControllerAsync()).PhysicalId : "0b4c3d2e-0000-4000-8000-000000000001";
        string file = Write(
            $"{Deployed}-outputs.yaml", $"---\nstale: 1\nhotstack_server_ids: {{controller: {{source_id: old-1, id: {id}}}}}\n");

        await RunAsync(Usual with { Stages = ["Logs"] });

        string text = await File.ReadAllTextAsync(file, Stop);
        Assert.DoesNotContain("stale", text, StringComparison.Ordinal);
        Assert.Equal(isOfTheseServers, text.Contains(id, StringComparison.Ordinal));
        Assert.Equal(isOfTheseServers, text.Contains("old-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outputs_that_cannot_be_written_are_told_before_the_question()
    {
        await MakeStackAsync();
        Directory.CreateDirectory(Path.Combine(Checkout, $"{Deployed}-outputs.yaml"));

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => RunAsync(Usual with { Stages = ["Logs"] }));

        Assert.Equal("PlaybookInputInvalid", failure.Id);
        Assert.Contains("hotstack_work_dir", failure.Hint!, StringComparison.Ordinal);
        Assert.Empty(Asked);
    }

    [Fact]
    public void A_full_disk_ends_the_log_and_not_the_playbooks()
    {
        var log = new PlaybookLog("hs.log", new FullDisk(), new PlaybookSecrets(Usual), Activity);

        log.Write("one");
        log.Write("two");
        log.Dispose();

        Assert.Equal("The log hs.log ends early; the playbooks still run: no space", Assert.Single(Activity.Warnings));
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("no space");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no space");
    }

    [Theory]
    [InlineData("registry_password: x123", true)]
    [InlineData("registry: {auth: [{password: x123}]}", true)]
    [InlineData("registry_secrets: {one: x123}", true)]
    [InlineData("hotstack_cloud_secrets: {other: {deep: x123}}", true)]
    [InlineData("token: 7123456", true, "7123456")]
    [InlineData("hotstack_cloud_secrets: {region_name: x123, auth_url: x123}", false)]
    [InlineData("interface: {password: x123}", true)]
    [InlineData("pull_secret_file: /x123", false)]
    [InlineData("has_secret: true", false, "true")]
    [InlineData("name: x123", false)]
    public void A_variable_whose_name_is_that_of_a_secret_is_hidden(string yaml, bool isHidden, string value = "x123")
    {
        var node = (JsonObject)DocJson.Of(DocReader.Read(new SourceMark("", ""), yaml))!;
        PlaybookRequest byUser = Usual with { Variables = node.ToDictionary(v => v.Key, v => v.Value) };
        PlaybookRequest byFile = Usual with { ParameterFiles = [Write("own.yml", yaml + "\n")] };

        Assert.All([byUser, byFile], request => Assert.Equal(
            $"It is {(isHidden ? "***" : value)}.", new PlaybookSecrets(request).Hide($"It is {value}.")));
    }

    [Fact]
    public async Task The_log_holds_the_output_and_no_secret_and_is_its_owners_alone()
    {
        string secrets = Write("cloud-secrets.yaml", "hotstack_cloud_secrets: {application_credential_secret: from-the-file-1}\n");
        Ansible.OnStage = (_, say, _) =>
        {
            say("fatal: from-the-file-1 and from-the-user-2 \e[2J");
            return Task.FromResult(0);
        };

        PlaybookRun run = (await RunAsync(Usual with
        {
            ParameterFiles = [.. Usual.ParameterFiles, secrets],
            Variables = new Dictionary<string, JsonNode?> { ["password"] = "from-the-user-2" },
            Secrets = ["from-the-user-2"],
        }))!;

        Assert.Contains("PLAY [01-infra.yml]", LogText, StringComparison.Ordinal);
        Assert.Contains("fatal: *** and *** `u{1b}[2J", LogText, StringComparison.Ordinal);
        Assert.DoesNotContain("from-the", LogText, StringComparison.Ordinal);
        Assert.DoesNotContain("\"event\"", LogText, StringComparison.Ordinal);
        Assert.StartsWith(Path.Combine(Checkout, $"{Deployed}-playbooks-"), run.LogPath, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(run.LogPath!));
        }
    }

    private async Task<StackResource> ControllerAsync() => (await Cloud.Stacks.ListResourcesAsync(
        (await Cloud.Stacks.FindAsync(Deployed, Stop))!, Stop)).Single(resource => resource.Name == "controller");

    [Fact]
    public async Task A_stage_that_does_not_end_is_ended()
    {
        Ansible.OnStage = async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        };

        // By the real clock: on a busy machine the stage may not have begun in a short time.
        HotstackException failure;
        int milliseconds = 50;
        do
        {
            failure = await Assert.ThrowsAnyAsync<HotstackException>(
                () => RunAsync(Usual with { Timeout = TimeSpan.FromMilliseconds(milliseconds) }));
        }
        while (Ansible.Ran.Count == 0 && (milliseconds *= 4) < 60_000);

        Assert.Equal("PlaybookTimeout", failure.Id);
        Assert.Contains("its last task was 'role : First'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_told_before_the_first_stage()
    {
        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => RunAsync(Usual with { LogFolder = Path.Combine(Checkout, "inventory.yml") }));

        Assert.Equal("PlaybookLogNotWritten", failure.Id);
        Assert.Empty(Ansible.Ran);
    }
}
