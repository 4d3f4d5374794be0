using Hotstack.Moving;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;
using Xunit;

namespace Hotstack.Progress;

public sealed class MoveProgressTests : MoveFixture
{
    [Fact]
    public async Task Moving_a_set_is_one_work_each_way_with_a_part_for_each_member()
    {
        SnapSet set = await FrozenAsync();
        RecordingActivity export = new(), import = new();

        SnapSetExport written = (await ExportAsync(set.Id, export, Stop))!;
        await ImportAsync(written.Path, import, Stop);

        ProgressRules.Check(export, "Exporting SnapSet");
        ProgressRules.Check(import, "Importing SnapSet");
        Assert.Equal(AllNames, ProgressRules.Parts(export).Order());
        Assert.Equal(AllNames, ProgressRules.Parts(import).Order());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task It_is_ended_by_a_failure(string method)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport? written = method == "PUT" ? await ExportedAsync(set.Id) : null;
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Method = method, Path = FileCalls, Status = 403, Times = 0 });
        var activity = new RecordingActivity();

        await Assert.ThrowsAnyAsync<HotstackException>(() =>
            written is null ? ExportAsync(set.Id, activity, Stop) : (Task)ImportAsync(written.Path, activity, Stop));

        ProgressRules.CheckEnded(activity);
    }

    [Theory]
    [InlineData("GET", 1)]
    [InlineData("GET", 6)]
    [InlineData("PUT", 1)]
    [InlineData("PUT", 6)]
    public async Task It_is_ended_by_the_user(string method, int report)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport? written = method == "PUT" ? await ExportedAsync(set.Id) : null;
        var activity = new RecordingActivity();
        using CancellationTokenSource stop = ProgressRules.StopAt(activity, report);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            written is null ? ExportAsync(set.Id, activity, stop.Token) : (Task)ImportAsync(written.Path, activity, stop.Token));

        ProgressRules.Check(activity, method == "PUT" ? "Importing SnapSet" : "Exporting SnapSet");
    }

    private Task<SnapSetExport?> ExportAsync(string id, RecordingActivity activity, CancellationToken stop) =>
        new ExportSnapSet(Cloud).RunAsync(new ExportSnapSetRequest { Id = id, Path = Folder }, activity, Yes, stop);

    private Task<SnapSet?> ImportAsync(string path, RecordingActivity activity, CancellationToken stop) =>
        new ImportSnapSet(Other).RunAsync(new ImportSnapSetRequest { Path = path }, activity, Yes, stop);
}
