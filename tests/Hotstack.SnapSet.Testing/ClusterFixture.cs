using System.Text;
using System.Text.RegularExpressions;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Suspend;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack;

/// <summary>A sandbox with its cluster, and connections to both.</summary>
public abstract class ClusterFixture : SandboxFixture
{
    private readonly List<Cluster> _clusters = [];
    private Cluster? _cluster;

    /// <summary>How many masters and workers the cluster has: one each, which is fast, unless a test is about several.</summary>
    private protected (int Masters, int Workers) Size { get; set; } = (1, 1);

    /// <summary>As many as scenario Multi has.</summary>
    private protected static (int Masters, int Workers) AllNodes => (3, 2);

    protected override SandboxOptions Options => base.Options with { Masters = Size.Masters, Workers = Size.Workers };

    /// <summary>The cluster, with all rights.</summary>
    internal Cluster Cluster => _cluster ??= ConnectToCluster();

    internal SandboxCluster Behind => Sandbox.Cluster;

    internal static InstanceSource Stack => new() { StackName = "hs-multi" };

    internal static Confirmation Yes => (_, _) => Task.FromResult(true);

    internal IReadOnlyList<string> NodeNames => Behind.Nodes;

    /// <summary>A connection by one of the contexts of the sandbox's kubeconfig. The administrator has a token here: a client certificate
    /// doubles the cost of a TLS handshake, and there are ten thousand of them. Contract tests, trials and Pester connect by the certificate.</summary>
    internal Cluster ConnectToCluster(string? context = null)
    {
        return Keep(Cluster.Connect(ClusterConfiguration(context, ByToken), Activity, Clock));
    }

    /// <summary>A connection to the cluster of a stack, as through the stack's controller: by the same kubeconfig, but for the address.</summary>
    internal Cluster ConnectToClusterOf(string stack)
    {
        string kubeconfig = ByToken.Replace(
            Behind.Address.ToString().TrimEnd('/'), Sandbox.ClusterOf(stack).Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
        return Keep(Cluster.Connect(ClusterConfiguration(null, kubeconfig), Activity, Clock));
    }

    private string ByToken => Sandbox.Kubeconfig.Replace("    user: admin\n", "    user: operator\n", StringComparison.Ordinal);

    internal ClusterConfiguration ClusterConfiguration(string? context = null) => ClusterConfiguration(context, Sandbox.Kubeconfig);

    private static ClusterConfiguration ClusterConfiguration(string? context, string kubeconfig)
    {
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string>(),
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/kubeconfig" ? new MemoryStream(Encoding.UTF8.GetBytes(kubeconfig)) : null,
        };
        return new KubeconfigLoader(sources).Load("/kubeconfig", context);
    }

    private Cluster Keep(Cluster cluster)
    {
        lock (_clusters)
        {
            _clusters.Add(cluster);
        }

        return cluster;
    }

    internal Task<ClusterReport> TestAsync() => new TestCluster(Cluster).RunAsync(new TestClusterRequest(), Activity, Stop);

    internal Task<ClusterRecord?> SuspendAsync(SuspendClusterRequest? request = null, CancellationToken? stop = null) =>
        new SuspendCluster(Cloud, Cluster).RunAsync(request ?? new SuspendClusterRequest { Source = Stack }, Activity, Yes, stop ?? Stop);

    /// <summary>All servers of the deployment, by name with their status.</summary>
    internal IReadOnlyDictionary<string, string> Statuses =>
        Sandbox.Cloud.Servers.Where(s => s.Name != "other-server").ToDictionary(s => s.GuestName, s => s.Status);

    /// <summary>The nodes that are cordoned.</summary>
    internal IEnumerable<string> Cordoned => Behind.List("nodes")
        .Where(node => (bool?)node["spec"]?["unschedulable"] == true).Select(node => (string)node["metadata"]!["name"]!);

    /// <summary>Helper namespaces that are there.</summary>
    internal IEnumerable<string> HelperNamespaces => Behind.List("namespaces")
        .Select(n => (string)n["metadata"]!["name"]!).Where(name => name.StartsWith("hotstack-snapset", StringComparison.Ordinal));

    /// <summary>The pods in helper namespaces.</summary>
    internal IEnumerable<string> HelperPods => HelperNamespaces.ToArray()
        .SelectMany(ns => Behind.List("pods", ns)).Select(pod => (string)pod["metadata"]!["name"]!);

    /// <summary>The servers in whose metadata a record is kept.</summary>
    internal IEnumerable<string> Noted => Sandbox.Cloud.Servers
        .Where(s => s.Metadata.Keys.Any(key => key.StartsWith("hotstack_", StringComparison.Ordinal))).Select(s => s.GuestName);

    /// <summary>Presses Ctrl+C as soon as something is told that matches.</summary>
    internal async Task StopAtAsync(string moment, SuspendClusterRequest request)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        bool wasThere = false;
        Activity.Listener = (_, text) =>
        {
            if (!wasThere && Regex.IsMatch(text, moment))
            {
                wasThere = true;
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SuspendAsync(request, stop.Token));
        Activity.Listener = null;
        Assert.True(wasThere, $"never told: {moment}");
    }

    /// <summary>As if somebody had cleaned the servers' metadata.</summary>
    internal void ForgetRecord()
    {
        foreach (Hotstack.Sandbox.Compute.Server server in Sandbox.Cloud.Servers)
        {
            server.Metadata.Clear();
        }
    }

    internal string StatusOf(string server) => Sandbox.Cloud.Servers.Single(s => s.GuestName == server).Status;

    /// <summary>Another sandbox, whose cluster has <see cref="AllNodes"/>.</summary>
    internal Task WithAllNodesAsync()
    {
        Size = AllNodes;
        return RestartAsync();
    }

    /// <summary>Another sandbox, by the options as they are now.</summary>
    internal async Task RestartAsync()
    {
        _cluster = null;
        await DisposeAsync();
        await InitializeAsync();
    }

    protected override void DisposeConnections()
    {
        _clusters.ForEach(cluster => cluster.Dispose());
        _clusters.Clear();
    }
}
