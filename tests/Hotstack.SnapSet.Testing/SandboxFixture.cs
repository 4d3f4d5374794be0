using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack;

/// <summary>A sandbox cloud and a connection to it, both by one clock that moves on by itself whenever somebody waits.</summary>
public abstract class SandboxFixture : IAsyncLifetime
{
    private readonly List<Cloud> _connections = [];

    internal ManualClock Clock { get; } = new() { AutoAdvance = true };

    internal RecordingActivity Activity { get; } = new();

    internal SandboxServer Sandbox { get; private set; } = null!;

    internal Cloud Cloud { get; private set; } = null!;

    /// <summary>Between two polls of tests that are not about time: fewer polls make them faster.</summary>
    internal static TimeSpan Seldom { get; } = TimeSpan.FromSeconds(10);

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The calls of one service so far, as <c>METHOD path</c>.</summary>
    internal IEnumerable<Call> Calls => Sandbox.Calls.Snapshot();

    protected virtual SandboxOptions Options => new() { Clock = Clock };

    public async ValueTask InitializeAsync()
    {
        Sandbox = await SandboxServer.StartAsync(Options, Stop);
        Cloud = Connect("sandbox");
    }

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(cloud => cloud.Dispose());
        _connections.Clear();
        DisposeConnections();
        await Sandbox.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void DisposeConnections()
    {
    }

    /// <summary>The name that Heat gave to a server, by that of its resource: <c>hs-multi-master0-3zkwj5nt2bqa</c>.</summary>
    internal string NameOf(string resource) => Sandbox.Cloud.Server(resource).Name;

    /// <summary>A connection as one of the clouds of the sandbox's clouds.yaml.</summary>
    internal Cloud Connect(string name) => Connect(Configuration(name));

    internal Cloud Connect(CloudConfiguration configuration)
    {
        var cloud = Cloud.Connect(configuration, Activity, Clock);
        _connections.Add(cloud);
        return cloud;
    }

    internal CloudConfiguration Configuration(string name)
    {
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = "/clouds.yaml" },
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/clouds.yaml" ? new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Sandbox.CloudsYaml)) : null,
        };
        return new CloudConfigurationLoader(sources).Load(name, null);
    }
}
