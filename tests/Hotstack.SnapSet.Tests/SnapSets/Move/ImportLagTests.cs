using Hotstack.Moving;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Move;

public sealed class ImportLagTests : MoveFixture
{
    [Theory]
    [InlineData(FaultKind.Lag)]
    [InlineData(FaultKind.ListLag)]
    public async Task Images_missing_from_a_lagging_replica_do_not_end_an_import(FaultKind kind)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        Sandbox.Faults.Add(NewObjectsTests.Lag(kind, "/images$"));

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Equal(6, ImportedImages.Length);
        Assert.DoesNotContain(Calls, c => c.Method == "DELETE");
    }
}
