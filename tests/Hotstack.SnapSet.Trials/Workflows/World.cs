using Hotstack.Http;
using Hotstack.Sandbox;

namespace Hotstack.Trials.Workflows;

/// <summary>A sandbox of its own for one trial, by a clock that moves on whenever somebody waits, and what the user has: a folder, and
/// what earlier commands told.</summary>
internal sealed class World : IAsyncDisposable
{
    private World(SandboxServer sandbox, ManualClock clock, string folder)
    {
        Sandbox = sandbox;
        Clock = clock;
        Folder = folder;
    }

    public SandboxServer Sandbox { get; }

    public ManualClock Clock { get; }

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
    public Place Place => new(Sandbox.CloudsYaml, Sandbox.Kubeconfig, Folder, Clock, Notes);

    /// <summary>How all is now.</summary>
    public WorldState Look() => WorldState.Of(this);

    /// <summary>Lets what is under way in the cloud come to its end: deletions, and shutdowns that are scheduled.</summary>
    public void Settle()
    {
        Clock.Advance(TimeSpan.FromMinutes(15));
        Sandbox.Cloud.Do(() => { });
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
