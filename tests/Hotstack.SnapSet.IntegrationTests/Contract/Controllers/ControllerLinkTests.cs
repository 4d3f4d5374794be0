using Hotstack.Clusters;
using Hotstack.Clusters.Wait;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>Connections that are lost, and a large cluster.</summary>
[Trait("Contract", "ControllerLab"), Collection(ControllerLabCollection.Name)]
public sealed class ControllerLinkTests(ControllerLab lab) : ControllerContractTests(lab), IOnControllerLab
{
    private const int Workers = 97;

    [ContractFact]
    public async Task A_new_sshd_leaves_the_connection_alone_and_one_that_is_cut_is_made_again()
    {
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = await deployment.OpenAsync(LabDeployment.ByName, Stop);

        await Lab.RunAsync("sshd-restart");
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);
        Assert.DoesNotContain(deployment.Activity.Steps, step => step.Contains("starting ssh again", StringComparison.Ordinal));

        await Lab.RunAsync("cut");
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);
        Assert.Single(deployment.Activity.Steps, step => step.Contains("starting ssh again", StringComparison.Ordinal));
        Assert.Equal(1, await Lab.ConnectionsAsync());
    }

    [ContractFact]
    public async Task A_call_outlives_a_controller_that_reboots()
    {
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = await deployment.OpenAsync(LabDeployment.ByName, Stop);
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);

        await Lab.RunAsync("sshd-stop");
        Task starting = StartAsync();
        Assert.Equal(4, (await cluster.ListNodesAsync(Stop)).Items.Count);
        await starting;

        async Task StartAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(2), Stop);
            await Lab.RunAsync("sshd-start");
        }
    }

    [ContractFact]
    public async Task A_wait_outlives_a_link_that_falls_silent()
    {
        await Lab.RunAsync("kube", "operator", "dns", "Degraded", "True");
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = deployment.ConnectTo(LabDeployment.ByName);
        var isPolling = new TaskCompletionSource();
        deployment.Activity.ProgressListener = report =>
        {
            if (report.Status.Contains("operators are not stable", StringComparison.Ordinal))
            {
                isPolling.TrySetResult();
            }
        };
        var request = new WaitClusterRequest
        {
            Goal = ClusterGoal.Stable, StableFor = [TimeSpan.FromSeconds(1)], PollInterval = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromMinutes(3),
        };

        Task waiting = new WaitCluster(cluster).RunAsync(request, deployment.Activity, Stop);
        Assert.Same(isPolling.Task, await Task.WhenAny(isPolling.Task, waiting));
        await Lab.RunAsync("drop");
        await Lab.RunAsync("kube", "operator", "dns", "Degraded", "False");
        await ControllerLab.UntilAsync(
            "ssh notices the dead link",
            () => Task.FromResult(deployment.Activity.Steps.Any(step => step.Contains("starting ssh again", StringComparison.Ordinal))),
            Stop);
        Assert.False(waiting.IsCompleted);
        await Lab.RunAsync("undrop");
        await waiting;
    }

    [ContractFact]
    public async Task A_hundred_nodes_are_read_through_one_connection()
    {
        try
        {
            await Lab.RunAsync("kube", "workers", $"{Workers}");
            LabDeployment deployment = await DeployAsync(workers: Workers);
            Cluster cluster = await deployment.OpenAsync(LabDeployment.ByName, Stop);

            ClusterReport report = await TestAsync(cluster, deployment);

            Assert.Equal(Workers + 3, report.Nodes.Count);
            Assert.All(report.Nodes, node => Assert.NotNull(node.ClientCertificateUntil));
            Assert.DoesNotContain(deployment.Activity.Steps, step => step.Contains("starting ssh again", StringComparison.Ordinal));
            Assert.Equal(1, await Lab.ConnectionsAsync());
        }
        finally
        {
            await Lab.RunAsync("kube", "workers", "1");
        }
    }
}
