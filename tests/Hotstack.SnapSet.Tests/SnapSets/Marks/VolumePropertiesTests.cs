using Hotstack.OpenStack.BlockStorage;
using Xunit;

namespace Hotstack.SnapSets.Marks;

/// <summary>What an image tells of its server's volumes.</summary>
public sealed class VolumePropertiesTests
{
    private static readonly SnapSetVolume Full = new()
    {
        SnapshotId = "11111111-1111-4111-8111-111111111111", VolumeId = "22222222-2222-4222-8222-222222222222", Device = "/dev/vdb",
            Size = 20,
        ResourceName = "master0-lvms-vol0",
    };

    [Fact]
    public void The_form_is_fixed() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["hotstack_volumes"] = "1",
            ["hotstack_volume_0"] = "snapshot=11111111-1111-4111-8111-111111111111,volume=22222222-2222-4222-8222-222222222222,"
                + "device=/dev/vdb,size=20,resource=master0-lvms-vol0",
        },
        Write(Full));

    public static TheoryData<SnapSetVolume> Volumes =>
    [
        Full, Full with { ResourceName = null }, Full with { Device = null, VolumeId = null, Size = 0 },
        Full with { ResourceName = "odd, with=signs,size=3" }, Full with { SnapshotId = "" },
    ];

    [Theory, MemberData(nameof(Volumes))]
    public void Written_volumes_are_read_back(SnapSetVolume volume) =>
        Assert.Equal([Full, volume], VolumeProperties.From(Write(Full, volume)));

    [Fact]
    public void A_resource_name_that_does_not_fit_is_left_out()
    {
        Dictionary<string, string> properties = Write(Full with { ResourceName = new string('x', 200) });

        Assert.All(properties.Values, value => Assert.InRange(value.Length, 1, 255));
        Assert.Equal([Full with { ResourceName = null }], VolumeProperties.From(properties));
    }

    [Fact]
    public void The_number_is_always_written_and_decides_how_many_count()
    {
        Dictionary<string, string> inherited = Write(Full, Full);
        foreach ((string key, string value) in VolumeProperties.Of([]))
        {
            inherited[key] = value;
        }

        Assert.Equal("0", inherited["hotstack_volumes"]);
        Assert.Equal(3, inherited.Count);
        Assert.Empty(VolumeProperties.From(inherited));
        Assert.Empty(VolumeProperties.From(new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData("hotstack_volumes", "many", 0)]
    [InlineData("hotstack_volumes", "-1", 0)]
    [InlineData("hotstack_volumes", "2000000000", 3)]
    [InlineData("hotstack_volume_1", "nonsense", 2)]
    [InlineData("hotstack_volume_1", null, 2)]
    public void A_corrupt_property_is_a_missing_volume(string key, string? value, int count)
    {
        Dictionary<string, string> properties = Write(Full, Full);
        properties.Remove(key);
        if (value is not null)
        {
            properties[key] = value;
        }

        IReadOnlyList<SnapSetVolume> read = VolumeProperties.From(properties);

        Assert.InRange(read.Count, count == 3 ? 2 : count, count);
        Assert.True(count == 0 || read.Any(v => v.SnapshotId.Length == 0) || key == "hotstack_volumes");
    }

    [Fact]
    public void Devices_are_in_name_order()
    {
        string?[] devices = [null, "/dev/vdaa", "/dev/vdc", "/dev/vdb"];

        Assert.Equal(["/dev/vdb", "/dev/vdc", "/dev/vdaa", null], devices.Order(DeviceOrder.Instance));
    }

    [Fact]
    public void A_snapshots_name_is_cut_and_found_by_name_and_metadata_only()
    {
        string name = VolumeSnapshotMarks.NameOf(new string('m', SnapSetImageName.LongestInstanceName), 11, "k3v9x2m1");
        var metadata = new Dictionary<string, string> { ["hotstack_snap_id"] = "k3v9x2m1" };
        var whole = new VolumeSnapshot("s", name, "available", "v", 1) { Metadata = metadata };

        Assert.Equal(255, name.Length);
        Assert.EndsWith("-volume11-snapshot-k3v9x2m1", name, StringComparison.Ordinal);
        Assert.Equal("hotstack-master0-volume0-snapshot-k3v9x2m1", VolumeSnapshotMarks.NameOf("master0", 0, "k3v9x2m1"));
        Assert.Single(VolumeSnapshotMarks.OfSet(
            [whole, whole with { Name = "backup" }, whole with { Metadata = new Dictionary<string, string>() }], "k3v9x2m1"));
        Assert.Empty(VolumeSnapshotMarks.OfSet([whole], "other"));
    }

    private static Dictionary<string, string> Write(params SnapSetVolume[] volumes) => VolumeProperties.Of(volumes).ToDictionary();
}
