using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Moving;

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
    private const long Most = 40 << 20;

    protected override SandboxOptions Options => new() { Clock = Clock, ImageBytesPerGiB = 4 << 20 };

    [Fact]
    public async Task Half_a_gigabyte_goes_down_and_up_through_a_few_megabytes()
    {
        SnapSet set = await FrozenAsync();
        // The sandbox hashes when it is first asked, with memory of its own.
        Assert.True(set.Size > 500L << 20);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        SnapSetExport export = await ExportedAsync(set.Id);
        long down = GC.GetTotalAllocatedBytes(precise: true) - before;
        SnapSet imported = await ImportedAsync(export.Path);
        long up = GC.GetTotalAllocatedBytes(precise: true) - before - down;

        Assert.Equal(set.Size, imported.Size);
        Assert.True(down < Most && up < Most, $"{ByteText.Of(down)} down, {ByteText.Of(up)} up, sandbox included");
    }
}
