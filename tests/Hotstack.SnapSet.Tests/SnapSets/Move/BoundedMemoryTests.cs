using Hotstack.Deployments;
using Hotstack.Moving;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>Alone, so that nobody else's memory is counted.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
#pragma warning disable CA1711 // xunit's word
public sealed class AloneCollection
#pragma warning restore CA1711
{
    public const string Name = "alone";
}

/// <summary>Images are never in memory as a whole.</summary>
[Collection(AloneCollection.Name)]
public sealed class BoundedMemoryTests : MoveFixture
{
    /// <summary>Of what is in use at once, by the sandbox too: less than one image of a node.</summary>
    private const long Most = 16 << 20;

    protected override SandboxOptions Options => new() { Clock = Clock, ImageBytesPerGiB = 1 << 20 };

    [Fact]
    public async Task A_hundred_megabytes_move_through_a_few()
    {
        SnapSet set = await FrozenAsync();
        // The sandbox hashes when it is first asked, with memory of its own.
        Assert.True(set.Size > 100L << 20);
        Assert.All(set.Members.Where(member => member.Role != Roles.Controller), node => Assert.True(node.Size > Most));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var done = new CancellationTokenSource();
        Task<long> peak = Task.Run(() => PeakAsync(before, done.Token), Stop);
        try
        {
            SnapSetExport export = await ExportedAsync(set.Id);
            SnapSet imported = await ImportedAsync(export.Path);
            Assert.Equal(set.Size, imported.Size);
        }
        finally
        {
            await done.CancelAsync();
        }

        Assert.True(await peak is > 0 and < Most, $"{ByteText.Of(await peak)} in memory at once, sandbox included");
    }

    private static async Task<long> PeakAsync(long before, CancellationToken done)
    {
        long peak = 0;
        while (!done.IsCancellationRequested)
        {
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        return peak;
    }
}
