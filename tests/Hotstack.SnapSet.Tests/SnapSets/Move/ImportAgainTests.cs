using Hotstack.Moving;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>An import that is called again, and uploads that get no good answer.</summary>
public sealed class ImportAgainTests : MoveFixture
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_resumes_after_the_hint_for_an_altered_file(bool newId)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        Alter(FileOf(export, "worker1"));
        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path, newId));
        Clock.Advance(TimeSpan.FromHours(1));
        await ExportedAsync(set.Id, verify: true);
        string manifest = await File.ReadAllTextAsync(ManifestOf(export), Stop);
        await File.WriteAllTextAsync(ManifestOf(export), manifest.Replace("\n", "\r\n", StringComparison.Ordinal), Stop);
        int whole = ImportedImages.Count(i => i.Status == "active");
        Sandbox.Calls.Clear();

        SnapSet imported = await ImportedAsync(export.Path, newId);

        Assert.Equal("ExportAltered", e.Id);
        Assert.True(whole > 0);
        Assert.Equal(6 - whole, DataCalls.Count(c => c.Method == "PUT"));
        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Equal(6, ImportedImages.Length);
    }

    [Fact]
    public async Task An_import_with_a_new_id_names_the_leftovers()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Method = "PUT", Path = FileCalls, Nth = 4, Times = 0 });
        await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));
        Sandbox.Faults.Clear();

        await ImportedAsync(export.Path, newId: true);

        Assert.Contains(Activity.Warnings,
            w => w.Contains($"Remove-HotstackSnapSet {export.Id} to delete it, or import without -NewId", StringComparison.Ordinal));
    }

    /// <summary>Nova gives a server's snapshot the properties of the image that the server was made from.</summary>
    [Theory]
    [InlineData("active")]
    [InlineData("saving")]
    public async Task A_snapshot_of_an_imported_server_is_not_a_leftover(string status)
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        await ImportedAsync(export.Path);
        Hotstack.Sandbox.Imaging.Image imported = ImportedImages.Single(i => i.Tags.Contains("name=controller"));
        string id = Sandbox.Cloud.AddImage(
            "hotstack-controller-snapshot-zz65jst2", "other", "private",
            "hotstack", "hotstack-snapset", "name=controller", "role=controller", "snap_id=zz65jst2", "mac_address=fa:16:3e:00:00:01");
        Hotstack.Sandbox.Imaging.Image snapshot = Sandbox.Cloud.Images.Single(i => i.Id == id);
        snapshot.Status = status;
        foreach ((string key, string value) in imported.Properties)
        {
            snapshot.Properties[key] = value;
        }

        snapshot.Properties["instance_uuid"] = "0b1e6b5c-94bb-4b4b-8a3a-0f6a3a0f3c11"; // as Nova does

        await ImportedAsync(export.Path, newId: true);

        Assert.Contains(Sandbox.Cloud.Images, i => i.Id == id);
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("zz65jst2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_stored_after_a_504_is_sent_once()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.StoreLater, Status = 504, StoredAfter = TimeSpan.FromMinutes(5), Method = "PUT", Path = FileCalls, Times = 0,
        });

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Equal(6, DataCalls.Count(c => c.Method == "PUT"));
        Assert.DoesNotContain(Calls, c => c.Service == "image" && c.Method == "DELETE");
    }

    [Fact]
    public async Task A_failing_store_is_retried_only_a_few_times()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 500, Method = "PUT", Path = FileCalls, Times = 0 });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));

        Assert.Equal(ErrorCause.ServiceUnavailable, e.Cause);
        Assert.InRange(DataCalls.Count(c => c.Method == "PUT"), 2, 8);
    }
}

/// <summary>Where Glance has no hash and gives a word for it.</summary>
public sealed class ChecksumOfNoneTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageHash = null, ImageChecksumText = "None" };

    [Fact]
    public async Task An_unknown_size_damages_nothing()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);

        Assert.Equal(6, export.Warnings.Count(w => w.Contains("reports no hash", StringComparison.Ordinal)));
        Assert.Equal(6, DataCalls.Count());
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Assert.Contains(Activity.Warnings, w => w.Contains("so only its size was", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("md5", null, "None")]
    [InlineData("md5", null, "")]
    [InlineData("md5", null, "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256", "9f86", null)]
    [InlineData("sha256", "zz86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", null)]
    [InlineData("blake9", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", null)]
    public void An_invalid_hash_counts_as_none(string algorithm, string? value, string? checksum) => Assert.Null(ImageChecksum.Of(
        new OpenStack.Imaging.Image { Id = "i", Status = "active", HashAlgorithm = algorithm, HashValue = value, Checksum = checksum }));
}

/// <summary>Where Glance does not tell the size of images.</summary>
public sealed class UnknownSizeTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageSizes = false };

    [Fact]
    public async Task The_hash_verifies_an_image_without_a_size()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Path = ImageOf(set, "master2").Id + FileCalls });

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(7, DataCalls.Count());
        Assert.All(AllNames, name => Assert.Equal(ImageOf(set, name).Data!.Length, new FileInfo(FileOf(export, name)).Length));
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Assert.Equal(0, (await ExportedAsync(set.Id)).Fetched);
        Assert.DoesNotContain(await new TestSnapSet(Cloud).RunAsync(set.Id, Stop), f => f.Result == SnapSetCheckResult.Failed);
    }
}

/// <summary>Where Glance tells nothing by which an image could be compared.</summary>
public sealed class NothingKnownTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageSizes = false, ImageHash = null, ImageChecksum = false };

    [Fact]
    public async Task Only_SkipVerify_moves_an_image_without_a_check()
    {
        SnapSet set = await FrozenAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));
        SnapSetExport export = Assert.IsType<SnapSetExport>(await new ExportSnapSet(Cloud).RunAsync(
            new ExportSnapSetRequest { Id = set.Id, Path = Folder, SkipVerify = true }, Activity, Yes, Stop));
        var refused = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));
        SnapSet? imported = await new ImportSnapSet(Other).RunAsync(
            new ImportSnapSetRequest { Path = export.Path, SkipVerify = true }, Activity, Yes, Stop);

        Assert.Equal(("ImageDataUnverifiable", "ImageDataUnverifiable"), (e.Id, refused.Id));
        Golden.Message(e);
        Assert.Equal(SnapSetState.Complete, imported!.State);
        Assert.Contains(Activity.Warnings, w => w.Contains("accepted unverified (-SkipVerify)", StringComparison.Ordinal));
    }
}
