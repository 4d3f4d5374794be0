using Hotstack.Moving;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Change;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>The blueprint on its way to another project.</summary>
public sealed class BlueprintMoveTests : MoveFixture
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_imported_set_has_it_under_its_own_id_and_restores(bool newId)
    {
        SnapSetExport export = await ExportedAsync((await BlueprintedAsync()).Id);
        Assert.True(File.Exists(FileIn(export)));

        SnapSet set = await ImportedAsync(export.Path, newId);

        Assert.Equal((SnapSetState.Complete, true), (set.State, set.HasBlueprint));
        SnapSet found = Assert.Single(await new GetSnapSets(Other).RunAsync(new(), Stop));
        Assert.True(found.HasBlueprint);
        Assert.Equal(set.Id, (await new BlueprintStore(Other).ReadAsync(found, Stop))!.SnapSetId);
        RestoredStack? restored = await new RestoreSnapSet(Other).RunAsync(
            new() { SnapSetId = found.Id, StackName = "hs-moved", PollInterval = TimeSpan.FromSeconds(5) }, Activity, Yes, Stop);
        Assert.Equal(6, restored!.Servers.Count);
    }

    [Theory]
    [InlineData("altered")]
    [InlineData("missing")]
    public async Task A_damaged_file_is_refused_before_anything_is_made_and_repaired_by_the_export(string how)
    {
        SnapSet frozen = await BlueprintedAsync();
        SnapSetExport export = await ExportedAsync(frozen.Id);
        if (how == "missing")
        {
            File.Delete(FileIn(export));
        }
        else
        {
            Alter(FileIn(export));
        }

        var e = await Assert.ThrowsAsync<ViolationsException>(() => ImportAsync(export.Path));
        Assert.Equal("ExportFilesInvalid", e.Id);
        Assert.Contains("blueprint.json", e.Message, StringComparison.Ordinal);
        Assert.Empty(ImportedImages);

        await ExportedAsync(frozen.Id, verify: true);
        Assert.True((await ImportedAsync(export.Path)).HasBlueprint);
    }

    [Fact]
    public async Task What_a_proxy_spoilt_once_is_downloaded_again()
    {
        SnapSet frozen = await BlueprintedAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Garbage, Path = $"{frozen.Blueprint!.Image.Id}/file$", Times = 1 });

        SnapSetExport export = await ExportedAsync(frozen.Id);

        Assert.True(File.Exists(FileIn(export)));
        Assert.Empty(export.Warnings);
        Assert.Equal(1, Sandbox.Faults.Faults.Sum(fault => fault.Hits));
    }

    [Fact]
    public async Task A_second_export_fetches_nothing()
    {
        SnapSet frozen = await BlueprintedAsync();
        await ExportedAsync(frozen.Id);

        Assert.Equal(0, (await ExportedAsync(frozen.Id)).Fetched);
    }

    [Fact]
    public async Task An_import_resumes_with_one_blueprint()
    {
        SnapSetExport export = await ExportedAsync((await BlueprintedAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "PATCH", Status = 403, Times = 0 });
        await Assert.ThrowsAnyAsync<HotstackException>(() => ImportAsync(export.Path));
        Sandbox.Faults.Clear();

        SnapSet set = await ImportedAsync(export.Path);

        Assert.True(set.HasBlueprint);
        Assert.Single(Blueprints, image => image.Owner != Sandbox.Cloud.ProjectId);
    }

    [Fact]
    public async Task An_export_without_it_has_a_warning_if_it_cannot_be_used()
    {
        SnapSet frozen = await BlueprintedAsync();
        Assert.Single(Blueprints).Visibility = "public";

        SnapSetExport export = await ExportedAsync(frozen.Id);

        Assert.Contains(export.Warnings, warning => warning.Contains("no blueprint", StringComparison.Ordinal));
        Assert.False((await ImportedAsync(export.Path)).HasBlueprint);
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "To keep it, update the module before you import the set.")]
    [InlineData("\"format\"", "\"other\"", "cannot be used")]
    public async Task One_that_cannot_be_read_costs_a_warning_and_not_the_import(string from, string to, string told)
    {
        SnapSetExport export = await ExportedAsync((await BlueprintedAsync()).Id);
        string before = Hash(FileIn(export));
        await File.WriteAllTextAsync(FileIn(export), (await File.ReadAllTextAsync(FileIn(export), Stop)).Replace(from, to, StringComparison.Ordinal), Stop);
        string manifest = await File.ReadAllTextAsync(ManifestOf(export), Stop);
        await File.WriteAllTextAsync(ManifestOf(export), manifest.Replace(before, Hash(FileIn(export)), StringComparison.Ordinal), Stop);

        SnapSet set = await ImportedAsync(export.Path);

        Assert.Equal((SnapSetState.Complete, false), (set.State, set.HasBlueprint));
        Assert.Contains(Activity.Warnings, warning => warning.Contains("imported without its blueprint", StringComparison.Ordinal)
            && warning.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_export_writes_changed_labels_and_fetches_nothing(bool isConsented)
    {
        SnapSet frozen = await BlueprintedAsync();
        SnapSetExport first = await ExportedAsync(frozen.Id);
        await new ChangeSnapSet(Cloud).RunAsync(
            SnapSetReference.To(frozen), new() { Labels = new Dictionary<string, string?> { ["owner"] = "me", ["token"] = "ring" } }, Activity, Yes, Stop);
        DateTime written = File.GetLastWriteTimeUtc(FileOf(first, "controller"));
        string manifest = await File.ReadAllTextAsync(ManifestOf(first), Stop);
        Sandbox.Calls.Clear();

        SnapSetExport? second = await ExportAsync(frozen.Id, confirm: (_, _) => Task.FromResult(isConsented));

        Assert.Equal(isConsented ? 0 : null, second?.Fetched);
        Assert.Empty(DataCalls);
        Assert.Equal(written, File.GetLastWriteTimeUtc(FileOf(first, "controller")));
        Assert.Equal(!isConsented, manifest == await File.ReadAllTextAsync(ManifestOf(first), Stop));
        Assert.Equal(isConsented ? "owner=me, token=ring" : "", (await ImportedAsync(first.Path)).LabelsText);
    }

    private static string Hash(string file) => BlueprintDocument.HashOf(File.ReadAllBytes(file));

    private async Task<SnapSet> BlueprintedAsync()
    {
        Sandbox.Cloud.StopServers();
        return await CreatedAsync();
    }

    private static string FileIn(SnapSetExport export) => Path.Combine(export.Path, "blueprint.json");
}
