using System.Text.Json.Nodes;
using Hotstack.Moving;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Move;

public sealed class ExportSnapSetTests : MoveFixture
{
    [Fact]
    public async Task A_policy_that_forbids_the_download_is_named()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "image", Method = "GET", Path = FileCalls, Status = 403, Times = 0,
            Body = "You are not authorized to complete download_image action.",
        });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal((ErrorCause.Forbidden, "ImageDownloadForbidden"), (e.Cause, e.Id));
        // How many images are refused before the rest is not begun depends on the machine.
        Assert.Contains("cannot be downloaded: 403 Forbidden: You are not authorized to complete download_image action.", e.Message,
            StringComparison.Ordinal);
        Assert.Contains("the policy 'download_image'", e.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("protected", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_writes_a_file_for_each_image_and_a_manifest()
    {
        SnapSet set = await FrozenAsync();

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(Path.Combine(Folder, $"hotstack-snapset-{set.Id}"), export.Path);
        Assert.Equal(
            [.. AllNames.Select(name => $"{name}.qcow2").Append("snapset.json").Order()],
            Directory.GetFiles(export.Path).Select(Path.GetFileName).Order());
        ExportManifest manifest = ManifestFile.Read(ManifestOf(export));
        Assert.All(manifest.Members, member =>
        {
            var image = ImageOf(set, member.Name);
            Assert.Equal("sha512", member.HashAlgorithm);
            Assert.Equal(image.Data!.Hash("sha512"), member.Hash);
            byte[] bytes = File.ReadAllBytes(FileOf(export, member.Name));
            Assert.Equal(member.Hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(bytes)));
            Assert.Equal(image.MinDisk, member.MinDisk);
        });
        Assert.Equal(set.Members.Select(m => m.Name), manifest.Members.Select(m => m.Name));
        Assert.Equal((1, set.Id, set.CreatedAt, StackName, true),
            (manifest.Version, manifest.Id, manifest.CreatedAt, manifest.StackName, manifest.IsCounted));
        Assert.Equal((set.Size, set.Size), (export.Size, export.Fetched));
        Assert.DoesNotContain(Calls, c => c.Service != "identity" && c.Method != "GET");
        Assert.Equal(6, DataCalls.Count());
    }

    [Fact]
    public async Task Properties_of_the_old_cloud_are_left_out()
    {
        SnapSet set = await FrozenAsync();

        ExportedMember member = ManifestFile.Read(ManifestOf(await ExportedAsync(set.Id))).Members[0];

        Assert.Equal(set.Id, member.Properties["hotstack_snap_id"]);
        Assert.Equal("q35", member.Properties["hw_machine_type"]);
        Assert.Empty(member.Properties.Keys.Intersect(
            ["instance_uuid", "base_image_ref", "owner_id", "owner_user_name", "image_location", "user_id", "boot_roles", "stores",
                "hotstack_import"]));
    }

    [Fact]
    public async Task A_second_run_does_nothing_and_asks_nothing()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport first = await ExportedAsync(set.Id);
        DateTime written = File.GetLastWriteTimeUtc(ManifestOf(first));
        Sandbox.Calls.Clear();

        SnapSetExport? again = await ExportAsync(set.Id, verify: true, confirm: (_, _) => throw new InvalidOperationException("asked"));

        Assert.Equal((first.Path, first.Size, 0L), (again!.Path, again.Size, again.Fetched));
        Assert.Empty(DataCalls);
        Assert.Equal(written, File.GetLastWriteTimeUtc(ManifestOf(first)));
    }

    [Theory]
    [InlineData("missing", false, 1)]
    [InlineData("truncated", false, 1)]
    [InlineData("altered", false, 0)]
    [InlineData("altered", true, 1)]
    public async Task Only_a_damaged_file_is_fetched_again(string how, bool verify, int fetched)
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        string file = FileOf(export, "master1");
        byte[] before = await File.ReadAllBytesAsync(file, Stop);
        switch (how)
        {
            case "missing":
                File.Delete(file);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(file, before[..^1], Stop);
                break;
            default:
                Alter(file);
                break;
        }

        Sandbox.Calls.Clear();
        await ExportedAsync(set.Id, verify: verify);

        Assert.Equal(fetched, DataCalls.Count());
        byte[] after = await File.ReadAllBytesAsync(file, Stop);
        Assert.Equal(fetched == 1, before.SequenceEqual(after));
        Assert.Equal(fetched, Activity.Warnings.Count(w => w.Contains("no longer complete: master1", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFiles(export.Path, "*.part"));
    }

    [Fact]
    public async Task An_interrupted_download_resumes_at_its_byte()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Truncate, Path = ImageOf(set, "master2").Id + FileCalls, Times = 3 });

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal([200, 206, 206, 206], DataCallsOf(set, "master2").Select(c => c.Status));
        Assert.Equal(set.Size, export.Fetched);
    }

    [Fact]
    public async Task After_a_failure_there_is_no_manifest_and_a_second_run_resumes()
    {
        SnapSet set = await FrozenAsync();
        string path = ImageOf(set, "worker1").Id + FileCalls;
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Truncate, Path = path });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 503, Path = path, Nth = 2, Times = 0 });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ServiceUnavailable", e.Id);
        Golden.Message(e);
        string folder = Directory.GetDirectories(Folder).Single();
        Assert.False(File.Exists(Path.Combine(folder, "snapset.json")));
        long size = ImageOf(set, "worker1").Size!.Value;
        long there = new FileInfo(Path.Combine(folder, "worker1.qcow2.part")).Length;
        Assert.InRange(there, 1, size / 2);

        Sandbox.Faults.Clear();
        Sandbox.Calls.Clear();
        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(206, Assert.Single(DataCalls).Status);
        Assert.Equal(size - there, export.Fetched);
        Assert.True(File.Exists(ManifestOf(export)));
    }

    [Fact]
    public async Task A_cancelled_export_keeps_and_reports_the_fetched_data()
    {
        SnapSet set = await FrozenAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        string path = ImageOf(set, "controller").Id + FileCalls;
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Stall, Path = path });
        Activity.Listener = (_, text) =>
        {
            if (text.Contains($"images/{ImageOf(set, "controller").Id}/file -> 200", StringComparison.Ordinal))
            {
                cancel.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ExportAsync(set.Id, stop: cancel.Token));

        Assert.Contains(Activity.Warnings, w => w.Contains("was not exported", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Directory.GetDirectories(Folder).Single(), "snapset.json")));
        Activity.Listener = null;
        await ExportedAsync(set.Id);
    }

    [Fact]
    public async Task A_stalled_download_is_aborted_and_resumed()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Stall, Path = ImageOf(set, "master0").Id + FileCalls });
        using Cloud impatient = Cloud.Connect(Configuration("sandbox") with { ApiTimeout = TimeSpan.FromSeconds(1) }, Activity, Clock);

        await ExportAsync(set.Id, cloud: impatient);

        Assert.Equal([200, 206], DataCallsOf(set, "master0").Select(c => c.Status));
    }

    [Fact]
    public async Task A_byte_changed_in_transit_is_detected()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Path = ImageOf(set, "master0").Id + FileCalls });

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(2, DataCallsOf(set, "master0").Count());
        Assert.Equal(ImageOf(set, "master0").Data!.Hash("sha512"),
            ManifestFile.Read(ManifestOf(export)).Members.Single(m => m.Name == "master0").Hash);
    }

    [Fact]
    public async Task An_image_that_always_differs_is_not_exported()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Path = ImageOf(set, "master0").Id + FileCalls, Times = 0 });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ImageDataCorrupt", e.Id);
        Assert.Equal(2, DataCallsOf(set, "master0").Count());
        Assert.Empty(Directory.GetFiles(Folder, "master0*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Folder, "snapset.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_unrelated_part_is_not_used()
    {
        SnapSet set = await FrozenAsync();
        string folder = Directory.CreateDirectory(Path.Combine(Folder, $"hotstack-snapset-{set.Id}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "master0.qcow2.part"), "of another image", Stop);
        await File.WriteAllBytesAsync(Path.Combine(folder, "master1.qcow2"), new byte[10 << 20], Stop);

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.All(AllNames, name => Assert.Equal(ImageOf(set, name).Size, new FileInfo(FileOf(export, name)).Length));
        Assert.Null(await ExportCheck.ReasonAsync(new ExportDisk(), export.Path, ManifestFile.Read(ManifestOf(export)).Members[1], true,
            Stop));
    }

    [Fact]
    public async Task An_expired_token_is_renewed()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.RevokeTokens, Path = FileCalls, Nth = 3 });

        await ExportedAsync(set.Id);

        Assert.Contains(DataCalls, c => c.Status == 401);
    }

    [Fact]
    public async Task A_member_that_boots_from_a_volume_cannot_be_exported()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.MakeVolumeBacked("worker1");
        SnapSet set = await CreatedAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id, skipVolumes: true));

        Assert.Equal("VolumesNotExportable", e.Id);
        Golden.Message(e);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public async Task Data_volumes_are_left_out_on_request_only()
    {
        Sandbox.Cloud.AttachVolume("master0", "/dev/vdb");
        Sandbox.Cloud.AttachVolume("master0", "/dev/vdc");
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync(OfStack with { IncludeVolumes = true });
        string second = set.Members.Single(m => m.Name == "master0").Volumes[1].SnapshotId;

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));
        SnapSetExport export = await ExportedAsync(set.Id, skipVolumes: true);

        Assert.Equal("VolumesNotExportable", e.Id);
        Golden.Message(e);
        string warning = Assert.Single(export.Warnings);
        Assert.Contains("master0: its 2 data volumes are not in the export", warning, StringComparison.Ordinal);
        Assert.Contains(warning, Activity.Warnings);
        ExportManifest manifest = ManifestFile.Read(ManifestOf(export));
        Assert.Equal([warning], manifest.Warnings);
        ExportedMember member = manifest.Members.Single(m => m.Name == "master0");
        Assert.StartsWith($"snapshot={second},", member.SkippedVolumes[1], StringComparison.Ordinal);
        Assert.DoesNotContain(member.Properties.Keys, key => key.StartsWith("hotstack_volume", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_incomplete_set_is_refused()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Cloud.DeleteImage(set.Members[3].ImageId);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("SnapSetIncomplete", e.Id);
        Golden.Message(e);
    }

    [Fact]
    public async Task Without_consent_nothing_is_written()
    {
        SnapSet set = await FrozenAsync();
        string? asked = null;

        Assert.Null(await ExportAsync(set.Id, confirm: (target, action) => Task.FromResult((asked = $"{action}: {target}") is null)));

        Assert.Equal($"Export to {Path.Combine(Folder, $"hotstack-snapset-{set.Id}")}: SnapSet {set.Id} ({string.Join(", ", AllNames)}; 8.4 MiB)", asked);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_reported_beforehand()
    {
        SnapSet set = await FrozenAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id, disk: new SmallDisk { Free = set.Size - 1 }));

        Assert.Equal((ErrorCause.QuotaExceeded, "DiskFull"), (e.Cause, e.Id));
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
        Assert.NotNull(await ExportAsync(set.Id, disk: new SmallDisk { Free = set.Size }));
    }

    [Fact]
    public async Task An_export_resumes_after_a_full_disk()
    {
        SnapSet set = await FrozenAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(
            () => ExportAsync(set.Id, disk: new SmallDisk { FullFile = "master1.qcow2.part" }));

        Assert.Equal("DiskFull", e.Id);
        Assert.Empty(Directory.GetFiles(Folder, "snapset.json", SearchOption.AllDirectories));
        Assert.NotNull(await ExportAsync(set.Id));
    }

    [Theory]
    [InlineData("""{"version": 2}""", "version 2")]
    [InlineData("{\"vers", "cannot be used")]
    public async Task A_folder_with_a_foreign_manifest_is_not_changed(string manifest, string reason)
    {
        SnapSet set = await FrozenAsync();
        string folder = Directory.CreateDirectory(Path.Combine(Folder, $"hotstack-snapset-{set.Id}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "snapset.json"), manifest, Stop);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal("ExportFolderTaken", e.Id);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal(manifest, await File.ReadAllTextAsync(Path.Combine(folder, "snapset.json"), Stop));
    }

    [Fact]
    public async Task A_folder_with_another_set_is_not_changed()
    {
        SnapSet set = await FrozenAsync();
        SnapSetExport export = await ExportedAsync(set.Id);
        JsonNode manifest = JsonNode.Parse(await File.ReadAllTextAsync(ManifestOf(export), Stop))!;
        manifest["id"] = "another1";
        await File.WriteAllTextAsync(ManifestOf(export), manifest.ToJsonString(), Stop);

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Golden.Message(e);
    }

    [Fact]
    public async Task An_upstream_set_is_exported_with_a_warning()
    {
        Sandbox.Cloud.AddUpstreamSnapSet("AbC_-d3F");

        SnapSetExport export = await ExportedAsync("AbC_-d3F");

        Assert.Contains("it is unknown whether all are here", Assert.Single(export.Warnings), StringComparison.Ordinal);
        Assert.False(ManifestFile.Read(ManifestOf(export)).IsCounted);
    }

    private IEnumerable<Call> DataCallsOf(SnapSet set, string name) =>
        DataCalls.Where(c => c.Path.Contains(ImageOf(set, name).Id, StringComparison.Ordinal));

    /// <summary>Any project member can write such an id into a tag.</summary>
    [Theory]
    [InlineData("*")]
    [InlineData("mp* '’\u001b[31m")]
    public async Task A_set_with_an_unusual_id_is_exported_and_refused_by_the_import(string id)
    {
        Sandbox.Cloud.AddUpstreamSnapSet(id);
        Sandbox.Cloud.AddUpstreamSnapSet("mp65jst2");

        SnapSetExport export = await ExportedAsync(id);
        Sandbox.Calls.Clear();
        SnapSetExport again = await ExportedAsync(id);

        Assert.Equal((id, id), (export.Id, again.Id));
        Assert.Equal(export.Path, Assert.Single(Directory.GetDirectories(Folder)));
        Assert.Contains(export.Warnings, warning => warning.Contains("Import-HotstackSnapSet refuses", StringComparison.Ordinal));
        Assert.Empty(DataCalls);
        Assert.Equal("ExportManifestInvalid", (await Assert.ThrowsAnyAsync<HotstackException>(() => ImportAsync(export.Path))).Id);
        Assert.Equal("ExportManifestInvalid",
            (await Assert.ThrowsAnyAsync<HotstackException>(() => ImportAsync(export.Path, newId: true))).Id);
    }

    /// <summary>A disk without room.</summary>
    private sealed class SmallDisk : ExportDisk
    {
        public long? Free { get; init; }

        public string? FullFile { get; init; }

        public override long? FreeSpace(string path) => Free;

        public override Stream OpenPart(string path) => Path.GetFileName(path) == FullFile ? new FullStream() : base.OpenPart(path);

        private sealed class FullStream : MemoryStream
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                throw new IOException("No space left on device", 28);
        }
    }
}

