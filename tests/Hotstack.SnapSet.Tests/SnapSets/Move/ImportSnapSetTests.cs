using Hotstack.Moving;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets.Move;

public sealed class ImportSnapSetTests : MoveFixture
{
    [Fact]
    public async Task An_import_makes_the_same_set_in_another_project()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Cloud.SetImage(set.Members[0].ImageId, tags: [.. ImageOf(set, "controller").Tags, "mine"]);
        SnapSetExport export = await ExportedAsync(set.Id);
        Sandbox.Calls.Clear();

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Equal((set.Id, set.CreatedAt, set.StackName, set.Size),
            (imported.Id, imported.CreatedAt, imported.StackName, imported.Size));
        Assert.NotEqual(set.ProjectId, imported.ProjectId);
        Assert.Equal(
            set.Members.Select(m => (m.Name, m.Role, m.MacAddress, m.ImageName, m.MinDisk, m.SourceId)),
            imported.Members.Select(m => (m.Name, m.Role, m.MacAddress, m.ImageName, m.MinDisk, m.SourceId)));
        Assert.All(AllNames, name =>
        {
            var (before, after) = (ImageOf(set, name), ImageOf(imported, name));
            Assert.Equal(before.Data!.Hash("sha512"), after.Data!.Hash("sha512"));
            Assert.Equal(("private", "qcow2", "bare"), (after.Visibility, after.DiskFormat, after.ContainerFormat));
            Assert.False(after.Properties.ContainsKey("instance_uuid"));
            Assert.Equal("q35", after.Properties["hw_machine_type"]);
            Assert.Equal(before.Tags.Order(), after.Tags.Order());
        });
        Assert.Contains("mine", ImageOf(imported, "controller").Tags);
        Assert.Equal(imported.Id, (await new GetSnapSets(Other).RunAsync(new() { Latest = true }, Stop))[0].Id);
        Assert.DoesNotContain(await new TestSnapSet(Other).RunAsync(set.Id, Stop), f => f.Result == SnapSetCheckResult.Failed);
    }

    [Fact]
    public async Task Tags_are_written_after_all_images_and_the_controllers_last()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Calls.Clear();

        SnapSet imported = await ImportedAsync(export.Path);

        Call[] calls = [.. Calls.Where(c => c.Method is "POST" or "PUT" or "PATCH" && c.Service == "image")];
        Assert.Equal(["POST", "PUT", "PATCH"], calls.Select(c => c.Method)
            .Aggregate(new List<string>(), (all, m) => [.. all.Except([m]), m]));
        Assert.Equal((6, 6, 6), (calls.Count(c => c.Method == "POST"), calls.Count(c => c.Method == "PUT"),
            calls.Count(c => c.Method == "PATCH")));
        Assert.EndsWith(ImageOf(imported, "controller").Id, calls[^1].Path, StringComparison.Ordinal);
        Assert.All(calls.Where(c => c.Method == "PUT"), c => Assert.True(c.HasContentLength));
    }

    [Fact]
    public async Task A_copy_beside_the_original_needs_a_new_id()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path, into: Cloud));
        SnapSet copy = await ImportedAsync(export.Path, newId: true, into: Cloud);
        SnapSet another = await ImportedAsync(export.Path, newId: true, into: Cloud);

        Assert.Equal((ErrorCause.AlreadyExists, "SnapSetExists"), (e.Cause, e.Id));
        Assert.Equal(3, new[] { set.Id, copy.Id, another.Id }.Distinct().Count());
        Assert.All(await FindAsync(), found => Assert.Equal(SnapSetState.Complete, found.State));
        Assert.Equal($"hotstack-master0-snapshot-{copy.Id}", ImageOf(copy, "master0").Name);
        Assert.DoesNotContain($"snap_id={set.Id}", ImageOf(copy, "master0").Tags);
    }

    [Fact]
    public async Task A_complete_import_is_not_repeated()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        await ImportedAsync(export.Path);

        Assert.Equal("SnapSetExists", (await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path))).Id);
        Assert.Equal(6, ImportedImages.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_failure_there_is_no_set_and_a_second_run_resumes(bool newId)
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Method = "PUT", Path = FileCalls, Nth = 6, Times = 0 });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path, newId));

        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Golden.Message(e);
        SnapSet partial = Assert.Single(await new GetSnapSets(Other).RunAsync(new(), Stop));
        Assert.Equal(SnapSetState.Incomplete, partial.State);
        Assert.All(ImportedImages, image => Assert.Empty(image.Tags));
        string[] whole = [.. ImportedImages.Where(i => i.Status == "active").Select(i => i.Id)];
        Assert.Equal(5, whole.Length);

        Sandbox.Faults.Clear();
        Sandbox.Calls.Clear();
        SnapSet imported = await ImportedAsync(export.Path, newId);

        Assert.Equal(partial.Id, imported.Id);
        Assert.Equal(newId, imported.Id != export.Id);
        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Single(DataCalls);
        Assert.Empty(whole.Except(imported.Members.Select(m => m.ImageId)));
        Assert.Equal(6, ImportedImages.Length);
    }

    [Fact]
    public async Task Leftovers_of_a_failed_import_can_be_removed()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Method = "PUT", Path = FileCalls, Nth = 4, Times = 0 });
        await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));

        await new RemoveSnapSet(Other).RunAsync(export.Id, false, Activity, Yes, Stop);

        Assert.Empty(ImportedImages);
    }

    [Fact]
    public async Task An_interrupted_import_of_another_export_is_not_resumed()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Method = "PUT", Path = FileCalls, Nth = 4, Times = 0 });
        await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));
        Sandbox.Faults.Clear();
        ExportManifest manifest = ManifestFile.Read(ManifestOf(export));
        ExportedMember[] members = [.. manifest.Members.Select(
            m => m with { Hash = m.Name == "master0" ? new string('0', m.Hash.Length) : m.Hash })];
        await File.WriteAllBytesAsync(ManifestOf(export), ManifestFile.Write(manifest with { Members = members }), Stop);

        Assert.Equal("SnapSetExists", (await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path))).Id);
    }

    [Fact]
    public async Task An_interrupted_upload_is_repeated_with_a_new_image()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Truncate, Method = "PUT", Path = FileCalls, Nth = 2, Times = 2 });

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Equal(8, DataCalls.Count(c => c.Method == "PUT"));
        Assert.Equal(6, ImportedImages.Length);
    }

    [Fact]
    public async Task An_upload_with_a_lost_answer_is_not_repeated()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Method = "PUT", Path = FileCalls });

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal(SnapSetState.Complete, imported.State);
        Assert.Equal(6, DataCalls.Count(c => c.Method == "PUT"));
    }

    [Fact]
    public async Task The_creation_of_an_image_with_a_lost_answer_is_not_repeated()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Method = "POST", Service = "image", Times = 3 });

        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Assert.Equal(6, ImportedImages.Length);
    }

    [Theory]
    [InlineData(FaultKind.AlterByte)]
    [InlineData(FaultKind.TakeHalf)]
    public async Task A_cloud_that_stores_other_data_gets_no_set(FaultKind kind)
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = kind, Method = "PUT", Path = FileCalls });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));

        Assert.Equal("ImageDataDiffers", e.Id);
        Assert.All(ImportedImages, image => Assert.Empty(image.Tags));
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
    }

    [Fact]
    public async Task An_altered_file_is_not_uploaded_completely()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Alter(FileOf(export, "worker0"));

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));

        Assert.Equal((ErrorCause.InputInvalid, "ExportAltered"), (e.Cause, e.Id));
        Golden.Message(e);
        Assert.DoesNotContain(ImportedImages, i => i.Status == "active" && i.Properties["hotstack_name"] == "worker0");
        Assert.All(ImportedImages, image => Assert.Empty(image.Tags));
    }

    [Fact]
    public async Task Missing_and_truncated_files_are_all_reported_before_any_change()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        File.Delete(FileOf(export, "worker0"));
        await File.WriteAllTextAsync(FileOf(export, "worker1"), "cut", Stop);
        Sandbox.Calls.Clear();

        var e = await Assert.ThrowsAsync<ViolationsException>(() => ImportAsync(export.Path));

        Assert.Equal("ExportFilesInvalid", e.Id);
        Assert.Equal(["worker0: worker0.qcow2 is missing"], e.Violations.Take(1));
        Assert.StartsWith("worker1: worker1.qcow2 has 3 bytes, but", e.Violations[1], StringComparison.Ordinal);
        Assert.Empty(Calls);
    }

    [Fact]
    public async Task A_folder_without_a_manifest_is_not_an_export()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        File.Delete(ManifestOf(export));

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));
        var none = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(Path.Combine(Folder, "nowhere")));

        Assert.Equal((ErrorCause.NotFound, "ExportNotFound"), (e.Cause, e.Id));
        Assert.Equal("ExportNotFound", none.Id);
    }

    [Fact]
    public async Task The_path_may_be_that_of_the_manifest()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);

        Assert.Equal(export.Id, (await ImportedAsync(ManifestOf(export))).Id);
    }

    [Fact]
    public async Task Without_consent_nothing_is_created()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        string? asked = null;

        Assert.Null(await ImportAsync(export.Path, confirm: (target, action) => Task.FromResult((asked = $"{action}: {target}") is null)));

        Assert.Equal($"Import 8.4 MiB from {export.Path} into cloud sandbox-other: SnapSet {export.Id} ({string.Join(", ", AllNames)})",
            asked);
        Assert.Empty(ImportedImages);
    }

    [Fact]
    public async Task A_cancelled_import_keeps_complete_images_and_resumes()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Stall, Method = "PUT", Path = FileCalls, Nth = 4, Times = 0 });
        Activity.Listener = (_, text) =>
        {
            if (text.Contains("bytes sent", StringComparison.Ordinal))
            {
                cancel.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(export.Path, stop: cancel.Token));

        Assert.Contains(Activity.Warnings, w => w.Contains($"Remove-HotstackSnapSet {export.Id}", StringComparison.Ordinal));
        Assert.DoesNotContain(ImportedImages, image => image.Tags.Count > 0);
        Activity.Listener = null;
        Sandbox.Faults.Clear();
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Assert.Equal(6, ImportedImages.Length);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_before_the_upload()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.RevokeTokens, Method = "PUT", Path = FileCalls, Nth = 2 });

        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Assert.Contains(DataCalls, c => c.Status == 401);
    }

    [Fact]
    public async Task Lost_tags_are_written_again()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        string? lost = null;
        Activity.Listener = (_, text) =>
        {
            if (lost is null && text.Contains("PATCH", StringComparison.Ordinal))
            {
                lost = text.Split('/')[^1].Split(' ')[0];
                Sandbox.Cloud.SetImage(lost, tags: []);
            }
        };

        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Assert.Contains(Activity.Everything, line => line.StartsWith("Tags were lost on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_without_a_recorded_number_stays_so()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("AbC_-d3F");
        SnapSetExport export = await ExportedAsync("AbC_-d3F");
        // The seal is broken off after its first image.
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 403, Method = "PATCH", Nth = 2, Times = 0 });
        await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));
        Sandbox.Faults.Clear();

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal((SnapSetState.Unverified, null), (imported.State, imported.ExpectedMembers));
        Assert.Equal(["controller", "master0"], imported.Members.Select(m => m.Name));
        Assert.Contains(Activity.Warnings, w => w.Contains("it is unknown whether all are here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_later_set_of_restored_servers_is_not_an_import()
    {
        SnapSet set = await FrozenAsync();

        Assert.Equal("", ImageOf(set, "master0").Properties["hotstack_import"]);
    }

    [Fact]
    public async Task Glances_own_fields_in_a_manifest_are_ignored()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        string text = await File.ReadAllTextAsync(ManifestOf(export), Stop);
        await File.WriteAllTextAsync(
            ManifestOf(export), text.Replace("\"hw_machine_type\":",
                "\"visibility\": \"public\", \"os_glance_x\": \"1\", \"id\": \"x\", \"hw_machine_type\":", StringComparison.Ordinal), Stop);

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.All(imported.Members, m => Assert.Equal("private", ImageOf(imported, m.Name).Visibility));
    }
}

