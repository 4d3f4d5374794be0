using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>Stacks that are changed, and deleted.</summary>
public sealed class StackChangeTests : StackTest
{
    protected override SandboxOptions Options => new() { Clock = Clock, Scenario = Scenario.Empty };

    private async Task UpdateAsync(string path, string method, JsonObject body)
    {
        var (status, json) = await CallAsync(method, path, body.ToJsonString());
        Assert.True(status == 202, json?.ToJsonString());
        Clock.Advance(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Another_image_rebuilds_the_server()
    {
        var path = await CreateAsync("lab", Small);
        var id = await IdAsync(path, "node");
        var (status, _) = await CallAsync("PATCH", path,
            new JsonObject { ["parameters"] = Parameters(("image", "nat64-appliance")) }.ToJsonString());
        Assert.Equal(202, status);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("UPDATE_IN_PROGRESS", (await StatusAsync(path)).Status);
        Assert.Equal("REBUILD", Cloud.FindServer(id)!.Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(("UPDATE_COMPLETE", "Stack UPDATE completed successfully"), await StatusAsync(path));
        Assert.Equal(id, await IdAsync(path, "node"));
        Assert.Equal(("ACTIVE", Cloud.ImagesNamed("nat64-appliance")[0].Id), (Cloud.FindServer(id)!.Status, Cloud.FindServer(id)!.ImageId));
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_COMPLETE"], await StatesAsync(path, "port"));
        Assert.NotNull((await StackAsync(path))["updated_time"]);
    }

    [Fact]
    public async Task What_cannot_be_changed_is_replaced_and_what_is_not_wanted_goes()
    {
        var path = await CreateAsync("lab", Small);
        var (port, volume, server) = (await IdAsync(path, "port"), await IdAsync(path, "vol"), await IdAsync(path, "node"));
        var template = Small.Replace("size: 20", "size: 30", StringComparison.Ordinal) + "\n  more: {value: 1}";
        template = template.Replace("  port: {type", "  extra: {type: OS::Heat::RandomString}\n  port: {type", StringComparison.Ordinal);
        await UpdateAsync(path, "PUT", Body("lab", template));
        Assert.Equal("UPDATE_COMPLETE", (await StatusAsync(path)).Status);
        Assert.Equal(port, await IdAsync(path, "port"));
        Assert.NotEqual(volume, await IdAsync(path, "vol"));
        Assert.NotEqual(server, await IdAsync(path, "node"));
        Assert.Equal((30, await IdAsync(path, "node")), (Cloud.Volumes.Single().Size, Cloud.Volumes.Single().Server!.Id));
        Assert.Single(Cloud.Servers, s => s.ProjectId == Project);
        Assert.Equal(1, (int?)await OutputAsync(path, "more"));
        await UpdateAsync(path, "PUT", Body("lab", Small.Replace("size: 20", "size: 30", StringComparison.Ordinal)));
        Assert.DoesNotContain("extra", (await ResourcesAsync(path)).Keys);
    }

    [Fact]
    public async Task A_port_takes_another_address_in_place()
    {
        var path = await CreateAsync("lab", Small);
        var port = await IdAsync(path, "port");
        await UpdateAsync(path, "PATCH", new JsonObject { ["parameters"] = Parameters(("mac", "fa:16:9e:81:f6:99")) });
        Assert.Equal(port, await IdAsync(path, "port"));
        Assert.Equal("fa:16:9e:81:f6:99", (string?)(await GetAsync("/networking/v2.0/ports/" + port))["port"]!["mac_address"]);
        Assert.Equal("fa:16:9e:81:f6:99", (string?)(await StackAsync(path))["parameters"]!["mac"]);
    }

    [Theory]
    [InlineData(true, "UPDATE_FAILED", 30)]
    [InlineData(false, "ROLLBACK_COMPLETE", 20)]
    public async Task An_update_that_fails_stays_or_goes_back(bool disableRollback, string status, int size)
    {
        var path = await CreateAsync("lab", Small);
        Assert.Equal("CREATE_COMPLETE", (await StatusAsync(path)).Status);
        Server.Faults.Add(new Fault { Kind = FaultKind.NoValidHost, Server = "node" });
        var body = Body("lab", Small.Replace("size: 20", "size: 30", StringComparison.Ordinal));
        body["disable_rollback"] = disableRollback;
        await UpdateAsync(path, "PUT", body);
        var (now, reason) = await StatusAsync(path);
        Assert.Equal(status, now);
        Assert.Equal(disableRollback,
            reason.StartsWith("Resource CREATE failed: ResourceInError: resources.node: ", StringComparison.Ordinal));
        Assert.Contains(Cloud.Volumes, v => v.Size == size);
        var states = await StatesAsync(path, "lab");
        Assert.Equal(["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_FAILED"], states[..4]);
        Assert.Equal(disableRollback ? "ERROR" : "ACTIVE", Cloud.FindServer(await IdAsync(path, "node"))!.Status);
    }

    [Fact]
    public async Task A_preview_of_an_update_tells_what_becomes_of_what()
    {
        var path = await CreateAsync("lab", Small);
        var template = Small.Replace("size: 20", "size: 30", StringComparison.Ordinal)
            .Replace("  net: {type", "  extra: {type: OS::Heat::None}\n  net: {type", StringComparison.Ordinal);
        var body = Body("lab", template, Parameters(("image", "nat64-appliance")));
        var (status, json) = await CallAsync("PUT", path + "/preview", body.ToJsonString());
        Assert.Equal(200, status);
        var changes = json!["resource_changes"]!.AsObject()
            .ToDictionary(c => c.Key, c => c.Value!.AsArray().Select(r => (string)r!["resource_name"]!).ToArray());
        Assert.Equal(["vol"], changes["replaced"]);
        Assert.Equal(["node"], changes["updated"]);
        Assert.Equal(["extra"], changes["added"]);
        Assert.Equal(["net", "subnet", "port"], changes["unchanged"]);
        Assert.Equal("CREATE_COMPLETE", (await StatusAsync(path)).Status);
    }

    [Fact]
    public async Task An_update_is_checked_as_a_creation_is()
    {
        var path = await CreateAsync("lab", Small);
        var (status, json) = await CallAsync("PATCH", path,
            new JsonObject { ["parameters"] = Parameters(("image", "gone")) }.ToJsonString());
        Assert.Equal(400, status);
        Assert.Contains("No images matching {'name': 'gone'}.", Message(json), StringComparison.Ordinal);
        (status, json) = await CallAsync("PUT", path, new JsonObject { ["parameters"] = new JsonObject() }.ToJsonString());
        Assert.Equal((400, "No template specified"), (status, Message(json)));
        Assert.Equal("CREATE_COMPLETE", (await StatusAsync(path)).Status);
    }

    [Fact]
    public async Task Deleting_takes_everything_away()
    {
        var before = Cloud.Do(() => (Cloud.PortList.Count, Cloud.NetworkList.Count, Cloud.RouterList.Count, Cloud.FloatingIpList.Count,
            Cloud.ServerList.Count));
        var path = await CreateAsync("lab", Whole, Parameters(("pub_key", "x")));
        Assert.Equal(204, (await CallAsync("DELETE", path)).Status);
        Assert.Equal("DELETE_IN_PROGRESS", (await StatusAsync(path)).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DELETE_COMPLETE", (await StatusAsync(path)).Status);
        Assert.Equal(404, (await CallAsync("GET", Stacks + "/lab")).Status);
        Assert.Equal(before, Cloud.Do(
            () => (Cloud.PortList.Count, Cloud.NetworkList.Count, Cloud.RouterList.Count, Cloud.FloatingIpList.Count,
            Cloud.ServerList.Count)));
        Assert.Empty(Cloud.Volumes);
        Assert.Empty((await GetAsync("/compute/v2.1/os-keypairs"))["keypairs"]!.AsArray());
        await CreateAsync("lab", Small);
    }

    [Fact]
    public async Task A_stack_that_is_being_made_can_be_deleted()
    {
        var (_, json) = await CallAsync("POST", Stacks, Body("lab", Small).ToJsonString());
        var path = $"{Stacks}/lab/{json!["stack"]!["id"]}";
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(204, (await CallAsync("DELETE", path)).Status);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DELETE_COMPLETE", (await StatusAsync(path)).Status);
        Assert.DoesNotContain(Cloud.Servers, s => s.ProjectId == Project);
        Assert.Empty(Cloud.Volumes);
    }

    [Fact]
    public async Task A_volume_with_a_snapshot_cannot_be_deleted()
    {
        var path = await CreateAsync("lab", Small);
        var snapshot = await VolumeSnapshotAsync(await IdAsync(path, "vol"));
        await CallAsync("DELETE", path);
        Clock.Advance(TimeSpan.FromMinutes(5));
        var (status, reason) = await StatusAsync(path);
        Assert.Equal("DELETE_FAILED", status);
        Assert.StartsWith("Resource DELETE failed: BadRequest: resources.vol: Invalid volume: Volume status must be available or error",
            reason, StringComparison.Ordinal);
        Assert.Equal("DELETE_FAILED", (await ResourcesAsync(path))["vol"]);
        Cloud.DeleteVolumeSnapshot(snapshot);
        await CallAsync("DELETE", path);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DELETE_COMPLETE", (await StatusAsync(path)).Status);
    }

    [Fact]
    public async Task A_volume_is_made_of_a_snapshot()
    {
        var path = await CreateAsync("first", Small);
        var volume = await IdAsync(path, "vol");
        var snapshot = await VolumeSnapshotAsync(volume);
        var copy = await IdAsync(await CreateAsync("second", Small, Parameters(("snapshot", snapshot))), "vol");
        var seen = (await GetAsync($"/volume/v3/{Project}/volumes/{copy}"))["volume"]!;
        Assert.Equal((snapshot, "in-use"), ((string?)seen["snapshot_id"], (string?)seen["status"]));
        Assert.Equal(volume, Cloud.Volumes.Single(v => v.Id == copy).Disk.Origin);
        var failed = await CreateAsync("third", Small.Replace("size: 20", "size: 19", StringComparison.Ordinal),
            Parameters(("snapshot", snapshot)));
        Assert.Contains("Volume size '19'GB cannot be smaller than the snapshot size 20GB.", (await StatusAsync(failed)).Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("volume_type: multiattach", null, "multiattach", "nova")]
    [InlineData("availability_zone: nova", null, "__DEFAULT__", "nova")]
    [InlineData("volume_type: fast", "(requested type is not compatible; recommend omitting the type argument).", null, null)]
    [InlineData("availability_zone: az2", "Volume must be in the same availability zone as the snapshot", null, null)]
    [InlineData("availability_zone: mars", "Availability zone 'mars' is invalid.", null, null)]
    public async Task A_snapshot_keeps_its_zone_and_its_types_backend(string property, string? refusal, string? type, string? zone)
    {
        var snapshot = await VolumeSnapshotAsync(await IdAsync(await CreateAsync("first", Small), "vol"));
        var path = await CreateAsync("second", Small.Replace("size: 20", $"size: 20\n      {property}", StringComparison.Ordinal),
            Parameters(("snapshot", snapshot)));
        if (refusal is not null)
        {
            Assert.Contains(refusal, (await StatusAsync(path)).Reason, StringComparison.Ordinal);
            return;
        }

        var copy = Cloud.Volumes.Single(v => v.SnapshotId == snapshot);
        Assert.Equal((type, zone), (copy.Type, copy.AvailabilityZone));
    }

    [Theory]
    [InlineData("multiattach", "CREATE_COMPLETE")]
    [InlineData("__DEFAULT__", "CREATE_FAILED")]
    public async Task Only_a_volume_of_such_a_type_is_attached_twice(string type, string expected)
    {
        var path = await CreateAsync("lab", $$"""
            heat_template_version: rocky
            resources:
              net: {type: OS::Neutron::Net}
              subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.32.0/24} }
              vol: {type: OS::Cinder::Volume, properties: {size: 5, volume_type: {{type}} } }
              a: {type: OS::Nova::Server, depends_on: subnet, properties: {name: a, image: ipxe-boot-usb, flavor: hotstack.small, networks: [{network: {get_resource: net} }]} }
              b: {type: OS::Nova::Server, depends_on: subnet, properties: {name: b, image: ipxe-boot-usb, flavor: hotstack.small, networks: [{network: {get_resource: net} }]} }
              on-a: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: a}, volume_id: {get_resource: vol} } }
              on-b: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: b}, volume_id: {get_resource: vol} } }
            """);
        Assert.Equal(expected, (await StatusAsync(path)).Status);
        Assert.Equal(expected == "CREATE_COMPLETE" ? 1 : 0, Cloud.Volumes.Single().AlsoOn.Count);
        await CallAsync("DELETE", path);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DELETE_COMPLETE", (await StatusAsync(path)).Status);
        Assert.Empty(Cloud.Volumes);
    }

    [Fact]
    public async Task A_disk_counts_its_boots_through_its_copies()
    {
        var first = await IdAsync(await CreateAsync("first", Small), "node");
        Assert.Equal((first, 1), (Cloud.OriginOf(first), Cloud.BootsOf(first)));
        var name = Cloud.FindServer(first)!.Name;
        await ActAsync(name, """{"os-stop": null}""");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await ActAsync(name, """{"os-start": null}""");
        Clock.Advance(TimeSpan.FromMinutes(1));
        var image = await SnapshotAsync(name);
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await IdAsync(await CreateAsync("second", Small, Parameters(("image", image))), "node");
        Assert.Equal((first, 3, 2), (Cloud.OriginOf(second), Cloud.BootsOf(second), Cloud.BootsOf(first)));
        Assert.Equal(second, Assert.Single(Cloud.CopiesOf(first)).Id);
        var other = await IdAsync(await CreateAsync("third", Small), "node");
        Assert.Equal((other, 1), (Cloud.OriginOf(other), Cloud.BootsOf(other)));
    }

    [Fact]
    public async Task So_does_a_root_volume()
    {
        const string Rooted = """
            heat_template_version: rocky
            parameters: {root: {type: json} }
            resources:
              node: {type: OS::Nova::Server, properties: {name: rooted, flavor: hotstack.small, block_device_mapping_v2: [{get_param: root}]} }
            """;
        var first = await IdAsync(await CreateAsync("first", Rooted, Parameters(("root", JsonNode.Parse(
            """{"boot_index": 0, "image": "nat64-appliance", "volume_size": 5}""")))), "node");
        Assert.Equal((first, 1), (Cloud.OriginOf(first), Cloud.BootsOf(first)));
        await SnapshotAsync("rooted");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var snapshot = Assert.Single(Cloud.VolumeSnapshots).Id;
        var root = new JsonObject { ["boot_index"] = 0, ["snapshot_id"] = snapshot, ["volume_size"] = 5, ["delete_on_termination"] = true };
        var second = await IdAsync(await CreateAsync("second", Rooted, Parameters(("root", root))), "node");
        Assert.Equal((first, 2), (Cloud.OriginOf(second), Cloud.BootsOf(second)));
        Assert.Equal("", (string?)(await GetAsync("/compute/v2.1/servers/" + second))["server"]!["image"]);

        // The image of such a server, which only names the snapshot, is as good.
        var third = await IdAsync(await CreateAsync("third", Small, Parameters(("image", "snap"))), "node");
        Assert.Equal((first, 2), (Cloud.OriginOf(third), Cloud.BootsOf(third)));
        Assert.Equal([("/dev/vda", 5), ("/dev/vdb", 20)], Cloud.Volumes.Where(v => v.Server?.Id == third).OrderBy(v => v.Device)
            .Select(v => (v.Device, v.Size)));
    }

    /// <summary>The older form: without an image the server boots from its first entry, with one it has two disks.</summary>
    [Fact]
    public async Task A_server_boots_from_the_older_mapping()
    {
        string Template(string image) => $$"""
            heat_template_version: rocky
            resources:
              vol: {type: OS::Cinder::Volume, properties: {size: 7, image: nat64-appliance} }
              node: {type: OS::Nova::Server, properties: {name: rooted, flavor: hotstack.small, {{image}}block_device_mapping: [{device_name: vda, volume_id: {get_resource: vol} }]} }
            """;
        var bare = await IdAsync(await CreateAsync("bare", Template("")), "node");
        Assert.Equal("", (string?)(await GetAsync("/compute/v2.1/servers/" + bare))["server"]!["image"]);
        Assert.Equal(7, Assert.Single(Cloud.Volumes, v => v.Server?.Id == bare).Size);
        var both = await IdAsync(await CreateAsync("both", Template("image: nat64-appliance, ")), "node");
        Assert.NotEqual("", (await GetAsync("/compute/v2.1/servers/" + both))["server"]!["image"]!.ToString());
        Assert.Single(Cloud.Volumes, v => v.Server?.Id == both);
    }

    private async Task<string> VolumeSnapshotAsync(string volume)
    {
        var (status, json) = await CallAsync(
            "POST", $"/volume/v3/{Project}/snapshots",
                new JsonObject { ["snapshot"] = new JsonObject { ["volume_id"] = volume, ["name"] = "s",
                ["force"] = true } }.ToJsonString());
        Assert.Equal(202, status);
        Clock.Advance(TimeSpan.FromMinutes(1));
        return (string)json!["snapshot"]!["id"]!;
    }
}
