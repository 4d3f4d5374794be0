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
    /// <summary>Of 500 MiB, garbage included.</summary>
    private const long Most = 200 << 20;

    protected override SandboxOptions Options => new() { Clock = Clock, ImageBytesPerGiB = 4 << 20 };

    [Fact]
    public async Task Half_a_gigabyte_moves_through_a_few_megabytes()
    {
        SnapSet set = await FrozenAsync();
        // The sandbox hashes when it is first asked, with memory of its own.
        Assert.True(set.Size > 500L << 20);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long peak = 0;
        await using (new Timer(_ => peak = Math.Max(peak, GC.GetTotalMemory(false) - before), null, TimeSpan.Zero,
            TimeSpan.FromMilliseconds(10)))
        {
            SnapSetExport export = await ExportedAsync(set.Id);
            SnapSet imported = await ImportedAsync(export.Path);
            Assert.Equal(set.Size, imported.Size);
        }

        Assert.True(peak is > 0 and < Most, $"{ByteText.Of(peak)} in memory at once, sandbox included");
    }
}