/// <summary>Where Glance does not tell the project's limits.</summary>
public sealed class ImportWithoutUsageTests : MoveFixture
{
    [Theory]
    [InlineData(400, true)]
    [InlineData(403, true)]
    [InlineData(404, false)]
    [InlineData(500, true)]
    [InlineData(501, true)]
    public async Task A_set_without_verification_is_imported_with_a_warning(int status, bool warns)
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Path = "/info/usage$", Status = status, Times = 0 });

        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);

        Assert.Equal(warns ? 1 : 0, Activity.Warnings.Count(w => w.Contains("quota of images", StringComparison.Ordinal)));
    }
}

/// <summary>Where the project's limits are Keystone's, which Glance tells.</summary>
public sealed class ImportWithQuotaTests : MoveFixture
{
    protected override SandboxOptions Options => new()
    {
        Clock = Clock, ImageBytesPerGiB = 1 << 20, Quotas = new SandboxQuotas { ImageBytes = 200 << 20, AreTold = true, ImageUploads = 2 },
    };

    [Fact]
    public async Task An_exceeded_quota_is_reported_before_any_change()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        Sandbox.Calls.Clear();

        // There is one of 134 MiB already, and as much again does not fit.
        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path, newId: true, into: Cloud));

        Assert.Equal("QuotaExceeded", e.Id);
        Golden.Message(e);
        Assert.DoesNotContain(Calls, c => c.Service == "image" && c.Method != "GET");
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
    }
}