/// <summary>Where Glance gives no parts of an image.</summary>
public sealed class ExportWithoutRangesTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageRanges = ImageRanges.Refused };

    [Fact]
    public async Task The_download_starts_again()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Truncate, Path = ImageOf(set, "master2").Id + FileCalls });

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(
            [200, 400, 200], DataCalls.Where(c => c.Path.Contains(ImageOf(set, "master2").Id, StringComparison.Ordinal))
                .Select(c => c.Status));
        Assert.InRange(export.Fetched, set.Size + 1, set.Size + (ImageOf(set, "master2").Size!.Value / 2));
    }

    [Fact]
    public async Task The_download_does_not_start_again_for_ever()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Truncate, Path = FileCalls, Times = 0 });

        var e = await Assert.ThrowsAsync<HotstackException>(() => ExportAsync(set.Id));

        Assert.Equal(ErrorCause.ServiceUnavailable, e.Cause);
    }
}

/// <summary>Where something in between gives the whole to who asks for a part.</summary>
public sealed class ExportWithRangesIgnoredTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageRanges = ImageRanges.Ignored };

    [Fact]
    public async Task The_download_starts_again()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Truncate, Path = ImageOf(set, "master2").Id + FileCalls });

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(
            [200, 200], DataCalls.Where(c => c.Path.Contains(ImageOf(set, "master2").Id, StringComparison.Ordinal)).Select(c => c.Status));
        Assert.Equal(ImageOf(set, "master2").Size, new FileInfo(FileOf(export, "master2")).Length);
    }
}

