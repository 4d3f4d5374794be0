using System.Text.Json.Nodes;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Volumes;
using Hotstack.SnapSets.Create;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>Data volumes of a set, in a template that makes and attaches them.</summary>
public sealed class RestoreVolumesTests : RestoreFixture
{
    private const string TypeId = "5f0c1a52-0000-4000-8000-00000000000";

    private static NewSnapSetRequest WithVolumes => OfStack with { IncludeVolumes = true };

    /// <summary>By order, by device, and by devices that are not the set's.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData(", mountpoint: /dev/vdb", ", mountpoint: /dev/vdc")]
    [InlineData(", mountpoint: /dev/vdd", ", mountpoint: /dev/vde")]
    public async Task A_shared_volume_is_created_once_and_attached_to_both(string first, string second)
    {
        string volume = Sandbox.Cloud.AttachVolume("controller", "/dev/vdb", 20);
        Sandbox.Cloud.ShareVolume(volume, "master0", "/dev/vdc");
        SnapSet set = await FreezeAsync(WithVolumes);
        string template = With(
            set, "both: {type: OS::Cinder::Volume, properties: {size: 20, volume_type: multiattach}}", Attach("controller", "both", first),
                Attach("master0", "both", second));

        RestoredStack stack = await RestoreAsync(Of(set, template));

        Volume made = Assert.Single(Sandbox.Cloud.Volumes, v => v.SnapshotId is not null);
        Assert.Equal(Assert.Single(Sandbox.Cloud.VolumeSnapshots).Id, made.SnapshotId);
        string[] expected = [.. stack.Servers.Where(s => s.Name is "controller" or "master0").Select(s => s.Id)
            .Order(StringComparer.Ordinal)];
        Assert.Equal(expected, made.AlsoOn.Select(on => on.Server.Id).Append(made.Server!.Id).Order(StringComparer.Ordinal));
        Assert.All(stack.Servers, server => Assert.Equal(server.Name is "controller" or "master0" ? [made.Id] : [], server.Volumes));
        Assert.Empty(Activity.Warnings);
    }

    [Theory]
    [InlineData("availability_zone: nova", null)]
    [InlineData("volume_type: __DEFAULT__", null)]
    [InlineData($"volume_type: {TypeId}1", null)]
    [InlineData("availability_zone: ''", null)]
    [InlineData("availability_zone: az2", "has the availability zone az2 in the template, but its snapshot * is in nova.")]
    [InlineData("availability_zone: {get_param: note}", "has the availability zone az2 in the template, but its snapshot * is in nova.")]
    [InlineData("volume_type: fast", "has the type fast in the template, but its snapshot * has __DEFAULT__.")]
    [InlineData($"volume_type: {TypeId}3", "has the type fast in the template, but its snapshot * has __DEFAULT__.")]
    public async Task A_different_zone_or_type_is_reported_beforehand(string property, string? warning)
    {
        (SnapSet set, string template) = await FreezeWithAsync(property);
        string? told = null;

        await new RestoreSnapSet(Cloud).RunAsync(
            Of(set, template) with { Parameters = new JsonObject { ["note"] = "az2" } }, Activity,
            (_, _) => Task.FromResult((told = string.Join('\n', Activity.Warnings)) is null), Stop);

        string snapshot = Assert.Single(Sandbox.Cloud.VolumeSnapshots).Id;
        Assert.Equal(warning is null ? 0 : 1, Activity.Warnings.Count);
        Assert.Contains(warning is null ? "" : $"controller: the volume data {warning.Replace("*", snapshot, StringComparison.Ordinal)}",
            told, StringComparison.Ordinal);
        Assert.Empty(StackWrites);
    }

    [Theory]
    [InlineData("availability_zone: az2", "Volume must be in the same availability zone as the snapshot")]
    [InlineData("volume_type: fast", "recommend omitting the type argument")]
    public async Task A_refusal_by_Cinder_gives_its_reason(string property, string reason)
    {
        (SnapSet set, string template) = await FreezeWithAsync(property);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(Of(set, template)));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Single(Activity.Warnings, w => w.StartsWith("controller: the volume data ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Zone_and_type_default_to_the_snapshots()
    {
        (SnapSet set, string template) = await FreezeWithAsync("name: data", type: "fast", zone: "az2");

        await RestoreAsync(Of(set, template));

        Volume made = Assert.Single(Sandbox.Cloud.Volumes, v => v.SnapshotId is not null);
        Assert.Equal(("fast", "az2"), (made.Type, made.AvailabilityZone));
        Assert.Empty(Activity.Warnings);
    }

    [Theory]
    [InlineData("/volumes/[^/]+$", 404, "volume_type: fast", 0)]
    [InlineData("/volumes/[^/]+$", 403, "volume_type: fast", 1)]
    [InlineData("/volumes/[^/]+$", 500, "volume_type: fast", 1)]
    [InlineData("/types$", 403, $"volume_type: {TypeId}3", 1)]
    [InlineData("/types$", 404, $"volume_type: {TypeId}3", 1)]
    public async Task A_silent_Cinder_does_not_prevent_a_restore(string path, int status, string property, int warnings)
    {
        (SnapSet set, string template) = await FreezeWithAsync(property);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Path = path, Status = status, Times = 0 });

        Assert.Null(await RunAsync(Of(set, template), consents: false));

        Assert.Single(Asked);
        Assert.Equal(warnings, Activity.Warnings.Count);
        Assert.All(Activity.Warnings, w => Assert.Contains("not checked beforehand", w, StringComparison.Ordinal));
    }

    private async Task<(SnapSet Set, string Template)> FreezeWithAsync(string property, string? type = null, string? zone = null)
    {
        string volume = Sandbox.Cloud.AttachVolume("controller", "/dev/vdb", 20);
        Sandbox.Cloud.SetVolume(volume, type: type, zone: zone);
        SnapSet set = await FreezeAsync(WithVolumes);
        return (set, With(set, $"data: {{type: OS::Cinder::Volume, properties: {{size: 20, {property}}}}}", Attach("controller", "data")));
    }

    private static string With(SnapSet set, params string[] resources) =>
        TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))])
            .Replace("outputs:\n", string.Concat(resources.Select(r => $"  {r}\n")) + "outputs:\n", StringComparison.Ordinal);

    private static string Attach(string server, string volume, string more = "") =>
        $"{server}-{volume}: {{type: OS::Cinder::VolumeAttachment, properties: {{instance_uuid: {{get_resource: {server}}}, volume_id: {{get_resource: {volume}}}{more}}}}}";
}
