using Hotstack.Sandbox.Orchestration;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>The names that Heat makes up: scripts and people tell a stack's servers by them.</summary>
public sealed class PhysicalNameTests : StackTest
{
    /// <summary>The rows of heat/tests/test_short_id.py.</summary>
    [Theory]
    [InlineData("11111111-1111-4111-bfff-ffffffffffff", "ceirceirceir")]
    [InlineData("00000000-0000-4000-bfff-ffffffffffff", "aaaaaaaaaaaa")]
    [InlineData("ffffffff-00ff-4000-aaaa-aaaaaaaaaaaa", "aaaa77777777")]
    [InlineData("ffffffff-ffff-4fff-8000-000000000000", "777777777777")]
    public void A_short_id_is_the_time_of_a_uuid_in_base32(string uuid, string shortId) =>
        Assert.Equal(shortId, PhysicalName.ShortId(uuid));

    /// <summary>The names are those of heat's <c>reduce_physical_resource_name</c>, by its own words: 2 characters, a hyphen, the end.</summary>
    [Theory]
    [InlineData("hs-sno", "master0", "hs-sno-master0-abcdefghijkl")]
    [InlineData("hs-3-nodes-gitops-12345678", "controller-0", "hs-3-nodes-gitops-12345678-controller-0-abcdefghijkl")]
    [InlineData("hs-3-nodes-gitops-123456789", "controller-0", "hs-3-nodes-gitops-123456789-controller-0-abcdefghijkl")]
    [InlineData("hs-3-nodes-gitops-1234567890", "controller-0", "hs--nodes-gitops-1234567890-controller-0-abcdefghijkl")]
    public void A_servers_name_is_cut_on_its_left(string stack, string resource, string name)
    {
        Assert.Equal(name, PhysicalName.Of(stack, resource, "abcdefghijkl", PhysicalName.MostOfServer));
        Assert.InRange(name.Length, 1, 53);
    }

    [Fact]
    public async Task What_a_template_does_not_name_is_named_by_its_stack()
    {
        const string Stack = "hs-a-scenario-with-quite-a-long-name-12345678";
        await CreateAsync(Stack, """
            heat_template_version: rocky
            resources:
              net: {type: OS::Neutron::Net}
              subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.50.0/24} }
              node-port: {type: OS::Neutron::Port, properties: {network: {get_resource: net} } }
              node-volume: {type: OS::Cinder::Volume, properties: {size: 1} }
              node:
                type: OS::Nova::Server
                properties: {image: CentOS-Stream-9, flavor: hotstack.small, networks: [{port: {get_resource: node-port} }]}
            """);

        var server = Cloud.Server("node");
        Assert.Equal(53, server.Name.Length);
        Assert.Matches("^hs-[a-z-]+-12345678-node-[a-z2-7]{12}$", server.Name);
        Assert.Matches($"^{Stack}-node-port-[a-z2-7]{{12}}$", server.Ports[0].Name);
        Assert.Matches($"^{Stack}-net-[a-z2-7]{{12}}$", server.Ports[0].Network.Name);
        Assert.Contains(Cloud.Volumes, v => v.Name.StartsWith(Stack + "-node-volume-", StringComparison.Ordinal));
    }
}
