using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Compute.HostKeys;

namespace Hotstack.Contract.Controllers;

/// <summary>The sandbox's deployment, whose servers have the addresses of the lab's nodes and whose controller is the lab's. The user has a
/// home of his own.</summary>
internal sealed class LabDeployment : IAsyncDisposable
{
    public const string StackName = "hs-multi";
    public const string Controller = "controller";

    private readonly List<Cluster> _clusters = [];
    private readonly string _home = Directory.CreateTempSubdirectory("home-").FullName;

    private LabDeployment(SandboxServer sandbox)
    {
        Sandbox = sandbox;
        Cloud = Cloud.Connect(new CloudConfigurationLoader(Sources).Load("sandbox", null), Activity);
    }

    public SandboxServer Sandbox { get; }

    public Cloud Cloud { get; }

    public RecordingActivity Activity { get; } = new();

    /// <summary>The controller's UUID.</summary>
    public string ControllerId => Sandbox.Cloud.Server(Controller).Id;

    /// <summary>The host keys that are kept.</summary>
    public string KnownHosts => File.Exists(KnownHostsFile) ? File.ReadAllText(KnownHostsFile) : "";

    public static InstanceSource ByName => new() { StackName = StackName };

    /// <summary>The master's numbers begin with 0, as the workers' do.</summary>
    public IReadOnlyList<string> Nodes =>
        [.. Sandbox.Cloud.Servers.Select(s => s.GuestName).Where(name => name.StartsWith("master", StringComparison.Ordinal)
            || name.StartsWith("worker", StringComparison.Ordinal))];

    private string KnownHostsFile => Path.Combine(_home, ".ssh", "known_hosts_hotstack");

    private ConfigurationSources Sources => ConfigurationSources.OfThisProcess() with
    {
        Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = "/clouds.yaml" },
        HomeDirectory = _home,
        OpenFile = path => path == "/clouds.yaml" ? new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Sandbox.CloudsYaml)) : null,
    };

    /// <param name="keys">What the controller's console shows of its host keys. If it shows any, sshd has them too.</param>
    /// <param name="workers">So many workers.</param>
    /// <param name="isPaired">Whether the servers are the machines of the cluster.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<LabDeployment> StartAsync(
        CancellationToken stop, ConsoleKeys keys = ConsoleKeys.None, int workers = 1, bool isPaired = true)
    {
        var deployment = new LabDeployment(
            await SandboxServer.StartAsync(new SandboxOptions { Speed = 100, ConsoleKeys = keys, Workers = workers }, stop));
        foreach (string name in isPaired ? deployment.Nodes : [])
        {
            int number = int.Parse(name[6..], System.Globalization.CultureInfo.InvariantCulture);
            var port = deployment.Sandbox.Cloud.Server(name).Ports[0];
            port.FixedIps = [port.FixedIps[0] with { Address = $"192.168.34.{(name[0] == 'm' ? 10 : 20) + number}" }];
        }

        return deployment;
    }

    /// <summary>Has the lab's sshd show the keys that are on the disk of the sandbox's controller.</summary>
    public async Task GiveHostKeysAsync(ControllerLab lab)
    {
        string folder = Directory.CreateTempSubdirectory("keys-").FullName;
        try
        {
            foreach (SshKey key in Sandbox.Cloud.HostKeys(Controller))
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"ssh_host_{key.Kind}_key"), key.PrivateFile);
            }

            await lab.RunAsync("host-keys", folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A way to the cluster as a cmdlet makes it, not open yet.</summary>
    public Cluster ConnectTo(InstanceSource? source, string? controller = null, ClusterChoice? choice = null,
        ClusterPurpose purpose = ClusterPurpose.Change)
    {
        ClusterChoice chosen = (choice ?? new ClusterChoice()) with
        {
            Controller = controller is null ? null : ControllerAddress.Parse(controller),
        };
        Cluster cluster = new ClusterAccess(chosen, Sources, () => Cloud, Activity).Connect(source, purpose);
        _clusters.Add(cluster);
        return cluster;
    }

    /// <summary>The same, open.</summary>
    public async Task<Cluster> OpenAsync(
        InstanceSource? source, CancellationToken stop, string? controller = null, ClusterChoice? choice = null)
    {
        Cluster cluster = ConnectTo(source, controller, choice);
        await cluster.OpenAsync(stop);
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        _clusters.ForEach(cluster => cluster.Dispose());
        Cloud.Dispose();
        await Sandbox.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }
}
