using Hotstack.Moving;
using Hotstack.SnapSets.Marks;
using Xunit;

namespace Hotstack.SnapSets.Move;

/// <summary>What a manifest may not decide.</summary>
public sealed class DistrustTests : MoveFixture
{
    [Theory]
    [InlineData("hw_machine_type", true)]
    [InlineData("hw_numa_cpus.0", true)]
    [InlineData("os_distro", true)]
    [InlineData("os_secure_boot", true)]
    [InlineData("img_config_drive", true)]
    [InlineData("architecture", true)]
    [InlineData("hotstack_assisted_until", true)]
    [InlineData("hotstack_node_boot_id", true)]
    [InlineData("kernel_id", false)]
    [InlineData("ramdisk_id", false)]
    [InlineData("cinder_img_volume_type", false)]
    [InlineData("img_volume_type", false)]
    [InlineData("img_signature", false)]
    [InlineData("img_mappings", false)]
    [InlineData("img_block_device_mapping", false)]
    [InlineData("trait:CUSTOM_X", false)]
    [InlineData("hw_x:trait", false)]
    [InlineData("signature_verified", false)]
    [InlineData("mappings", false)]
    [InlineData("os_command_line", false)]
    [InlineData("com.rackspace__1__release_id", false)]
    [InlineData("store", false)]
    [InlineData("hotstack_else", false)]
    [InlineData("hotstack_volume_0", false)]
    [InlineData("hotstack_import", false)]
    [InlineData("my_note", false)]
    public void Only_properties_of_the_machine_move(string name, bool moves) =>
        Assert.Equal(moves, PortableProperties.Of(new Dictionary<string, string> { [name] = "x" }).ContainsKey(name));

    [Fact]
    public async Task Left_out_properties_are_reported_once()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Cloud.SetImageProperty(ImageOf(set, "master0").Id, "kernel_id", "k");
        Sandbox.Cloud.SetImageProperty(ImageOf(set, "master1").Id, "trait:CUSTOM_GPU", "required");

        SnapSetExport export = await ExportedAsync(set.Id);
        ExportManifest manifest = ManifestFile.Read(ManifestOf(export));
        ExportedMember[] members = [.. manifest.Members.Select(m => m with
        {
            Properties = new Dictionary<string, string>(m.Properties) { ["ramdisk_id"] = "r" },
            Tags = [.. m.Tags, "snap_id=ourother", "SNAP_ID=ourother", "role=controller", "hotstack-snapset ", "mine"],
        })];
        await File.WriteAllBytesAsync(ManifestOf(export), ManifestFile.Write(manifest with { Members = members }), Stop);
        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Contains("kernel_id, trait:CUSTOM_GPU", Assert.Single(export.Warnings), StringComparison.Ordinal);
        string warning = Assert.Single(Activity.Warnings, w => w.StartsWith("Properties and tags that do", StringComparison.Ordinal));
        Assert.Contains("ramdisk_id, tag SNAP_ID=ourother", warning, StringComparison.Ordinal);
        Assert.All(imported.Members, m =>
        {
            var image = ImageOf(imported, m.Name);
            Assert.DoesNotContain("ramdisk_id", image.Properties.Keys);
            Assert.Equal(7, image.Tags.Count);
            Assert.Contains("mine", image.Tags);
        });
    }

    [Fact]
    public async Task An_impossible_time_is_ignored()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Cloud.SetImageProperty(ImageOf(set, "master0").Id, "hotstack_cluster_recorded_at", "2026-01-01T00:00:00Z");
        Sandbox.Cloud.SetImageProperty(ImageOf(set, "master0").Id, "hotstack_assisted_until", "2099-01-01T00:00:00Z");
        SnapSetExport export = await ExportedAsync(set.Id);
        ExportManifest manifest = ManifestFile.Read(ManifestOf(export));
        await File.WriteAllBytesAsync(ManifestOf(export), ManifestFile.Write(manifest with { CreatedAt = manifest.CreatedAt.AddYears(9) }),
            Stop);

        SnapSet imported = await ImportedAsync(export.Path);

        Assert.Equal(manifest.Members.Min(m => m.ImageCreatedAt), imported.CreatedAt);
        Assert.Null(imported.AssistedUntil);
        Assert.Contains(Activity.Warnings, w => w.StartsWith("The export records that the set was made at", StringComparison.Ordinal));
        Assert.Contains(Activity.Warnings, w => w.Contains("hotstack_assisted_until is implausible", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void Without_times_of_images_the_clouds_clock_decides(int minutesAhead, bool isCut)
    {
        DateTimeOffset now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
        DateTimeOffset made = now.AddMinutes(minutesAhead);
        var manifest = new ExportManifest { Version = 1, Id = "k3v9x2m1", CreatedAt = made, ExportedAt = now, IsCounted = true,
            Members = [] };

        (ExportManifest read, IReadOnlyList<string> warnings) = ManifestTimes.Plausible(manifest, now);

        Assert.Equal((isCut ? now : made, isCut ? 1 : 0), (read.CreatedAt, warnings.Count));
    }

    [Theory]
    [InlineData("hotstack-master0-snapshot-aaaa1111", "aaaa1111")]
    [InlineData("hotstack-master0-snapshot-bbbb2222", "bbbb2222")]
    [InlineData("renamed", null)]
    public void The_name_decides_for_an_image_with_tags_of_two_sets(string imageName, string? id)
    {
        string[] tags = ["hotstack", "hotstack-snapset", "name=master0", "role=ocp_master", "snap_id=aaaa1111", "snap_id=bbbb2222",
            "mac_address="];

        Assert.Equal(id, SnapSetTags.From(tags, imageName)?.SnapId);
        Assert.Equal(id, SnapSetTags.From([.. tags.Reverse()], imageName)?.SnapId);
    }
}
