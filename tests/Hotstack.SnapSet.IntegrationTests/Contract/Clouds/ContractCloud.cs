using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>A cloud that the contract is tried on: the sandbox or a real one. Shared by the tests of a class.</summary>
public abstract class ContractCloud : IAsyncLifetime
{
    internal RecordingActivity Activity { get; } = new();

    internal Cloud Cloud { get; private set; } = null!;

    internal RawCloud Raw { get; private set; } = null!;

    internal Belongings Belongings { get; private set; } = null!;

    internal Deployment Deployment { get; private set; } = null!;

    /// <summary>A deployment that is a set only, for all tests; null until the first needs it.</summary>
    internal FrozenDeployment? Frozen { get; set; }

    /// <summary>What that one is made of.</summary>
    internal Belongings FrozenBelongings { get; private set; } = null!;

    /// <summary>The stack whose servers are at our disposal.</summary>
    internal abstract string StackName { get; }

    /// <summary>The cloud's name in clouds.yaml; with <c>-appcred</c> after it, the same by application credential.</summary>
    internal abstract string Name { get; }

    /// <summary>The name in clouds.yaml of another project of the same cloud.</summary>
    internal abstract string OtherName { get; }

    public async ValueTask InitializeAsync()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await StartAsync(stop);
        Cloud = Cloud.Connect(Configuration(Name), Activity);
        Raw = new RawCloud(Configuration(Name), Activity);
        Belongings = new Belongings(Cloud, Raw, FreeVolumeAsync);
        FrozenBelongings = new Belongings(Cloud, Raw, FreeVolumeAsync);
        Deployment = await Deployment.FindAsync(Cloud, StackName, stop);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Deployment is not null)
        {
            await FrozenBelongings.DeleteAsync(CancellationToken.None);
            await Belongings.DeleteAsync(CancellationToken.None);
            await Deployment.RestoreAsync(CancellationToken.None);
        }

        Raw?.Dispose();
        Cloud?.Dispose();
        await EndAsync();
    }

    /// <summary>The configuration of a cloud of the same clouds.yaml.</summary>
    internal abstract CloudConfiguration Configuration(string name);

    /// <summary>A volume to make snapshots of.</summary>
    internal abstract Task<string> GetVolumeAsync(CancellationToken stop);

    /// <summary>A data volume that is attached to the stack's master, which is shut off with the rest of the stack.</summary>
    internal abstract Task<string> AttachVolumeAsync(CancellationToken stop);

    /// <summary>A server that is shut off and boots from a volume; not the stack's master.</summary>
    internal abstract Task<string> GetVolumeBackedServerAsync(CancellationToken stop);

    /// <summary>A server that was booted from an image, as a restore does it.</summary>
    internal abstract Task<string> BootAsync(string imageId, CancellationToken stop);

    /// <summary>An image to install servers from, by its name.</summary>
    internal abstract string BaseImage { get; }

    /// <summary>A flavor that fits it, by its name.</summary>
    internal abstract string Flavor { get; }

    /// <summary>What the disk that a server booted from tells of itself; null until the server has booted.</summary>
    internal abstract Task<DiskStory?> DiskOfAsync(string serverId, CancellationToken stop);

    /// <summary>Makes a volume deletable that a service has left in a passing state.</summary>
    private protected virtual Task FreeVolumeAsync(string id, CancellationToken stop) => Task.CompletedTask;

    private protected virtual Task StartAsync(CancellationToken stop) => Task.CompletedTask;

    private protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;
}

/// <param name="Disk">Which disk it is, whatever it was copied to.</param>
/// <param name="Boots">How often it was booted from.</param>
internal sealed record DiskStory(string Disk, int Boots);

/// <param name="Before">Its servers, as they were; they are no more.</param>
/// <param name="Disks">What their disks told, by the servers' names.</param>
/// <param name="Set">What they were frozen to.</param>
internal sealed record FrozenDeployment(IReadOnlyList<Instance> Before, IReadOnlyDictionary<string, DiskStory> Disks, SnapSet Set);
