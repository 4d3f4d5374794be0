using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>A cluster goes off and comes back, and its controller with it.</summary>
[Trait("Contract", "ControllerLab"), Collection(ControllerLabCollection.Name)]
public sealed class ControllerSuspendTests(ControllerLab lab) : ControllerContractTests(lab), IOnControllerLab
{
    private static readonly Confirmation Yes = (_, _) => Task.FromResult(true);

    private static readonly string[] Nodes = ["master-0", "master-1", "master-2", "worker-0"];

    [ContractFact]
    public async Task A_connection_that_ends_while_nodes_are_armed_leaves_none_armed()
    {
        LabDeployment deployment = await DeployAsync();
        Cluster cluster = deployment.ConnectTo(LabDeployment.ByName);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task cutting = Task.CompletedTask;
        deployment.Activity.Listener = (_, text) =>
        {
            if (text.Contains("arming the shutdown", StringComparison.Ordinal))
            {
                cutting = Task.Run(() => Lab.RunAsync("cut"));
            }
            else if (text.Contains("nodes are armed", StringComparison.Ordinal))
            {
                // They outlived it; the user changes his mind, and once more there is no connection.
                cutting = cutting.ContinueWith(_ => Lab.RunAsync("cut"), TaskScheduler.Default).Unwrap();
                cutting.GetAwaiter().GetResult();
                stopped.Cancel();
            }
        };
        var request = new SuspendClusterRequest
        {
            Source = LabDeployment.ByName, ShutdownDelay = TimeSpan.FromMinutes(2), PollInterval = TimeSpan.FromSeconds(1),
        };

        Exception end = await Assert.ThrowsAnyAsync<Exception>(
            () => new SuspendCluster(deployment.Cloud, cluster).RunAsync(request, deployment.Activity, Yes, stopped.Token));

        await cutting;
        string told = $"{end.Message} {string.Join(' ', deployment.Activity.Warnings)}";
        Assert.True(told.Contains("everything was rolled back", StringComparison.Ordinal), told);
        Assert.Contains(deployment.Activity.Steps, step => step.Contains("starting ssh again", StringComparison.Ordinal));
        Assert.All((await cluster.ListNodesAsync(Stop)).Items, node => Assert.False(node.IsUnschedulable));
        Assert.All(Nodes, node => Assert.False(File.Exists(ControllerLab.FileOf("kube", "nodes", node, "scheduled")), $"{node} is armed"));
    }

    [ContractFact]
    public async Task A_cluster_is_suspended_its_controller_last_and_revived_its_controller_first()
    {
        LabDeployment deployment = await DeployAsync();
        using (Cluster before = deployment.ConnectTo(LabDeployment.ByName))
        {
            Assert.NotNull(await new SuspendCluster(deployment.Cloud, before).RunAsync(
                new SuspendClusterRequest
                {
                    Source = LabDeployment.ByName, Method = ShutdownMethod.Nova, PollInterval = TimeSpan.FromSeconds(1),
                },
                deployment.Activity, Yes, Stop));
            Assert.All((await before.ListNodesAsync(Stop)).Items, node => Assert.True(node.IsUnschedulable));
        }

        Assert.Equal("stopped", deployment.Sandbox.Cloud.Server(LabDeployment.Controller).VmState);
        await GoOffAsync();
        Task booting = BootAsync(deployment);
        var request = new ReviveClusterRequest
        {
            Source = LabDeployment.ByName, SettleTime = TimeSpan.FromSeconds(1), StableFor = [TimeSpan.FromSeconds(2)],
            PollInterval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(4),
        };
        Cluster cluster = deployment.ConnectTo(LabDeployment.ByName, purpose: ClusterPurpose.Revive);

        ReviveReport? report = await new ReviveCluster(deployment.Cloud, cluster, new RecordSearch(deployment.Cloud))
            .RunAsync(request, deployment.Activity, Yes, Stop);

        await booting;
        Assert.True(report!.IsHealthy, string.Join("; ", report.GetFailures().Select(f => f.Message)));
        Assert.All((await cluster.ListNodesAsync(Stop)).Items, node => Assert.False(node.IsUnschedulable));
        Assert.Contains(deployment.Activity.Reports, r => r.Status.Contains("Connection refused", StringComparison.Ordinal));
        Assert.Contains(deployment.Activity.Reports, r => r.Status.Contains("Permission denied", StringComparison.Ordinal));
    }

    private async Task GoOffAsync()
    {
        foreach (string node in Nodes)
        {
            await Lab.RunAsync("kube", "power-off", node);
        }

        await Lab.RunAsync("kube", "kill-apiserver");
        await Lab.RunAsync("sshd-stop");
        await Lab.RunAsync("forget-key");
    }

    /// <summary>As the sandbox's servers go on: sshd, then cloud-init with the user's key, then the API and the nodes.</summary>
    private async Task BootAsync(LabDeployment deployment)
    {
        while (deployment.Sandbox.Cloud.Server(LabDeployment.Controller).VmState != "active")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }

        await ProgressAsync(deployment, "Connection refused");
        await Lab.RunAsync("sshd-start");
        await ProgressAsync(deployment, "Permission denied");
        await Lab.RunAsync("authorize-key");
        await Lab.RunAsync("kube", "start-apiserver");
        foreach (string node in Nodes)
        {
            await Lab.RunAsync("kube", "reboot", node);
        }
    }

    private static Task ProgressAsync(LabDeployment deployment, string text) => ControllerLab.UntilAsync(
        $"progress tells '{text}'",
        () => Task.FromResult(deployment.Activity.Reports.Any(report => report.Status.Contains(text, StringComparison.Ordinal))), Stop);
}
