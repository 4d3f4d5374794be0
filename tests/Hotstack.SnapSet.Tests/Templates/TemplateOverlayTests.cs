using Hotstack.Configuration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.Templates;

public sealed class TemplateOverlayTests
{
    private const string Head = "heat_template_version: rocky\nresources:\n";

    [Fact]
    public void Image_and_main_address_go_to_the_server_and_its_first_port()
    {
        OverlayResult result = Apply(
            """
              net: {type: OS::Neutron::Net}
              controller-port:
                type: OS::Neutron::Port
                properties:
                  network: {get_resource: net}
                  mac_address: "fa:16:9e:81:f6:05"
              controller:
                type: OS::Nova::Server
                properties:
                  image: {get_param: [controller_params, image]}
                  metadata: {when: 2018-08-31, mode: 0644, 'on': yes}
                  user_data: |
                    #!/bin/sh
                    echo  two
                  networks:
                    - port: {get_resource: controller-port}
            """,
            Texts.Member("controller", "fa:16:3e:0:0:1", "controller"));

        Assert.Equal(
            """
            heat_template_version: rocky
            resources:
              net: {type: 'OS::Neutron::Net'}
              controller-port:
                type: OS::Neutron::Port
                properties:
                  network: {get_resource: net}
                  mac_address: "fa:16:3e:00:00:01"
              controller:
                type: OS::Nova::Server
                properties:
                  image: image-of-controller
                  metadata: {when: 2018-08-31, mode: 0644, 'on': yes}
                  user_data: |
                    #!/bin/sh
                    echo  two
                  networks:
                    - port: {get_resource: controller-port}
            outputs:
              snapset_data:
                description: "What Hotstack snapshots of this stack are made of"
                value:
                  instances:
                    controller:
                      uuid: {get_resource: controller}
                      role: controller
                      mac_address: {get_attr: [controller-port, mac_address]}
            """,
            result.Text.TrimEnd());
        Assert.Equal(
            [
                "controller: image -> image-of-controller",
                "controller: controller-port: mac_address fa:16:9e:81:f6:05 -> fa:16:3e:00:00:01",
                "output snapset_data added",
            ],
            result.Changes);
        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
        Assert.Empty(result.Uncovered);
    }

    /// <summary>An output that lacks servers would hide them from the next set; without it they are found by the stack's resources.</summary>
    [Theory]
    [InlineData("  other: {type: OS::Nova::Server, properties: {networks: [{network: net}]}}\n")]
    [InlineData("  others: {type: OS::Heat::ResourceGroup, properties: {count: 2}}\n")]
    public void The_output_is_added_only_if_all_servers_can_be_in_it(string besides)
    {
        OverlayResult result = Apply(
            "  p: {type: OS::Neutron::Port, properties: {network: net, mac_address: 'fa:16:3e:00:00:01'}}\n"
            + "  s: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p}}]}}\n" + besides,
            Texts.Member("s", "fa:16:3e:00:00:01", "ocp_master"));

        Assert.DoesNotContain("snapset_data", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Changes, change => change.Contains("snapset_data", StringComparison.Ordinal));
    }

    /// <summary>The ports' addresses before (- for none, ? for a port from outside), the member's, and the ports' after.</summary>
    [Theory]
    [InlineData("01", "01", "01", "01")]
    [InlineData("01", "02", "02", "02")]
    [InlineData("-", "02", "02", "02")]
    [InlineData("01 02", "02", "02", "01 02")]
    [InlineData("01 02", "03", "03", "03 02")]
    [InlineData("- -", "03", "03", "03 -")]
    [InlineData("01 02", "02", "02 01", "01 02")]
    [InlineData("01 -", "02", "02 01", "01 02")]
    [InlineData("- 01", "02", "01 02", "02 01")]
    [InlineData("07 08", "02", "01 02", "02 01")]
    [InlineData("- -", "01", "01 02", "01 02")]
    [InlineData("- - -", "01", "01 02", "01 - -")]
    [InlineData("09", "01", "01 02", "01")]
    [InlineData("? -", "01", "01", "? 01")]
    [InlineData("? -", "01", "01 02", "? 01")]
    [InlineData("-", "", "05", "05")]
    [InlineData("03", "", "", "03")]
    public void Addresses_stay_where_they_belong_and_the_main_one_comes_first(string before, string main, string all, string after)
    {
        string[] ports = before.Split(' ');
        string resources = string.Concat(ports.Select((mac, i) => mac == "?" ? "" :
            $"  p{i}: {{type: OS::Neutron::Port, properties: {{network: n{i}{(mac == "-" ? "" : $", mac_address: '{Full(mac)}'")}}}}}\n"));
        string networks = string.Join(", ",
            ports.Select((mac, i) => mac == "?" ? "{port: {get_param: x}}" : $"{{port: {{get_resource: p{i}}}}}"));
        SnapSetMember member = Texts.Member(
            "s", main.Length > 0 ? Full(main) : null, "ocp_master",
                [.. all.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Full)]);

