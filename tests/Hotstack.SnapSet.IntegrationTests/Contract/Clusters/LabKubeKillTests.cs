using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>The real API server is killed while a cluster is suspended and revived. The servers of its nodes are the sandbox's.</summary>
[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeKillTests(LabCluster on) : KubeContractTests(on), IOnKubeLab
{
    private static readonly Confirmation Yes = (_, _) => Task.FromResult(true);

    private static readonly string[] Addresses = ["192.168.34.10", "192.168.34.11", "192.168.34.12", "192.168.34.20"];

    [ContractFact]
    public async Task An_api_that_dies_while_nodes_are_armed_leaves_none_armed_and_the_same_command_again_suspends_and_revives()
    {
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 100 }, Stop);
        using Cloud cloud = Connect(sandbox);
        InstanceSource source = await NodesIn(sandbox, cloud);
        var request = new SuspendClusterRequest { Source = source, ShutdownDelay = TimeSpan.FromMinutes(2),
            PollInterval = TimeSpan.FromSeconds(1) };
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task outage = Task.CompletedTask;
        var activity = new RecordingActivity();
        activity.Listener = (_, text) =>
        {
            if (text.Contains("arming the shutdown", StringComparison.Ordinal))
            {
                outage = Task.Run(OutageAsync);
            }
            else if (text.Contains("nodes are armed", StringComparison.Ordinal))
            {
                // It outlived the outage; the user changes his mind.
                stopped.Cancel();
            }
        };

        Exception end = await Assert.ThrowsAnyAsync<Exception>(
            () => new SuspendCluster(cloud, Cluster).RunAsync(request, activity, Yes, stopped.Token));

        await outage;
        TestContext.Current.TestOutputHelper?.WriteLine($"{end.GetType().Name}: {end.Message}\n{string.Join('\n', activity.Warnings)}");
        Assert.True(end is HotstackException or OperationCanceledException, end.ToString());
        string told = $"{end.Message} {string.Join(' ', activity.Warnings)}";
        // Kubernetes itself may take its time to delete a namespace once its API was away; but gone it is in the end.
        Assert.Matches(@"everything was rolled back|Not everything could be rolled back: the helper namespace \S+ was not deleted \(it is still there\)\.", told);
        Assert.All(await NodesAsync(), node => Assert.False(node.IsUnschedulable));
        Assert.All(On.Nodes, node => Assert.False(File.Exists(Path.Combine(KubeLabSettings.Directory, "nodes", node, "scheduled")),
            $"{node} is armed"));
        await On.UntilAsync(
            "the helper namespaces are gone",
            async () => (await Cluster.ListNamespacesAsync(Stop,
                new() { Labels = "app.kubernetes.io/managed-by=hotstack-snapset" })).Items.Count == 0,
            Stop);

        Assert.NotNull(await new SuspendCluster(cloud, Cluster).RunAsync(request with { Method = ShutdownMethod.Nova }, On.Activity, Yes,
            Stop));
        Assert.All(await NodesAsync(), node => Assert.True(node.IsUnschedulable));

        // The lab's nodes do not boot with the sandbox's servers: with the record that is noted there, the revival would wait for that.
        foreach (Hotstack.Sandbox.Compute.Server server in sandbox.Cloud.Servers)
        {
            server.Metadata.Clear();
        }

        ReviveReport report = await ReviveAsync(cloud, source);
        Assert.All(await NodesAsync(), node => Assert.False(node.IsUnschedulable));
        Assert.Equal(On.Nodes.Count, report.Assessment.Nodes.Count);
    }

    /// <summary>The API dies once more as soon as it has been found ready.</summary>
    private async Task<ReviveReport> ReviveAsync(Cloud cloud, InstanceSource source)
    {
        var request = new ReviveClusterRequest
        {
            Source = source, SettleTime = TimeSpan.FromSeconds(1), StableFor = [TimeSpan.FromSeconds(2)],
                PollInterval = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromMinutes(4),
        };
        var trigger = new TriggerActivity(": Nodes: ", _ => OutageAsync());
        ReviveReport? report;
        try
        {
            report = await new ReviveCluster(cloud, Cluster, new RecordSearch(cloud)).RunAsync(request, trigger, Yes, Stop);
        }
        catch (HotstackException e)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{e.Id}: {e.Message}");
            Assert.Contains("Run the same command again to resume", e.Message, StringComparison.Ordinal);
            report = await new ReviveCluster(cloud, Cluster, new RecordSearch(cloud)).RunAsync(request, On.Activity, Yes, Stop);
        }

        await trigger.Action;
        return report!;
    }

    private async Task OutageAsync()
    {
        await On.StopApiAsync(Stop);
        await Task.Delay(TimeSpan.FromSeconds(3), Stop);
        await On.StartApiAsync(Stop);
    }

    private static Cloud Connect(SandboxServer sandbox)
    {
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = "/clouds.yaml" },
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/clouds.yaml" ? new MemoryStream(System.Text.Encoding.UTF8.GetBytes(sandbox.CloudsYaml)) : null,
        };
        return Cloud.Connect(new CloudConfigurationLoader(sources).Load("sandbox", null), new RecordingActivity());
    }

    private static async Task<InstanceSource> NodesIn(SandboxServer sandbox, Cloud cloud)
    {
        sandbox.Cloud.AddServers(Addresses.Length);
        for (int i = 0; i < Addresses.Length; i++)
        {
            var port = sandbox.Cloud.Server($"extra{i}").Ports[0];
            port.FixedIps = [port.FixedIps[0] with { Address = Addresses[i] }];
            sandbox.Cloud.SetServer($"extra{i}", vmState: "active");
        }

        return new InstanceSource
        {
            Instances = await new GetInstances(cloud).RunAsync(
                new InstanceSource
                {
                    Servers = ["extra0", "extra1", "extra2", "extra3"], Roles = ["ocp_master", "ocp_master", "ocp_master", "ocp_worker"],
                },
                new RecordingActivity(), Stop),
        };
    }
}
