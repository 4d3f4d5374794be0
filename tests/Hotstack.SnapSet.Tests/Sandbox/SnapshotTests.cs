using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

public class SnapshotTests : SandboxTest
{
    private const long GiB = 1L << 30;

    protected override SandboxOptions Options => new() { Clock = Clock, SnapshotsPerHost = 2, Quotas = new SandboxQuotas { Images = 9 } };

    [Fact]
    public async Task A_stopped_servers_snapshot_goes_through_its_states()
    {
        Cloud.StopServers();
        Cloud.SetDisk("master0", 2 * GiB);
        var id = await SnapshotAsync("master0", metadata: """{"hotstack_snap_id": "abc"}""");
        Assert.Equal("image_snapshot_pending", await TaskStateAsync("master0"));
        Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("image_snapshot", await TaskStateAsync("master0"));
        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("image_uploading", await TaskStateAsync("master0"));
        Assert.Equal("queued", (string?)(await ImageAsync(id))["status"]);
        Assert.Equal("SHUTOFF", Cloud.Server("master0").Status);
        Clock.Advance(TimeSpan.FromSeconds(2 + (2 * 2)));
        var image = await ImageAsync(id);
        Assert.Equal("active", (string?)image["status"]);
        Assert.Equal("image_uploading", await TaskStateAsync("master0"));
        Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(await TaskStateAsync("master0"));
        Assert.Equal(2 * Cloud.Options.ImageBytesPerGiB, (long?)image["size"]);
        Assert.Equal("snapshot", (string?)image["image_type"]);
        Assert.Equal(Cloud.Server("master0").Id, (string?)image["instance_uuid"]);
        Assert.Equal("abc", (string?)image["hotstack_snap_id"]);
        Assert.Equal("uefi", (string?)image["hw_firmware_type"]);
        Assert.Equal(160, (int?)image["min_disk"]);
    }

    [Fact]
    public async Task A_running_servers_snapshot_waits_to_be_uploaded()
    {
        await SnapshotAsync("master0");
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("image_pending_upload", await TaskStateAsync("master0"));
    }

    [Fact]
    public async Task The_manual_clock_may_jump_over_all_of_it()
    {
        Cloud.SetDisk("master0", GiB);
        var id = await SnapshotAsync("master0");
        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("2026-03-14T09:00:07Z", (string?)(await ImageAsync(id))["updated_at"]);
    }

    [Fact]
    public async Task Before_2_45_the_image_is_in_a_location_without_v2()
    {
        using var answer = await SendAsync(
            "POST", $"/compute/v2.1/servers/{Cloud.Server("master0").Id}/action", """{"createImage": {"name": "x"}}""");
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        Assert.Equal($"/image/images/{Cloud.ImagesNamed("x").Single().Id}", answer.Headers.Location!.AbsolutePath);
    }

    [Fact]
    public async Task A_host_does_so_many_at_once_and_the_others_wait()
    {
        Cloud.StopServers();
        foreach (var name in new[] { "master0", "master2", "worker1" })
        {
            Assert.Equal("compute-1", Cloud.Server(name).Host);
            Cloud.SetDisk(name, GiB);
            await SnapshotAsync(name);
        }

        Clock.Advance(TimeSpan.FromSeconds(7.5));
        Assert.Equal(2, Cloud.ImagesNamed("snap").Count(i => i.Status == "active"));
        Assert.Equal("image_snapshot", await TaskStateAsync("worker1"));
        Clock.Advance(TimeSpan.FromSeconds(7.5));
        Assert.Equal(3, Cloud.ImagesNamed("snap").Count(i => i.Status == "active"));
    }