        OverlayResult result = Apply($"{resources}  s: {{type: OS::Nova::Server, properties: {{networks: [{networks}]}}}}", member);

        TemplateServer server = Texts.Whole(result.Text).Template.Servers[0];
        Assert.Equal(after, string.Join(' ', server.Ports.Select(port => !port.CanTakeMac ? "?" : port.MacAddress?[^2..] ?? "-")));
    }

    [Fact]
    public void One_address_is_never_given_twice_on_a_network()
    {
        OverlayResult result = Apply(
            """
              net: {type: OS::Neutron::Net}
              p1: {type: OS::Neutron::Port, properties: {network: {get_resource: net}}}
              p2: {type: OS::Neutron::Port, properties: {network: {get_resource: net}}}
              p3: {type: OS::Neutron::Port, properties: {network: elsewhere}}
              spare: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, mac_address: 'fa:16:3e:00:00:09'}}
              a: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p1}}]}}
              b: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p2}}]}}
              c: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p3}}]}}
            """,
            Texts.Member("a", Full("01")), Texts.Member("b", Full("01")), Texts.Member("c", Full("01")));

        Assert.Equal([Full("01"), null, Full("01")],
            Texts.Whole(result.Text).Template.Servers.Select(server => server.Ports[0].MacAddress));
        Assert.Equal([$"The MAC address {Full("01")} would be on one network twice: p1 and p2."], result.Problems);
    }

    [Fact]
    public void An_address_of_the_template_that_stays_is_not_given_again()
    {
        OverlayResult result = Apply(
            """
              p1: {type: OS::Neutron::Port, properties: {network: net}}
              spare: {type: OS::Neutron::Port, properties: {network: net, mac_address: 'fa:16:3e:00:00:01'}}
              a: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p1}}]}}
            """,
            Texts.Member("a", Full("01")));

        Assert.Null(Texts.Whole(result.Text).Template.Servers[0].Ports[0].MacAddress);
        Assert.Contains("p1 and spare", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_can_change_places_between_servers()
    {
        OverlayResult result = Apply(
            """
              p1: {type: OS::Neutron::Port, properties: {network: net, mac_address: 'fa:16:3e:00:00:01'}}
              p2: {type: OS::Neutron::Port, properties: {network: net, mac_address: 'fa:16:3e:00:00:02'}}
              a: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p1}}]}}
              b: {type: OS::Nova::Server, properties: {networks: [{port: {get_resource: p2}}]}}
            """,
            Texts.Member("a", Full("02")), Texts.Member("b", Full("01")));

        Assert.Equal([Full("02"), Full("01")], Texts.Whole(result.Text).Template.Servers.Select(server => server.Ports[0].MacAddress));
        Assert.Empty(result.Problems);
    }

    [Fact]
    public void A_network_without_a_port_gets_the_address_as_an_extra_property()
    {
        OverlayResult result = Apply("  s: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}]}}",
            Texts.Member("s", Full("01")));

        Assert.Equal(
            Head + """
              s: {type: 'OS::Nova::Server', properties: {image: image-of-s, networks: [{network: lab, port_extra_properties: {mac_address: "fa:16:3e:00:00:01"}}]}}
            outputs:
              snapset_data:
                description: "What Hotstack snapshots of this stack are made of"
                value:
                  instances:
                    s:
                      uuid: {get_resource: s}
                      role: ocp_master
                      mac_address: "fa:16:3e:00:00:01"
            """,
            result.Text.TrimEnd());
    }

    [Fact]
    public void What_two_servers_share_by_an_alias_is_changed_for_one()
    {
        OverlayResult result = Apply(
            """
              a:
                type: OS::Nova::Server
                properties: &shared
                  image: base
                  networks: [{network: lab}]
              b: {type: OS::Nova::Server, properties: *shared}
              c:
                type: OS::Nova::Server
                properties:
                  <<: *shared
                  flavor: small
            """,
            Texts.Member("b", Full("01")));

        HeatTemplate template = Texts.Whole(result.Text).Template;
        Assert.Equal(["base", "image-of-b", "base"], template.Servers.Select(server => server.Image));
        Assert.Equal([null, Full("01"), null], template.Servers.Select(server => server.Ports[0].MacAddress));
        Assert.Equal("small", template.Servers[2].Flavor);
        Assert.Equal(["a", "c"], result.Uncovered);
    }

    [Fact]
    public void Data_volumes_are_made_of_their_snapshots()
    {
        OverlayResult result = Apply(
            """
              v0: {type: OS::Cinder::Volume, properties: {size: 20, image: old}}
              v1: {type: OS::Cinder::Volume, properties: {size: 10, volume_type: fast, source_volid: x}}
              v2: {type: OS::Cinder::Volume, properties: {size: {get_param: size}}}
              s:
                type: OS::Nova::Server
                properties:
                  image: x
                  networks: [{network: lab}]
                  block_device_mapping_v2:
                    - {boot_index: -1, volume_id: {get_resource: v0}}
                    - {boot_index: -1, volume_id: {get_resource: v1}}
                    - {boot_index: -1, volume_id: {get_resource: v2}}
            """,
            Texts.Member("s", Full("01")) with
            {
                Volumes = [Texts.Volume("snap-b", "v1"), Texts.Volume("snap-c", "v2", 30), Texts.Volume("snap-a", "v0", 15)],
            });

        Assert.Contains("v0: {type: 'OS::Cinder::Volume', properties: {size: 20, snapshot_id: snap-a}}", result.Text,
            StringComparison.Ordinal);
        Assert.Contains("v1: {type: 'OS::Cinder::Volume', properties: {size: 20, volume_type: fast, snapshot_id: snap-b}}", result.Text,
            StringComparison.Ordinal);
        Assert.Contains("v2: {type: 'OS::Cinder::Volume', properties: {size: {get_param: size}, snapshot_id: snap-c}}", result.Text,
            StringComparison.Ordinal);
        Assert.Contains("s: v1: size 10 -> 20 GiB", result.Changes);
        Assert.Equal(["s: the size of v2 is given by a function; it must be at least 30 GiB."], result.Warnings);
        Assert.Empty(result.Problems);
    }

    /// <summary>Which of the snapshots a, b, … each volume of the template gets.</summary>
    [Theory]
    [InlineData("a b", "a b", 0, 0)]
    [InlineData("a=v1 b=v0", "b a", 0, 0)]
    [InlineData("a=v1 b", "b a", 0, 0)]
    [InlineData("a=gone b", "a b", 0, 1)]
    [InlineData("a", "a -", 0, 2)]
    [InlineData("a=v1", "- a", 0, 1)]
    [InlineData("a b c", "a b", 1, 1)]
    [InlineData("a@/dev/vdc b@/dev/vdb", "b a", 0, 0)]
    public void Volumes_are_matched_by_name_then_device_then_order(string volumes, string expected, int problems, int warnings)
    {
        SnapSetVolume[] given = [.. volumes.Split(' ').Select(text =>
            Texts.Volume(text[..1], text.Length > 1 && text[1] == '=' ? text[2..] : null, device: text.Length > 1 && text[1] == '@'
                ? text[2..] : null))];
        OverlayResult result = Apply(
            """
              v0: {type: OS::Cinder::Volume, properties: {size: 20}}
              v1: {type: OS::Cinder::Volume, properties: {size: 20}}
              a0: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: s}, volume_id: {get_resource: v0}, mountpoint: /dev/vdb}}
              a1: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: s}, volume_id: {get_resource: v1}, mountpoint: /dev/vdc}}
              s: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}]}}
            """,
            Texts.Member("s", Full("01")) with { Volumes = [.. given] });

        var resources = ((DocMap)Texts.Yaml(result.Text)!).MapOrNull("resources")!;
        IEnumerable<string> found = Enumerable.Range(0, 2)
            .Select(i => resources.Map($"v{i}")!.MapOrNull("properties")!.TextOrNull("snapshot_id") ?? "-");
        Assert.Equal(expected, string.Join(' ', found));
        Assert.Equal((problems, warnings), (result.Problems.Count, result.Warnings.Count));
    }

    /// <summary>Two members with one volume of the template: the snapshot of each, and the volume that it is of.</summary>
    [Theory]
    [InlineData("snap", "v", "snap", "v", 0, 0)]
    [InlineData("snap", null, "snap", null, 0, 0)]
    [InlineData("snap", "v", "other", "v", 0, 1)]
    [InlineData("snap", "v", "other", "w", 1, 0)]
    [InlineData("snap", null, "other", null, 1, 0)]
    public void A_shared_volume_is_made_once(string first, string? firstVolume, string second, string? secondVolume, int problems,
        int warnings)
    {
        OverlayResult result = Apply(
            """
              v0: {type: OS::Cinder::Volume, properties: {size: 20, volume_type: multiattach, availability_zone: {get_param: zone}}}
              a: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}]}}
              b: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}]}}
              a0: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: a}, volume_id: {get_resource: v0}}}
              b0: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: b}, volume_id: {get_resource: v0}}}
            """,
            Texts.Member("a", Full("01")) with { Volumes = [Texts.Volume(first, device: "/dev/vdb") with { VolumeId = firstVolume }] },
            Texts.Member("b", Full("02")) with { Volumes = [Texts.Volume(second, device: "/dev/vdd") with { VolumeId = secondVolume }] });

        Assert.Equal((problems, warnings), (result.Problems.Count, result.Warnings.Count));
        Assert.All(result.Problems.Concat(result.Warnings), sentence => Assert.Contains(second, sentence, StringComparison.Ordinal));
        PlacedVolume placed = Assert.Single(result.Volumes);
        Assert.Equal(("a", "v0", first, "multiattach", null),
            (placed.Member, placed.Resource, placed.Volume.SnapshotId, placed.VolumeType, placed.AvailabilityZone));
        Assert.Single(result.Changes, change => change.Contains("snapshot_id", StringComparison.Ordinal));
    }

    [Fact]
    public void A_shared_volume_finds_its_place_by_its_snapshot()
    {
        OverlayResult result = Apply(
            """
              own: {type: OS::Cinder::Volume, properties: {size: 20}}
              both: {type: OS::Cinder::Volume, properties: {size: 20}}
              a: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}], block_device_mapping_v2: [{volume_id: {get_resource: both}, boot_index: -1}]}}
              b: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}], block_device_mapping_v2: [{volume_id: {get_resource: own}, boot_index: -1}, {volume_id: {get_resource: both}, boot_index: -1}]}}
            """,
            Texts.Member("a", Full("01")) with { Volumes = [Texts.Volume("shared")] },
            Texts.Member("b", Full("02")) with { Volumes = [Texts.Volume("shared"), Texts.Volume("alone")] });

        Assert.Equal([("both", "shared"), ("own", "alone")], result.Volumes.Select(placed => (placed.Resource, placed.Volume.SnapshotId)));
        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void A_shared_volume_that_the_template_makes_twice_is_warned_of()
    {
        OverlayResult result = Apply(
            """
              v0: {type: OS::Cinder::Volume, properties: {size: 20}}
              v1: {type: OS::Cinder::Volume, properties: {size: 20}}
              a: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}], block_device_mapping_v2: [{volume_id: {get_resource: v0}, boot_index: -1}]}}
              b: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}], block_device_mapping_v2: [{volume_id: {get_resource: v1}, boot_index: -1}]}}
            """,
            Texts.Member("a", Full("01")) with { Volumes = [Texts.Volume("shared")] },
            Texts.Member("b", Full("02")) with { Volumes = [Texts.Volume("shared")] });

        Assert.StartsWith("b: the volume v1 is a second copy of v0 of a", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(["v0", "v1"], result.Volumes.Select(placed => placed.Resource));
    }

    [Fact]
    public void A_volume_that_the_template_does_not_attach_is_made_and_warned_of()
    {
        OverlayResult result = Apply(
            """
              v0: {type: OS::Cinder::Volume, properties: {size: 20}}
              a: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}]}}
              b: {type: OS::Nova::Server, properties: {image: x, networks: [{network: lab}]}}
            """,
            Texts.Member("a", Full("01")) with { Volumes = [Texts.Volume("shared", "v0")] },
            Texts.Member("b", Full("02")) with { Volumes = [Texts.Volume("shared", "v0")] });

        Assert.Contains("v0: {type: 'OS::Cinder::Volume', properties: {size: 20, snapshot_id: shared}}", result.Text,
            StringComparison.Ordinal);
        Assert.Equal(
            [
                "a: the template does not attach the volume v0 to a; attach it after the restore.",
                "b: the template does not attach the volume v0 to b; attach it after the restore.",
            ],
            result.Warnings);
        Assert.Empty(result.Problems);
    }

    /// <summary>What becomes of a volume-backed member's server.</summary>
    [Theory]
    [InlineData(
        "{image: x, flavor: f}",
        "{flavor: f, block_device_mapping_v2: [{boot_index: 0, snapshot_id: root, volume_size: 40, delete_on_termination: true, device_type: disk}]}")]
    [InlineData(
        "{image: x, block_device_mapping_v2: [{boot_index: -1, volume_id: {get_resource: v}}]}",
        "{block_device_mapping_v2: [{boot_index: 0, snapshot_id: root, volume_size: 40, delete_on_termination: true, device_type: disk}, {boot_index: -1, volume_id: {get_resource: v}}]}")]
    [InlineData(
        "{block_device_mapping_v2: [{boot_index: 0, image: i, volume_size: 60, delete_on_termination: false}]}",
        "{block_device_mapping_v2: [{boot_index: 0, volume_size: 60, delete_on_termination: false, snapshot_id: root, device_type: disk}]}")]
    [InlineData(
        "{block_device_mapping_v2: [{device_type: cdrom, disk_bus: sata, boot_index: 0, image_id: {get_param: cd}, volume_size: 5}]}",
        "{block_device_mapping_v2: [{device_type: cdrom, disk_bus: sata, boot_index: 0, volume_size: 40, snapshot_id: root, delete_on_termination: true}]}")]
    [InlineData(
        "{block_device_mapping_v2: [{boot_index: 0, volume_id: {get_resource: v}}]}",
        "{block_device_mapping_v2: [{boot_index: 0, volume_id: {get_resource: v}}]}")]
    [InlineData(
        "{block_device_mapping: [{device_name: vda, volume_id: x}]}",
        "{block_device_mapping: [{device_name: vda, snapshot_id: root, volume_size: 40, delete_on_termination: true}]}")]
    [InlineData(
        "{image: x, block_device_mapping: [{device_name: /dev/vda, snapshot_id: x, volume_size: 80, delete_on_termination: false}]}",
        "{block_device_mapping: [{device_name: /dev/vda, volume_size: 80, delete_on_termination: false, snapshot_id: root}]}")]
    [InlineData(
        "{image: x, block_device_mapping: [{device_name: vdb, volume_id: {get_resource: v}}]}",
        "{block_device_mapping: [{device_name: vda, snapshot_id: root, volume_size: 40, delete_on_termination: true}, {device_name: vdb, volume_id: {get_resource: v}}]}")]
    [InlineData("{image: x, block_device_mapping: {get_param: x}}", "{image: x, block_device_mapping: {get_param: x}}")]
    [InlineData("{image: x, block_device_mapping_v2: {get_param: x}}", "{image: x, block_device_mapping_v2: {get_param: x}}")]
    public void A_volume_backed_member_boots_from_its_snapshot(string before, string after)
    {
        OverlayResult result = Apply(
            $"""
              v: @type: OS::Cinder::Volume, properties: @size: 1##
              s: @type: OS::Nova::Server, properties: {before}#
            """.Replace('@', '{').Replace('#', '}'),
            Texts.Member("s") with { IsVolumeBacked = true, Volumes = [Texts.Volume("root", size: 40, isRoot: true)] });

        Assert.Equal(after, Flat(result.Text));
        Assert.Equal(before.Contains("mapping: {", StringComparison.Ordinal) || before.Contains("v2: {", StringComparison.Ordinal),
            result.Problems.Count == 1);
    }

    [Fact]
    public void The_root_volume_that_is_a_resource_is_made_of_the_snapshot()
    {
        OverlayResult result = Apply(
            """
              v: {type: OS::Cinder::Volume, properties: {size: 10, image: i}}
              s: {type: OS::Nova::Server, properties: {block_device_mapping_v2: [{boot_index: 0, volume_id: {get_resource: v}}]}}
            """,
            Texts.Member("s") with { IsVolumeBacked = true, Volumes = [Texts.Volume("from-upstream") with { IsRoot = true, Size = 0 }] });

        Assert.Contains("v: {type: 'OS::Cinder::Volume', properties: {size: 10, snapshot_id: from-upstream}}", result.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("block_device_mapping_v2: [{boot_index: 0, image: i, volume_size: 5}]", "{image: image-of-s}")]
    [InlineData("block_device_mapping: [{device_name: vda, snapshot_id: i, volume_size: 160, delete_on_termination: true}]", "{image: image-of-s}")]
    [InlineData("image: x, block_device_mapping: [{device_name: /dev/vda, volume_id: {get_resource: v}}]", "{image: image-of-s}")]
    [InlineData("block_device_mapping: [{device_name: sda, volume_id: {get_resource: v}}]", "{image: image-of-s}")]
    [InlineData(
        "block_device_mapping: [{device_name: vdb, volume_id: y}, {device_name: vda, volume_id: x}]",
        "{block_device_mapping: [{device_name: vdb, volume_id: y}], image: image-of-s}")]
    [InlineData(
        "image: x, block_device_mapping: [{device_name: vdb, volume_id: y}]",
        "{image: image-of-s, block_device_mapping: [{device_name: vdb, volume_id: y}]}")]
    [InlineData("image: x, block_device_mapping: []", "{image: image-of-s, block_device_mapping: []}")]
    public void An_image_takes_the_place_of_the_templates_root_volume(string before, string after)
    {
        OverlayResult result = Apply(
            $"  v: @type: OS::Cinder::Volume#\n  s: @type: OS::Nova::Server, properties: @{before}##".Replace('@', '{').Replace('#', '}'),
            Texts.Member("s"));

        Assert.Equal(after, Flat(result.Text));
        Assert.Equal(before.Contains("get_resource", StringComparison.Ordinal),
            result.Changes.Contains("s: volume v removed, because nothing else uses it"));
        Assert.Equal(before.Contains("get_resource", StringComparison.Ordinal), !result.Text.Contains("Cinder", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("o: {type: OS::Heat::Value, properties: {value: {get_resource: v}}}")]
    [InlineData("o: {type: OS::Heat::Value, depends_on: v}")]
    [InlineData("o: {type: OS::Heat::Value, depends_on: [v]}")]
    [InlineData("o: {type: OS::Heat::Value, properties: {value: {get_attr: [v, size]}}}")]
    public void A_root_volume_that_is_needed_elsewhere_stays(string other)
    {
        OverlayResult result = Apply(
            $"  v: @type: OS::Cinder::Volume#\n  s: @type: OS::Nova::Server, properties: @block_device_mapping_v2: [@boot_index: 0, volume_id: @get_resource: v##]##\n".Replace('@', '{').Replace('#', '}')
            + $"  {other}", Texts.Member("s"));

        Assert.Contains("OS::Cinder::Volume", result.Text, StringComparison.Ordinal);
        Assert.Contains(result.Warnings, w => w.Contains("the volume v is still created", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("block_device_mapping")]
    [InlineData("block_device_mapping_v2")]
    public void A_mapping_that_a_function_gives_is_refused_where_the_server_boots_from_it(string key)
    {
        OverlayResult result = Apply($"  s: @type: OS::Nova::Server, properties: @{key}: @get_param: x###".Replace('@', '{')
            .Replace('#', '}'), Texts.Member("s"));

        Assert.Contains(result.Problems, p => p.StartsWith($"s: the {key} of s is not a list", StringComparison.Ordinal));
    }

    [Fact]
    public void Data_volumes_of_the_older_mapping_are_made_of_their_snapshots()
    {
        OverlayResult result = Apply(
            "  s: {type: OS::Nova::Server, properties: {image: x, block_device_mapping: [{device_name: vdb, volume_id: 4711-abc}]}}",
            Texts.Member("s") with { Volumes = [Texts.Volume("one", device: "/dev/vdb")] });

        Assert.Equal(
            "{image: image-of-s, block_device_mapping: [{device_name: vdb, snapshot_id: one, volume_size: 20, delete_on_termination: true}]}",
            Flat(result.Text));
    }

    [Fact]
    public void A_volume_from_outside_is_not_attached_again()
    {
        OverlayResult result = Apply(
            """
              a: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: s}, volume_id: {get_param: x}}}
              s: {type: OS::Nova::Server, properties: {image: x, block_device_mapping_v2: [{boot_index: -1, volume_id: 4711-abc}]}}
            """,
            Texts.Member("s") with { Volumes = [Texts.Volume("one"), Texts.Volume("two")] });

        Assert.Equal(
            "{image: image-of-s, block_device_mapping_v2: [{boot_index: -1, snapshot_id: one, volume_size: 20, delete_on_termination: true, device_type: disk}]}",
            Flat(result.Text));
        Assert.Contains(result.Problems, problem => problem.Contains("cannot be made from the snapshot two", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("  other: {type: OS::Nova::Server}", "the template has no server resource of that name")]
    [InlineData("  g: {type: OS::Heat::ResourceGroup}\n  n: {type: n.yaml}", "If g (OS::Heat::ResourceGroup) or n (n.yaml) creates it, declare it in the template")]
    public void A_member_without_a_server_is_a_problem(string resources, string message) =>
        Assert.Contains(message, Assert.Single(Apply(resources, Texts.Member("master0", Full("01"))).Problems), StringComparison.Ordinal);

    [Fact]
    public void What_cannot_keep_its_address_is_a_problem()
    {
        OverlayResult result = Apply(
            "  a: {type: OS::Nova::Server}\n  b: {type: OS::Nova::Server, properties: {networks: [{port: {get_param: p}}]}}\n  c: {type: OS::Nova::Server, properties: {networks: [{allocate_network: auto}]}}",
            Texts.Member("a", Full("01")), Texts.Member("b", Full("02")), Texts.Member("c", Full("03")));

        Assert.Equal(3, result.Problems.Count);
        Assert.Contains("a: the template has no network for a", result.Problems[0], StringComparison.Ordinal);
        Assert.Contains($"b: no port of b can take the MAC address {Full("02")}", result.Problems[1], StringComparison.Ordinal);
        Assert.Equal(["image-of-a", "image-of-b", "image-of-c"], Texts.Whole(result.Text).Template.Servers.Select(server => server.Image));
    }

    [Fact]
    public void An_output_of_the_templates_own_stays()
    {
        string yaml = Head + "  s: {type: OS::Nova::Server, properties: {networks: [{network: n}]}}\noutputs: {snapset_data: {value: mine}}\n";

        OverlayResult result = TemplateOverlay.Apply(Texts.Whole(yaml), Texts.Set(Texts.Member("s", Full("01"))));

        Assert.Contains("outputs: {snapset_data: {value: mine}}", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_grows_over_Heats_limit_is_refused()
    {
        string items = string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"'{i:d20}'"));
        string yaml = Head + $"  s: {{type: OS::Nova::Server, metadata: &m [{items}]}}\n"
            + string.Concat(Enumerable.Range(0, 12).Select(i => $"  r{i}: {{type: x, metadata: *m}}\n"));

        var error = Assert.Throws<HotstackException>(() => TemplateOverlay.Apply(Texts.Whole(yaml), Texts.Set(Texts.Member("s"))));

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.TooLarge), (error.Cause, error.Id));
    }

    private static OverlayResult Apply(string resources, params SnapSetMember[] members) =>
        TemplateOverlay.Apply(Texts.Whole(Head + resources + "\n"), Texts.Set(members));

    /// <summary>The properties of the server s.</summary>
    private static string Flat(string template)
    {
        var root = (DocMap)Texts.Yaml(template)!;
        return Flat(root.MapOrNull("resources")!.MapOrNull("s")!.MapOrNull("properties")!);
    }

    private static string Flat(DocNode node) => node switch
    {
        DocMap map => "{" + string.Join(", ", map.Entries.Select(entry => $"{entry.Key.Value}: {Flat(entry.Value)}")) + "}",
        DocList list => "[" + string.Join(", ", list.Items.Select(Flat)) + "]",
        _ => ((DocScalar)node).Value,
    };

    private static string Full(string end) => $"fa:16:3e:00:00:{end}";
}
