using System.Text.Json;
using Xunit;

namespace Hotstack.Deployments.Members;

/// <summary>The ways in which upstream's 28 templates name the image of a server, and those that Heat allows beyond.</summary>
public sealed class TemplateRolesTests
{
    [Theory]
    // A server that boots from an image.
    [InlineData("""{"image": {"get_param": ["ocp_master_params", "image"]}, "flavor": {"get_param": ["other_params", "flavor"]}}""", "ocp_master")]
    // Nodes with data volumes.
    [InlineData("""
        {"image": {"get_param": ["ocp_worker_params", "image"]},
         "block_device_mapping_v2": [{"boot_index": -1, "device_type": "disk", "volume_id": {"get_resource": "volume"}}]}
        """, "ocp_worker")]
    // A bare-metal stand-in: a CD-ROM to boot from, and a disk.
    [InlineData("""
        {"flavor": {"get_param": ["ironic_params", "flavor"]}, "block_device_mapping_v2": [
         {"device_type": "disk", "boot_index": 1, "image_id": {"get_param": ["ironic_params", "image"]}, "volume_size": 40},
         {"device_type": "cdrom", "disk_bus": {"get_param": "cdrom_disk_bus"}, "boot_index": 0, "image_id": {"get_param": ["ironic_params", "cd_image"]}}]}
        """, "ironic")]
    // The disk that it boots from decides.
    [InlineData("""
        {"block_device_mapping_v2": [{"boot_index": -1, "image_id": {"get_param": ["tools_params", "image"]}},
         {"boot_index": 0, "image_id": {"get_param": ["bmh_params", "image"]}}]}
        """, "bmh")]
    // A disk without a place.
    [InlineData("""{"block_device_mapping_v2": [{"device_type": "disk", "image_id": {"get_param": ["ironic_params", "image"]}}]}""", "ironic")]
    // A volume that is made from an image.
    [InlineData("""{"block_device_mapping_v2": [{"boot_index": 0, "volume_id": {"get_resource": "from-image"}}]}""", "compute")]
    [InlineData("""{"block_device_mapping": [{"device_name": "vda", "volume_id": {"get_resource": "from-image"}}]}""", "compute")]
    // A literal image, as a template that a restore changed has it: the flavor remains.
    [InlineData("""{"image": "0b6c5e6e", "flavor": {"get_param": ["switch_params", "flavor"]}}""", "switch")]
    // A condition.
    [InlineData("""{"image": {"if": ["small", {"get_param": ["nat64_appliance_params", "image"]}, "other"]}}""", "nat64_appliance")]
    // A role of the user's own.
    [InlineData("""{"image": {"get_param": ["storage_params", "image"]}}""", "storage")]
    [InlineData("""{"image": {"get_param": "devstack_params"}}""", "devstack")]
    // No role.
    [InlineData("""{"image": {"get_param": "controller_image"}, "flavor": "small"}""", null)]
    [InlineData("""{"image": {"get_param": ["_params", "image"]}}""", null)]
    [InlineData("""{"image": {"get_param": []}, "block_device_mapping_v2": "none"}""", null)]
    [InlineData("""{"block_device_mapping_v2": [{"volume_id": {"get_resource": "missing"}, "boot_index": {"get_param": "x"}}, 7]}""", null)]
    public void The_role_is_that_of_the_parameter_behind_the_image(string properties, string? role)
    {
        string template = $$$"""
            {"resources": {
              "server": {"type": "OS::Nova::Server", "properties": {{{properties}}} },
              "volume": {"type": "OS::Cinder::Volume", "properties": {"size": 20}},
              "from-image": {"type": "OS::Cinder::Volume", "properties": {"image": {"get_param": ["compute_params", "image"]} } } } }
            """;

        Assert.Equal(role, Of(template).Of("server"));
        Assert.Null(Of(template).Of("other"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"resources": [], "outputs": null}""")]
    [InlineData("""{"resources": {"server": "text"}}""")]
    [InlineData("""{"resources": {"server": {"properties": {"get_param": 7}}}}""")]
    public void A_template_of_another_shape_tells_nothing(string template)
    {
        Assert.Null(Of(template).Of("server"));
        Assert.False(Of(template).HasOutput("snapset_data"));
    }

    [Theory]
    [InlineData("controller", "controller")]
    [InlineData("controller-0", "controller")]
    [InlineData("master0", "ocp_master")]
    [InlineData("Master-2", "ocp_master")]
    [InlineData("worker10", "ocp_worker")]
    [InlineData("bmh-a-0", "bmh")]
    [InlineData("ironic1", "ironic")]
    [InlineData("compute0", "compute")]
    [InlineData("networker2", "networker")]
    [InlineData("nat64-appliance", "nat64_appliance")]
    [InlineData("devstack", "devstack")]
    [InlineData("switch", "switch")]
    [InlineData("spine01", "switch")]
    [InlineData("leaf02", "switch")]
    [InlineData("storage-1", "storage")]
    [InlineData("42", "42")]
    public void A_name_tells_a_role_otherwise(string name, string role) => Assert.Equal(role, MemberRoles.ByName(name));

    private static TemplateRoles Of(string template) => new(JsonSerializer.Deserialize<JsonElement>(template));
}