/// <summary>Where a limit shows only when it is hit.</summary>
public sealed class ImportWithUntoldQuotaTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, Quotas = new SandboxQuotas { ImageBytes = 15 << 20 } };

    [Fact]
    public async Task A_refusal_ends_the_import_with_the_reason()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path, newId: true, into: Cloud));

        Assert.Equal(ErrorCause.QuotaExceeded, e.Cause);
        Assert.Single(await FindAsync(), set => set.State == SnapSetState.Complete);
    }
}

/// <summary>Where the new cloud hashes by another algorithm than the old one.</summary>
public sealed class ImportByOtherHashTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageHash = "sha256" };

    [Fact]
    public async Task It_is_verified_all_the_same()
    {
        SnapSetExport export = await ExportedAsync((await FrozenAsync()).Id);
        ExportManifest manifest = ManifestFile.Read(ManifestOf(export));
        var members = manifest.Members.Select(m => m with
        {
            HashAlgorithm = "sha512",
            Hash = Convert.ToHexStringLower(
                System.Security.Cryptography.SHA512.HashData(File.ReadAllBytes(Path.Combine(export.Path, m.File)))),
        });
        await File.WriteAllBytesAsync(ManifestOf(export), ManifestFile.Write(manifest with { Members = [.. members] }), Stop);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Method = "PUT", Path = FileCalls });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path));

        Golden.Message(e);
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
    }
}
