using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Contract;

/// <summary>A cloud that the contract is tried on: the sandbox or a real one. Shared by the tests of a class.</summary>
public abstract class ContractCloud : IAsyncLifetime
{
    internal RecordingActivity Activity { get; } = new();

    internal Cloud Cloud { get; private set; } = null!;

    internal RawCloud Raw { get; private set; } = null!;

    internal Belongings Belongings { get; private set; } = null!;

    internal Deployment Deployment { get; private set; } = null!;

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
        Belongings = new Belongings(Cloud, Raw);
        Deployment = await Deployment.FindAsync(Cloud, StackName, stop);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Deployment is not null)
        {
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

    /// <summary>A server that is shut off and boots from a volume; not the stack's master.</summary>
    internal abstract Task<string> GetVolumeBackedServerAsync(CancellationToken stop);

    /// <summary>A server that was booted from an image, as a restore does it.</summary>
    internal abstract Task<string> BootAsync(string imageId, CancellationToken stop);

    private protected virtual Task StartAsync(CancellationToken stop) => Task.CompletedTask;

    private protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;
}