    [Theory]
    [InlineData("\"name\": \"\"", 400)]
    [InlineData("\"name\": \" x\"", 400)]
    [InlineData("\"metadata\": {}", 400)]
    [InlineData("\"name\": \"x\", \"metadata\": {\"a/b\": \"c\"}", 400)]
    [InlineData("\"name\": \"x\", \"metadata\": {\"a\": 1}", 400)]
    [InlineData("\"name\": \"x\", \"metadata\": {\"tags\": \"c\"}", 500)]
    public async Task A_body_that_is_wrong_makes_no_image(string fields, int status)
    {
        Assert.Equal(status, (await ActAsync("master0", $$"""{"createImage": { {{fields}} } }""")).Status);
        Assert.Null(await TaskStateAsync("master0"));
    }

    [Fact]
    public async Task Over_the_quota_the_image_vanishes_and_only_the_action_tells()
    {
        for (var i = 0; i < 6; i++)
        {
            Cloud.AddImage("filler");
        }

        var (one, two) = (await SnapshotAsync("master0"), await SnapshotAsync("worker0"));
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(404, (await CallAsync("GET", "/image/v2/images/" + two)).Status);
        Assert.Equal("active", (string?)(await ImageAsync(one))["status"]);
        Assert.Null(await TaskStateAsync("worker0"));
        var actions = await GetAsync($"/compute/v2.1/servers/{Cloud.Server("worker0").Id}/os-instance-actions");
        Assert.Equal("Error", (string?)actions["instanceActions"]![0]!["message"]);
    }

    [Fact]
    public async Task A_revoked_token_leaves_the_image_queued()
    {
        var id = await SnapshotAsync("master0");
        Cloud.RevokeTokens();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await BecomeAsync("hotstack");
        Assert.Equal("queued", (string?)(await ImageAsync(id))["status"]);
        Assert.Null(await TaskStateAsync("master0"));
    }

    [Fact]
    public async Task An_image_deleted_meanwhile_stays_away()
    {
        var id = await SnapshotAsync("master0");
        Assert.Equal(204, (await CallAsync("DELETE", "/image/v2/images/" + id)).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await TaskStateAsync("master0"));
        Assert.Empty(Cloud.ImagesNamed("snap"));
    }

    [Fact]
    public async Task A_server_deleted_meanwhile_takes_the_image_along()
    {
        var id = await SnapshotAsync("master0");
        var server = Cloud.Server("master0").Id;
        Assert.Equal(204, (await CallAsync("DELETE", "/compute/v2.1/servers/" + server)).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(404, (await CallAsync("GET", "/image/v2/images/" + id)).Status);
        Assert.Equal(404, (await CallAsync("GET", "/compute/v2.1/servers/" + server)).Status);
    }

    [Fact]
    public async Task Of_volumes_there_is_an_empty_image_at_once_and_the_snapshots_later()
    {
        Cloud.MakeVolumeBacked("master0");
        var show = await GetAsync("/compute/v2.1/servers/" + Cloud.Server("master0").Id);
        Assert.Equal("", (string?)show["server"]!["image"]);
        var image = await ImageAsync(await SnapshotAsync("master0", "set"));
        Assert.Equal("active", (string?)image["status"]);
        Assert.Equal(0, (long?)image["size"]);
        Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", (string?)image["checksum"]);
        Assert.Null(image["instance_uuid"]);
        var mapping = JsonNode.Parse((string?)image["block_device_mapping"] ?? "")![0]!;
        var snapshot = $"/volume/v3/{Project}/snapshots/{(string?)mapping["snapshot_id"]}";
        Assert.Equal("creating", (string?)(await GetAsync(snapshot))["snapshot"]!["status"]);
        Assert.Equal("snapshot for set", (string?)(await GetAsync(snapshot))["snapshot"]!["name"]);
        Assert.Equal(400, (await CallAsync("DELETE", snapshot)).Status);
        Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("available", (string?)(await GetAsync(snapshot))["snapshot"]!["status"]);
        Assert.Equal(202, (await CallAsync("DELETE", snapshot)).Status);
        Assert.Equal("deleting", (string?)(await GetAsync(snapshot))["snapshot"]!["status"]);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(404, (await CallAsync("GET", snapshot)).Status);
    }
}
