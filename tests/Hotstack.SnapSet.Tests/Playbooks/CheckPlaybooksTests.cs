using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Processes;
using Xunit;

namespace Hotstack.Playbooks;

public sealed class CheckPlaybooksTests : PlaybookFixture
{
    [Fact]
    public async Task The_variables_are_those_that_Ansible_tells()
    {
        Ansible.Variables = new JsonObject
        {
            ["stack_name"] = Deployed, ["os_cloud"] = "psi", ["work_dir"] = "work", ["pull_secret_file"] = "~/pull-secret.txt",
        };

        PlaybookVariables variables = await CheckAsync();

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(
            new PlaybookVariables(Deployed, "psi", null, Path.Combine(Checkout, "work"), Path.Combine(home, "pull-secret.txt")), variables);
    }

    [Fact]
    public async Task All_that_is_missing_is_told_at_once()
    {
        File.Delete(Path.Combine(Checkout, "02-bootstrap_controller.yml"));
        Directory.Delete(Path.Combine(Checkout, "roles"));

        var failure = await Assert.ThrowsAsync<ViolationsException>(() => CheckAsync(
            Usual with { ParameterFiles = ["/no/such.yml"], Timeout = TimeSpan.Zero, HasCredential = true }));

        Assert.Equal("PlaybookInputInvalid", failure.Id);
        Assert.Equal(
            [
                "this is no checkout of Hotstack: it lacks 02-bootstrap_controller.yml, roles", "there is no file /no/such.yml",
                "Ansible logs in by clouds.yaml, so that -Credential cannot be given", "the timeout must be longer than 0 s and at most 30 d, not 0 s",
            ],
            failure.Violations);
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_told() => Assert.Equal(
        ["there is no such folder"],
        (await Assert.ThrowsAsync<ViolationsException>(() => CheckAsync(Usual with { Checkout = "/no/such" }))).Violations);

    [Theory]
    [InlineData("ansible-playbook 2.9.27", false)]
    [InlineData("ansible-playbook 2.10.8", false)]
    [InlineData("something else", false)]
    [InlineData("ansible-playbook [core 2.11.0]", true)]
    [InlineData("ansible-playbook [core 2.19.0b1]", true)]
    public async Task An_old_release_is_refused(string said, bool isTaken)
    {
        Ansible.Version = said;

        Exception? failure = await Record.ExceptionAsync(() => CheckAsync());

        Assert.Equal(isTaken ? null : "PlaybookProgramTooOld", (failure as HotstackException)?.Id);
    }

    [Fact]
    public async Task Without_the_program_it_is_named_with_the_way_to_install_it()
    {
        var nothing = new ProgramFinder(ConfigurationPlatform.Linux, _ => "/bin", _ => false, _ => false);

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new CheckPlaybooks { Ansible = new AnsibleProgram { Finder = nothing } }.RunAsync(Usual, Activity, Stop));

        Assert.Equal("PlaybookProgramNotFound", failure.Id);
        Assert.Contains("pipx install ansible-core", failure.Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_answer_is_told()
    {
        Ansible.Hangs = "--version";

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => new CheckPlaybooks
        {
            Ansible = Ansible, Patience = TimeSpan.FromMilliseconds(20),
        }.RunAsync(Usual, Activity, Stop));

        Assert.Equal("PlaybookProgramTooOld", failure.Id);
        Assert.StartsWith("ansible-playbook did not answer within ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_without_a_stack_are_told()
    {
        Ansible.Variables = new JsonObject { ["stack_name"] = "" };

        Assert.Contains(
            "they name no stack (stack_name is empty)", (await Assert.ThrowsAnyAsync<HotstackException>(() => CheckAsync())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a/b")]
    public async Task A_name_that_Heat_does_not_take_is_refused(string name)
    {
        Ansible.Variables = new JsonObject { ["stack_name"] = name };

        Assert.Equal("PlaybookVariablesInvalid", (await Assert.ThrowsAnyAsync<HotstackException>(() => CheckAsync())).Id);
    }
}
