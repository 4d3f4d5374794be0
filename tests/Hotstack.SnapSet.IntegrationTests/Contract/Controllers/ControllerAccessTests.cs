using Hotstack.Clusters;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>Who is let in, what is read there, and what each refusal is called.</summary>
[Trait("Contract", "ControllerLab"), Collection(ControllerLabCollection.Name)]
public sealed class ControllerAccessTests(ControllerLab lab) : ControllerContractTests(lab), IOnControllerLab
{
    private const string User = "zuul@" + ControllerLab.FloatingIP;

    [ContractFact]
    public async Task The_name_of_a_stack_is_enough_for_a_report()
    {
        LabDeployment deployment = await DeployAsync();

        Cluster cluster = deployment.ConnectTo(LabDeployment.ByName);
        ClusterReport report = await TestAsync(cluster, deployment);

        Assert.Equal(["master-0", "master-1", "master-2", "worker-0"], report.Nodes.Select(n => n.Name).Order());
        Assert.Equal(LabDeployment.StackName, cluster.Name);
        Assert.Equal(ControllerLab.ApiName, cluster.Configuration.Server.Host);
        Assert.Single(ControllerLab.SshProcesses(), command => command.StartsWith("ssh", StringComparison.Ordinal)
            || command.Split('\0')[0].EndsWith("/ssh", StringComparison.Ordinal));
        Assert.Equal(1, await Lab.ConnectionsAsync());
        string socket = Assert.Single(Directory.GetFiles(Assert.Single(ControllerLab.Folders()), "s"));
        Assert.Equal("600\n", await Lab.RunAsync("desk", "stat", "-c", "%a", socket));
        cluster.Dispose();
        await Lab.NothingIsLeftAsync(Stop);
    }

    [ContractTheory]
    [InlineData(User)]
    [InlineData(User + ":22")]
    [InlineData("lab-controller")]
    [InlineData("lab-inside")] // by its ProxyJump
    public async Task A_controller_is_named_as_ssh_is_told(string controller)
    {
        await Lab.RunAsync("know-host");
        LabDeployment deployment = await DeployAsync();

        ClusterReport report = await TestAsync(await deployment.OpenAsync(null, Stop, controller), deployment);

        Assert.Equal(4, report.Nodes.Count);
        Assert.Equal("", deployment.KnownHosts);
    }

    [ContractFact]
    public async Task A_machine_that_ssh_does_not_know_is_refused_where_the_user_s_ssh_asks()
    {
        LabDeployment deployment = await DeployAsync();

        await FailsAsync("HostKeyUnknown", () => deployment.OpenAsync(null, Stop, User));
    }

    [ContractFact]
    public async Task Another_user_is_refused()
    {
        await Lab.RunAsync("know-host");
        LabDeployment deployment = await DeployAsync();

        HotstackException e = await FailsAsync("SshLoginRefused",
            () => deployment.OpenAsync(null, Stop, "core@" + ControllerLab.FloatingIP));

        Assert.Contains("Permission denied (publickey)", e.Message, StringComparison.Ordinal);
        Assert.Contains("Try by hand: ssh core@203.0.113.17", e.Hint, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_key_with_a_passphrase_does_not_prompt()
    {
        string folder = Directory.CreateTempSubdirectory("keys-").FullName;
        string key = Path.Combine(folder, "id");
        await Lab.RunAsync("desk", "ssh-keygen", "-q", "-t", "ed25519", "-N", "a passphrase", "-f", key);
        LabDeployment deployment = await DeployAsync();

        await FailsAsync("SshLoginRefused",
            () => deployment.OpenAsync(LabDeployment.ByName, Stop, choice: new ClusterChoice { KeyFile = key }));

        Directory.Delete(folder, recursive: true);
    }

    [ContractFact]
    public async Task A_kubeconfig_that_is_not_there_is_told_and_another_path_helps()
    {
        await Lab.RunAsync("hide-kubeconfig");
        await Lab.RunAsync("know-host");
        LabDeployment deployment = await DeployAsync();

        HotstackException e = await FailsAsync("KubeconfigNotFound", () => deployment.OpenAsync(LabDeployment.ByName, Stop));
        Assert.Contains("No such file or directory", e.Message, StringComparison.Ordinal);

        await Lab.RunAsync("show-kubeconfig");
        await Lab.RunAsync("controller", "mv", "/home/zuul/.kube/config", "/home/zuul/it's another");
        Cluster cluster = await deployment.OpenAsync(null, Stop, User, new ClusterChoice { Kubeconfig = "it's another" });
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);
        await Lab.RunAsync("controller", "rm", "/home/zuul/it's another");
    }

    [ContractFact]
    public async Task A_context_that_is_not_there_is_told()
    {
        LabDeployment deployment = await DeployAsync();

        await FailsAsync("ContextNotFound",
            () => deployment.OpenAsync(LabDeployment.ByName, Stop, choice: new ClusterChoice { Context = "another" }));
    }

    [ContractFact]
    public async Task A_shell_that_greets_is_no_obstacle()
    {
        await Lab.RunAsync("greet");
        LabDeployment deployment = await DeployAsync();

        ClusterReport report = await TestAsync(await deployment.OpenAsync(LabDeployment.ByName, Stop), deployment);

        Assert.Equal(4, report.Nodes.Count);
    }

    [ContractFact]
    public async Task A_controller_that_forbids_to_forward_is_told_and_not_asked_again()
    {
        await Lab.RunAsync("forbid-forwarding");
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = await deployment.OpenAsync(LabDeployment.ByName, Stop);

        HotstackException e = await FailsAsync("SshForwardingForbidden", () => cluster.ListNodesAsync(Stop));

        Assert.Contains("administratively prohibited", e.Message, StringComparison.Ordinal);
        Assert.Contains("AllowTcpForwarding", e.Hint, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task An_api_that_does_not_answer_the_controller_is_told()
    {
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = await deployment.OpenAsync(LabDeployment.ByName, Stop);
        await Lab.RunAsync("kube", "kill-apiserver");

        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => cluster.ForPolling().ListNodesAsync(Stop));

        Assert.Equal(ErrorCause.ServiceUnavailable, e.Cause);
        Assert.Contains("cannot connect to api.ocp.openstack.lab:6443: Connection refused", e.Message, StringComparison.Ordinal);
        await Lab.RunAsync("kube", "start-apiserver");
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);
    }

    [ContractFact]
    public async Task A_controller_without_sshd_is_told()
    {
        await Lab.RunAsync("sshd-stop");
        LabDeployment deployment = await DeployAsync();

        HotstackException e = await FailsAsync("ControllerUnreachable", () => deployment.OpenAsync(LabDeployment.ByName, Stop));

        Assert.Contains("Connection refused", e.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_controller_that_does_not_answer_is_told()
    {
        await Lab.RunAsync("drop");
        LabDeployment deployment = await DeployAsync();

        await FailsAsync("ControllerTimeout", () => deployment.OpenAsync(LabDeployment.ByName, Stop));
    }

    [ContractFact]
    public async Task A_controller_of_another_deployment_is_noticed_before_anything_is_changed()
    {
        LabDeployment deployment = await DeployAsync(isPaired: false);
        Cluster cluster = deployment.ConnectTo(LabDeployment.ByName);

        await FailsAsync("NodesDoNotMatch", () => new SuspendCluster(deployment.Cloud, cluster).RunAsync(
            new SuspendClusterRequest { Source = LabDeployment.ByName }, deployment.Activity,
            (_, _) => throw new InvalidOperationException(), Stop));
    }
}
