using System.Text;
using Hotstack.Clusters;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Concurrency;

/// <summary>A sandbox by a clock that nobody has to wait for, and a folder, for several runs at once.</summary>
internal sealed class Arena : IAsyncDisposable
{
    public const string Stack = "hs-multi";

    public static readonly Confirmation Yes = (_, _) => Task.FromResult(true);

    private readonly List<IDisposable> _connections = [];
    private Controller? _controller;

    private Arena(SandboxServer sandbox, ManualClock clock)
    {
        Sandbox = sandbox;
        Clock = clock;
    }

    public SandboxServer Sandbox { get; }

    public ManualClock Clock { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotstack-duel-").FullName;

    /// <summary>What the seed leaves for the runs: an id, a record.</summary>
    public string SetId { get; set; } = "";

    public string OtherSetId { get; set; } = "";

    public ClusterRecord? Record { get; set; }

    public static InstanceSource OfStack => new() { StackName = Stack };

    public static async Task<Arena> OpenAsync(CancellationToken stop)
    {
        var clock = new ManualClock { AutoAdvance = true };
        return new Arena(await SandboxServer.StartAsync(new SandboxOptions { Clock = clock }, stop), clock);
    }

    /// <summary>Puts the cluster behind its controller. The runs have one home: they share the known host keys.</summary>
    public async Task PutBehindAsync(CancellationToken stop) =>
        _controller = await Controller.StartAsync(Sandbox, Stack, isBooting: false, stop);

    /// <summary>A connection of its own for each run, as two processes have.</summary>
    public Cloud Connect(string name = "sandbox")
    {
        ConfigurationSources sources = Sources("OS_CLIENT_CONFIG_FILE", Sandbox.CloudsYaml);
        return Keep(Cloud.Connect(new CloudConfigurationLoader(sources).Load(name, null), new RecordingActivity(), Clock, Clock.Work.Watch()));
    }

    /// <summary>The cluster, through its controller if it is behind one.</summary>
    public Cluster ConnectToCluster(bool isBooting = false)
    {
        if (_controller is not null)
        {
            return Keep((_controller.Route with { IsBooting = isBooting }).Connect(
                Sources("none", ""), () => Connect(), new RecordingActivity(), Clock, Clock.Work.Watch()));
        }

        ConfigurationSources sources = Sources("KUBECONFIG", Sandbox.Kubeconfig);
        return Keep(Cluster.Connect(new KubeconfigLoader(sources).Load(null, null), new RecordingActivity(), Clock, Clock.Work.Watch()));
    }

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(connection => connection.Dispose());
        if (_controller is not null)
        {
            await _controller.DisposeAsync();
        }

        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private T Keep<T>(T connection)
        where T : IDisposable
    {
        lock (_connections)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    private static ConfigurationSources Sources(string variable, string text) => ConfigurationSources.OfThisProcess() with
    {
        Variables = new Dictionary<string, string> { [variable] = "/file" },
        Platform = ConfigurationPlatform.Linux,
        OpenFile = path => path == "/file" ? new MemoryStream(Encoding.UTF8.GetBytes(text)) : null,
    };
}
