using System.Text.Json.Nodes;
using Hotstack.Processes;
using Xunit;

namespace Hotstack.Playbooks;

/// <summary>The real ansible-playbook, with playbooks of upstream's shape, on a stack of the sandbox.</summary>
public sealed class RealAnsibleTests : SandboxFixture
{
    private const string Stack = "hs-multi";
    private const string Secret = "not-to-be-shown-1";

    private readonly string _checkout = Directory.CreateTempSubdirectory("hotstack-checkout-").FullName;

    public RealAnsibleTests()
    {
        Assert.SkipWhen(ProgramFinder.OfThisProcess.Find("ansible-playbook") is null, "There is no ansible-playbook on this machine.");
        Write("inventory.yml", """
            all:
              hosts:
                localhost: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
              vars:
                controller_ssh_pub_key: "{{ lookup('ansible.builtin.file', '/no/such/key') }}"
            """);
        Write("scenarios/small/bootstrap_vars.yml", """
            hotstack_prepare_for_snapshot: true
            scenario: small
            scenario_dir: scenarios
            os_cloud: sandbox
            hotstack_work_dir: "{{ playbook_dir }}/work"
            pull_secret_file: "{{ playbook_dir }}/pull-secret.txt"
            stack_name: "hs-{{ zuul.build[:8] | default('multi') }}"
            """);
        Write("cloud-secrets.yaml", $"hotstack_cloud_secrets: {{application_credential_secret: {Secret}}}\n");
        Write("roles/controller/tasks/main.yml", """
            - name: Wait for it
              ansible.builtin.command: "true"
              register: _seen
              until: _seen is succeeded
              retries: 3
            - name: Ignored
              ansible.builtin.command: "false"
              ignore_errors: true
            - name: Shown by mistake
              ansible.builtin.debug: {var: hotstack_cloud_secrets}
            - name: Run there
              ansible.builtin.command: "true"
              delegate_to: controller-0
            - name: Sleep as upstream does
              when: hotstack_prepare_for_snapshot | bool
              ansible.builtin.pause: {minutes: 1500}
            """);
        foreach (string file in (string[])["01-infra.yml", "02-bootstrap_controller.yml", "03-install_ocp.yml"])
        {
            Write(file, $$$"""
                - name: Play of {{{file}}}
                  hosts: localhost
                  gather_facts: false
                  pre_tasks:
                    - name: Load stack output vars from file
                      ansible.builtin.include_vars:
                        file: "{{ hotstack_work_dir | default(playbook_dir) }}/{{ stack_name }}-outputs.yaml"
                        name: stack_outputs
                    - name: Add controller-0 to the Ansible inventory
                      ansible.builtin.add_host:
                        name: controller-0
                        ansible_connection: local
                        ansible_python_interpreter: "{{ ansible_playbook_python }}"
                  roles:
                    - role: controller
                """);
        }

        Directory.CreateDirectory(Path.Combine(_checkout, "work"));
    }

    private PlaybookRequest Usual => new()
    {
        Checkout = _checkout,
        ParameterFiles = [Path.Combine(_checkout, "scenarios/small/bootstrap_vars.yml"), Path.Combine(_checkout, "cloud-secrets.yaml")],
        Stages = ["Controller", "OpenShift"],
    };

    protected override void DisposeConnections() => Directory.Delete(_checkout, recursive: true);

    [Fact]
    public async Task Ansible_itself_tells_what_the_variables_say() => Assert.Equal(
        new PlaybookVariables(Stack, "sandbox", "small", Path.Combine(_checkout, "work"), Path.Combine(_checkout, "pull-secret.txt")),
        await new CheckPlaybooks().RunAsync(Usual, Activity, Stop));

    [Fact]
    public async Task A_variable_of_the_user_overrides_the_files() => Assert.Equal(
        "hs-12345678",
        (await new CheckPlaybooks().RunAsync(
            Usual with { Variables = new Dictionary<string, JsonNode?> { ["zuul"] = new JsonObject { ["build"] = "123456789" } } },
            Activity, Stop)).StackName);

