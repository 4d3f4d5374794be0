using Hotstack.OpenShift;
using Hotstack.Sandbox.Compute;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>Real host keys against what the console shows, and what was seen before.</summary>
[Trait("Contract", "ControllerLab"), Collection(ControllerLabCollection.Name)]
public sealed class ControllerHostKeyTests(ControllerLab lab) : ControllerContractTests(lab), IOnControllerLab
{
    [ContractFact]
    public async Task The_keys_of_the_console_are_those_that_are_accepted()
    {
        LabDeployment deployment = await DeployAsync(ConsoleKeys.All);

        await deployment.OpenAsync(LabDeployment.ByName, Stop);

        Assert.Empty(deployment.Activity.Warnings);
        Assert.Equal(
            deployment.Sandbox.Cloud.HostKeys(LabDeployment.Controller).Select(key => $"{deployment.ControllerId} {key.Line}").Order(),
            deployment.KnownHosts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [ContractFact]
    public async Task Fingerprints_are_enough()
    {
        LabDeployment deployment = await DeployAsync(ConsoleKeys.Fingerprints);

        await deployment.OpenAsync(LabDeployment.ByName, Stop);

        Assert.Empty(deployment.Activity.Warnings);
        Assert.Contains(deployment.Activity.Steps, step => step.Contains("is that on the console of server", StringComparison.Ordinal));
        Assert.StartsWith($"{deployment.ControllerId} ssh-ed25519 ", deployment.KnownHosts, StringComparison.Ordinal);
    }

    [ContractTheory]
    [InlineData(ConsoleKeys.All)]
    [InlineData(ConsoleKeys.Fingerprints)]
    public async Task Another_machine_at_the_address_is_refused_at_the_first_contact(ConsoleKeys keys)
    {
        LabDeployment deployment = await DeployAsync(keys);
        await Lab.RunAsync("change-host-key");

        HotstackException e = await FailsAsync("HostKeyChanged", () => deployment.OpenAsync(LabDeployment.ByName, Stop));

        Assert.Contains(await Lab.FingerprintsAsync(), shown => e.Message.Contains(shown, StringComparison.Ordinal));
        Assert.Contains(deployment.Sandbox.Cloud.HostKeys(LabDeployment.Controller),
            key => e.Message.Contains(key.Fingerprint, StringComparison.Ordinal));
        string shownKey = (await File.ReadAllTextAsync(ControllerLab.FileOf("ssh", "ssh_host_ed25519_key.pub"), Stop)).Split(' ')[1];
        Assert.DoesNotContain(shownKey, deployment.KnownHosts, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Without_a_console_the_first_key_is_accepted_once_and_told_and_another_one_is_refused()
    {
        LabDeployment deployment = await DeployAsync();
        IReadOnlyList<string> before = await Lab.FingerprintsAsync();
        (await deployment.OpenAsync(LabDeployment.ByName, Stop)).Dispose();
        string warning = Assert.Single(deployment.Activity.Warnings);
        Assert.Contains(before, shown => warning.Contains(shown, StringComparison.Ordinal));

        deployment.Activity.Clear();
        (await deployment.OpenAsync(LabDeployment.ByName, Stop)).Dispose();
        Assert.Empty(deployment.Activity.Warnings);

        await Lab.RunAsync("change-host-key");
        HotstackException e = await FailsAsync("HostKeyChanged", () => deployment.OpenAsync(LabDeployment.ByName, Stop));
        Assert.Contains(before, shown => e.Message.Contains(shown, StringComparison.Ordinal));
        Assert.Contains(await Lab.FingerprintsAsync(), shown => e.Message.Contains(shown, StringComparison.Ordinal));
        Assert.Contains("ssh-keygen -R", e.Hint, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_key_that_changes_while_the_connection_is_lost_is_refused_too()
    {
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = await deployment.OpenAsync(LabDeployment.ByName, Stop);
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);

        await Lab.RunAsync("change-host-key");
        await Lab.RunAsync("cut");

        await FailsAsync("HostKeyChanged", () => cluster.ListNodesAsync(Stop));
    }

    [ContractFact]
    public async Task The_hint_of_a_changed_key_helps()
    {
        LabDeployment deployment = await DeployAsync();
        (await deployment.OpenAsync(LabDeployment.ByName, Stop)).Dispose();
        await Lab.RunAsync("change-host-key");
        HotstackException e = await FailsAsync("HostKeyChanged", () => deployment.OpenAsync(LabDeployment.ByName, Stop));

        string command = e.Hint![e.Hint!.IndexOf("ssh-keygen -R", StringComparison.Ordinal)..];
        await Lab.RunAsync("desk", "sh", "-c", command);

        await deployment.OpenAsync(LabDeployment.ByName, Stop);
    }
}