/// <summary>Where Glance hashes in a way that nobody knows.</summary>
public sealed class ExportWithUnknownHashTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageHash = "blake9" };

    [Fact]
    public async Task The_checksum_is_verified_and_a_hash_recorded()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Path = ImageOf(set, "master2").Id + FileCalls });

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(7, DataCalls.Count());
        Assert.Empty(export.Warnings);
        Assert.All(ManifestFile.Read(ManifestOf(export)).Members, m => Assert.Equal(ImageOf(set, m.Name).Data!.Hash("sha512"), m.Hash));
    }
}

/// <summary>Where Glance tells no hash at all.</summary>
public sealed class ExportWithoutHashTests : MoveFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, ImageHash = null, ImageChecksum = false };

    [Fact]
    public async Task A_check_by_size_is_reported_and_the_import_verifies_the_files()
    {
        SnapSet set = await FrozenAsync();

        SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal(6, export.Warnings.Count(w => w.Contains("reports no hash", StringComparison.Ordinal)));
        Assert.Equal(SnapSetState.Complete, (await ImportedAsync(export.Path)).State);
        Alter(FileOf(export, "master0"));
        Assert.Equal("ExportAltered", (await Assert.ThrowsAsync<HotstackException>(() => ImportAsync(export.Path, newId: true))).Id);
    }
}