    [Theory]
    [InlineData("stack_name: '{{ nothing }}'", "nothing")]
    [InlineData("stack_name: '{{ stack_name }}'", "recursive")]
    [InlineData("stack_name: [", "YAML")]
    public async Task Variables_that_cannot_be_evaluated_are_told_in_Ansibles_words(string text, string told)
    {
        string file = Write("bad.yml", text);

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new CheckPlaybooks().RunAsync(Usual with { ParameterFiles = [file] }, Activity, Stop));

        Assert.Equal("PlaybookVariablesInvalid", failure.Id);
        Assert.Contains(told, failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Stages_run_with_progress_by_task_and_a_log_without_secrets()
    {
        PlaybookRun run = await RunAsync(Usual);

        Assert.Equal(["Controller", "OpenShift"], run.Stages.Select(stage => stage.Name));
        Assert.All(run.Stages, stage => Assert.Equal((5, 3), (stage.Tasks, stage.Changes)));
        Assert.Contains(Activity.Reports, report => report.Status.Contains(
            "Controller (02-bootstrap_controller.yml), stage 1 of 2: controller : Run there", StringComparison.Ordinal));
        string log = await File.ReadAllTextAsync(run.LogPath!, Stop);
        Assert.Contains("PLAY [Play of 03-install_ocp.yml]", log, StringComparison.Ordinal);
        Assert.Contains("\"application_credential_secret\": \"***\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"event\"", log, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_checkout, "work", $"{Stack}-outputs.yaml")));
    }

    [Theory]
    [InlineData("ansible.builtin.fail: {msg: 'there is no room'}", "localhost", "there is no room")]
    [InlineData("ansible.builtin.command: cat /no/such\n  delegate_to: controller-0", "controller-0", "/no/such")]
    [InlineData("ansible.builtin.fail: {msg: '{{ item }}'}\n  loop: [one, two]", "localhost", "two")]
    [InlineData("ansible.builtin.fail: {msg: 'not-to-be-shown-1'}\n  no_log: true", "localhost", "no_log: true")]
    public async Task A_task_that_fails_is_told_with_its_host_and_message(string task, string host, string message)
    {
        Write("roles/controller/tasks/main.yml", $"- name: Break\n  {task}\n");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Usual));

        Assert.Equal("PlaybookFailed", failure.Id);
        Assert.StartsWith(
            $"The stage Controller (02-bootstrap_controller.yml) failed in the task 'controller : Break' on {host}: ",
            failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.Message, StringComparison.Ordinal);
        Assert.Contains("-Stage Controller, OpenShift resumes", failure.Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_that_is_missing_is_told_before_any_stage()
    {
        Write("roles/controller/tasks/main.yml", "- name: Make it\n  no.such.module: {}\n");

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => RunAsync(Usual));

        Assert.Equal("PlaybookInvalid", failure.Id);
        Assert.Contains("no.such.module", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_checkout, "*.log", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Stopped_it_ends_with_the_processes_of_its_tasks()
    {
        string file = Path.Combine(_checkout, "pid");
        Write("roles/controller/tasks/main.yml", $"- name: Run for long\n  ansible.builtin.shell: 'echo $$ > {file}; exec sleep 600'\n");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task run = RunAsync(Usual, stop.Token);
        while (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            await Task.Delay(100, Stop);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        string child = $"/proc/{(await File.ReadAllTextAsync(file, Stop)).Trim()}/stat";
        await Ended.AssertAsync(child, Stop);
    }

    private async Task<PlaybookRun> RunAsync(PlaybookRequest request, CancellationToken? stop = null)
    {
        PlaybookVariables variables = await new CheckPlaybooks().RunAsync(request, Activity, Stop);
        return (await new RunPlaybooks(Cloud).RunAsync(request, variables, Activity, (_, _) => Task.FromResult(true), stop ?? Stop))!;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_checkout, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
        return path;
    }
}
