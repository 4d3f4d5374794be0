using System.Text;
using Hotstack.Clusters;
using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Sandbox.Cluster;
using Hotstack.SnapSets;

namespace Hotstack;

/// <summary>A sandbox with its cluster, and connections to both.</summary>
public abstract class ClusterFixture : SandboxFixture
{
    private readonly List<Cluster> _clusters = [];
    private Cluster? _cluster;

    /// <summary>The cluster as its administrator.</summary>
    internal Cluster Cluster => _cluster ??= ConnectToCluster();

    internal SandboxCluster Behind => Sandbox.Cluster;

    internal static InstanceSource Stack => new() { StackName = "hs-multi" };

    internal static Confirmation Yes => (_, _) => Task.FromResult(true);

    internal IReadOnlyList<string> NodeNames => Behind.Nodes;

    /// <summary>A connection by one of the contexts of the sandbox's kubeconfig.</summary>
    internal Cluster ConnectToCluster(string? context = null)
    {
        var cluster = Cluster.Connect(ClusterConfiguration(context), Activity, Clock);
        _clusters.Add(cluster);
        return cluster;
    }

    internal ClusterConfiguration ClusterConfiguration(string? context = null)
    {
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string>(),
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/kubeconfig" ? new MemoryStream(Encoding.UTF8.GetBytes(Sandbox.Kubeconfig)) : null,
        };
        return new KubeconfigLoader(sources).Load("/kubeconfig", context);
    }

    internal Task<ClusterReport> TestAsync() => new TestCluster(Cluster).RunAsync(new TestClusterRequest(), Activity, Stop);

    internal Task<ClusterRecord?> SuspendAsync(SuspendClusterRequest? request = null, CancellationToken? stop = null) =>
        new SuspendCluster(Cloud, Cluster).RunAsync(request ?? new SuspendClusterRequest { Source = Stack }, Activity, Yes, stop ?? Stop);

    /// <summary>All servers of the deployment, by name with their status.</summary>
    internal IReadOnlyDictionary<string, string> Statuses =>
        Sandbox.Cloud.Servers.Where(s => s.Name != "other-server").ToDictionary(s => s.Name, s => s.Status);

    /// <summary>The nodes that are cordoned.</summary>
    internal IEnumerable<string> Cordoned => Behind.List("nodes")
        .Where(node => (bool?)node["spec"]?["unschedulable"] == true).Select(node => (string)node["metadata"]!["name"]!);

    /// <summary>Helper namespaces that are there.</summary>
    internal IEnumerable<string> HelperNamespaces => Behind.List("namespaces")
        .Select(n => (string)n["metadata"]!["name"]!).Where(name => name.StartsWith("hotstack-snapset", StringComparison.Ordinal));

    internal string StatusOf(string server) => Sandbox.Cloud.Servers.Single(s => s.Name == server).Status;

    protected override void DisposeConnections() => _clusters.ForEach(cluster => cluster.Dispose());
}
