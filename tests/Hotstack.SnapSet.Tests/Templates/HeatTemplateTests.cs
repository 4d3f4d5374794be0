using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Templates;

public sealed class HeatTemplateTests
{
    private const string Resources = """
          net: {type: OS::Neutron::Net}
          p1: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, mac_address: 'FA:16:9E:81:F6:5'}}
          p2: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, mac_address: {get_param: mac}}}
          p3: {type: OS::Neutron::Port, properties: {network: outside, mac_address: 52:54:00:12:34:56}}
          spare: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, mac_address: 'fa:16:9e:81:f6:99'}}
          trunk: {type: OS::Neutron::Trunk, properties: {port: {get_resource: p3}}}
          v0: {type: OS::Cinder::Volume, properties: {size: 1}}
          v1: {type: OS::Cinder::Volume, properties: {size: 1}}
          v2: {type: OS::Cinder::Volume, properties: {size: 1}}
          late: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: master0}, volume_id: {get_resource: v2}, mountpoint: /dev/vdd}}
          soon: {type: OS::Cinder::VolumeAttachment, properties: {instance_uuid: {get_resource: master0}, volume_id: v1, mountpoint: /dev/vdc}}
          controller:
            type: OS::Nova::Server
            properties:
              name: the-controller
              image: {get_param: [controller_params, image]}
              flavor: {get_param: [controller_params, flavor]}
              networks: [{port: {get_resource: p1}}, {port: p2}, {port: {get_param: other}}]
          master0:
            type: OS::Nova::Server
            properties:
              image: {get_param: master_image}
              flavor: m1.large
              block_device_mapping_v2: [{boot_index: -1, volume_id: {get_resource: v0}}, {swap_size: 1}]
              networks: [{port: {get_attr: [trunk, port_id]}}, {network: {get_resource: net}, port_extra_properties: {mac_address: fa-16-9e-81-f6-07}}]
          bmh:
            type: OS::Nova::Server
            properties:
              flavor: x
              block_device_mapping_v2: [{boot_index: 1, image: a}, {boot_index: 0, image: cd, device_type: cdrom}]
          inner: {type: nested.yaml}
          group: {type: OS::Heat::ResourceGroup, properties: {count: 3}}
        """;

    private const string Parameters = """
        parameters:
          controller_params: {type: json, default: {image: img, flavor: small}}
          master_image: {type: string, description: " which one \n", hidden: true}
          mac: {default: 0644}
        outputs: {one: {value: 1}}
        """;

    private static readonly HeatTemplate Template = Texts.Bundle(Resources, Parameters).Template;

    [Fact]
    public void Servers_are_followed_to_images_and_flavors()
    {
        Assert.Equal(["controller", "master0", "bmh"], Template.Servers.Select(server => server.ResourceName));
        TemplateServer controller = Template.Servers[0];
        Assert.Equal(("controller_params", "image", null), (controller.ImageParameter, controller.ImageKey, controller.Image));
        Assert.Equal(("controller_params", "flavor"), (controller.FlavorParameter, controller.FlavorKey));
        TemplateServer master = Template.Servers[1];
        Assert.Equal(("master_image", null, "m1.large"), (master.ImageParameter, master.ImageKey, master.Flavor));
        Assert.Equal([false, false, true], Template.Servers.Select(server => server.IsVolumeBacked));
    }

    [Fact]
    public void Servers_are_followed_to_their_ports()
    {
        Assert.Equal(
            [("p1", "fa:16:9e:81:f6:05", "net", true), ("p2", null, "net", true), (null, null, null, false)],
            Template.Servers[0].Ports.Select(Told));
        // A plain MAC address of such digits is a number to the base of 60 for Heat, so it counts as not written.
        Assert.Equal(
            [("p3", null, null, true), (null, "fa:16:9e:81:f6:07", "net", true)],
            Template.Servers[1].Ports.Select(Told));
        Assert.Equal(["spare"], Template.OtherPorts.Select(port => port.ResourceName));

        static (string?, string?, string?, bool) Told(TemplatePort port) =>
            (port.ResourceName, port.MacAddress, port.NetworkResource, port.CanTakeMac);
    }

    [Fact]
    public void Servers_are_followed_to_their_volumes() =>
        Assert.Equal(["v0", "v1", "v2"], Template.Servers[1].VolumeResources);

    [Fact]
    public void Parameters_are_told_with_their_defaults()
    {
        Assert.Equal(["controller_params", "master_image", "mac"], Template.Parameters.Keys);
        Assert.Equal(("json", true, """{"image":"img","flavor":"small"}"""), Of("controller_params"));
        Assert.Equal(("string", false, null), Of("master_image"));
        Assert.Equal(("string", true, "420"), Of("mac"));
        Assert.Equal(("which one", true), (Template.Parameters["master_image"].Description, Template.Parameters["master_image"].IsHidden));
        Assert.False(Template.Parameters["mac"].IsHidden);
        Assert.True(Template.HasOutput("one"));
        Assert.False(Template.HasOutput("two"));
        Assert.Equal(["inner (nested.yaml)", "group (OS::Heat::ResourceGroup)"], Template.NestedResources);

        static (string, bool, string?) Of(string name) =>
            (Template.Parameters[name].Type, Template.Parameters[name].HasDefault, Template.Parameters[name].Default?.ToJsonString());
    }

    [Theory]
    [InlineData("controller", """{"controller_params":{"image":"mine"}}""", null)]
    [InlineData("controller", "{}", "small")]
    [InlineData("master0", "{}", "m1.large")]
    [InlineData("controller", """{"controller_params":"text"}""", null)]
    public void The_flavor_comes_from_parameters_or_defaults(string server, string parameters, string? flavor) =>
        Assert.Equal(flavor, Template.FlavorOf(Template.FindServer(server)!, (JsonObject)JsonNode.Parse(parameters)!));

    [Theory]
    [InlineData("master0", "master0")]
    [InlineData("the-controller", "controller")]
    [InlineData("hs-lab-master0-a2b3c4d5e6f7", "master0")]
    [InlineData("hs-lab-bmh-a2b3c4d5e6f7", "bmh")]
    [InlineData("hs-lab-bmh-a2b3c4d5e6f8", null)]
    [InlineData("hs-lab-bmh-short", null)]
    [InlineData("bmh-a2b3c4d5e6f7", null)]
    [InlineData("master1", null)]
    [InlineData("", null)]
    public void Servers_are_found_by_resource_name_own_name_and_the_name_that_Heat_makes(string name, string? resource) =>
        Assert.Equal(resource, Template.FindServer(name)?.ResourceName);

    [Theory]
    [InlineData("block_device_mapping_v2: [{device_type: disk, image_id: x}]", true)]
    [InlineData("block_device_mapping_v2: [{volume_id: x}]\n      image: y", false)]
    [InlineData("block_device_mapping_v2: [{volume_size: 3}]", false)]
    [InlineData("block_device_mapping_v2: {repeat: {}}", false)]
    public void Heat_boots_from_a_source_without_an_index(string properties, bool isVolumeBacked) =>
        Assert.Equal(isVolumeBacked,
            Texts.Bundle($"  s:\n    type: OS::Nova::Server\n    properties:\n      {properties}").Template.Servers[0].IsVolumeBacked);
}
