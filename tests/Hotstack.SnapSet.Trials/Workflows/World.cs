using Hotstack.Http;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Workflows;

/// <summary>A sandbox of its own for one trial, by a clock that moves on whenever somebody waits, and what the user has: a folder, and
/// what earlier commands told.</summary>
internal sealed class World : IAsyncDisposable
{
    private Controller? _controller;

    private World(SandboxServer sandbox, ManualClock clock, string folder)
    {
        Sandbox = sandbox;
        Clock = clock;
        Folder = folder;
    }

    public SandboxServer Sandbox { get; }

    public ManualClock Clock { get; }

    /// <summary>The controller that the cluster is behind.</summary>
    /// <exception cref="InvalidOperationException">The cluster is reached directly.</exception>
    public Controller Controller => _controller ?? throw new InvalidOperationException("the cluster is reached directly");

    /// <summary>The user's folder; templates are read from it, sets exported to it.</summary>
    public string Folder { get; }

    /// <summary>What the user knows from earlier commands: ids, by names of the workflow's own.</summary>
    public Dictionary<string, string> Notes { get; } = [];

    /// <summary>A sandbox that holds what a workflow starts from.</summary>
    public static async Task<World> SeedAsync(Workflow workflow, int seed, CancellationToken stop)
    {
        var clock = new ManualClock { AutoAdvance = true };
        var options = new SandboxOptions
        {
            Clock = clock, Seed = seed, Scenario = workflow.Scenario, ImageBytesPerGiB = 64, RecordBodies = false,
        };
        var world = new World(
            await SandboxServer.StartAsync(options, stop), clock, Directory.CreateTempSubdirectory("hotstack-trial-").FullName);
        try
        {
            using (Session session = world.Connect())
            {
                await workflow.SeedAsync(world, session, stop);
            }

            world.Settle();
            if (workflow.Controller is { } stack)
            {
                // The seed went the direct way, which is faster.
                world._controller = await Controller.StartAsync(world.Sandbox, stack, workflow is ReviveWorkflow, stop);
            }

            world.Sandbox.Calls.Clear();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>A user at a machine, for one command.</summary>
    public Session Connect(Interceptor? wire = null) => new(Place, wire);

    /// <summary>Where the user is.</summary>
    public Place Place => new(Sandbox.CloudsYaml, Sandbox.Kubeconfig, _controller?.Route, Folder, Clock, Notes);

    /// <summary>How all is now.</summary>
    public WorldState Look() => WorldState.Of(this);

    /// <summary>Processes of ssh and their folders that are left on the user's machine.</summary>
    public IEnumerable<Thing> LeftOfSsh => _controller?.Left ?? [];

    /// <summary>Waits until calls that had arrived when their caller died, and the caller's ssh, come to their end.</summary>
    public async Task QuietAsync(CancellationToken stop)
    {
        await EndOfSshAsync();
        for (int i = 0; i < 100 && Sandbox.Calls.Snapshot().Any(c => c.Status is null); i++)
        {
            await Task.Delay(10, stop);
        }
    }

    /// <summary>Waits, for a while, until the ssh of a run that has ended is gone: on a busy machine that takes a moment.</summary>
    public Task EndOfSshAsync() => _controller?.EndOfAllAsync() ?? Task.CompletedTask;

    /// <summary>Lets what is under way in the cloud come to its end: deletions, and shutdowns that are scheduled.</summary>
    public void Settle()
    {
        Clock.Advance(TimeSpan.FromMinutes(15));
        Sandbox.Cloud.Do(() => { });
    }

    public async ValueTask DisposeAsync()
    {
        if (_controller is not null)
        {
            await _controller.DisposeAsync();
        }

        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
