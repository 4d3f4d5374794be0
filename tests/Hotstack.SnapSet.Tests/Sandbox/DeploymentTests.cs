using Hotstack.Scenarios;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary><c>serve --template</c>: any template is deployed at the start.</summary>
public sealed class DeploymentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hs-deployment-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_template_with_masters_has_a_cluster()
    {
        var scenario = OwnScenarios.BareMetal;
        await using var server = await StartAsync(SandboxDeployment.Read(scenario.Template, scenario.ParameterFiles));

        Assert.Equal(("hs-of-our-own", "CREATE_COMPLETE"), (server.Cloud.Stacks[0].Name, server.Cloud.Stacks[0].Status));
        Assert.Equal(["master0"], server.Cluster.Nodes);
        Assert.NotEmpty(server.Kubeconfig);
        Assert.Empty(server.Cloud.MadeUp);
        Assert.All(Own(server), s => Assert.Equal("ACTIVE", s.Status));
        Assert.All(Own(server), s => Assert.Matches($"^hs-of-our-own-{s.Resource}-[a-z2-7]{{12}}$", s.Name));
        Assert.Equal("192.168.32.254", server.Cloud.Server("controller").Ports[0].Address);
        Assert.NotNull(server.Cloud.AddressOfController);
        Assert.Contains("A file beside the template.", server.Cloud.Server("controller").UserData, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_without_masters_has_none_and_what_it_names_is_made_up()
    {
        var scenario = OwnScenarios.Switches;
        await using var server = await StartAsync(SandboxDeployment.Read(scenario.Template, scenario.ParameterFiles, "lab"));

        Assert.Equal("lab", server.Cloud.Stacks[0].Name);
        Assert.Empty(server.Kubeconfig);
        Assert.Equal(["flavor switch.of.our.own", "image a-switch-of-our-own"], server.Cloud.MadeUp.Order());
        Assert.Equal(4, Own(server).Count);
    }

    [Fact]
    public async Task Files_networks_and_keys_that_are_not_there_are_made_up_too()
    {
        await using var server = await StartAsync(Read("""
            heat_template_version: rocky
            parameters:
              image: {type: string, default: an-image, constraints: [{custom_constraint: glance.image}]}
              outside: {type: string, default: our-provider-net}
            resources:
              volume: {type: OS::Cinder::Volume, properties: {size: 1, image: {get_param: image} } }
              node:
                type: OS::Nova::Server
                properties:
                  flavor: hotstack.small
                  key_name: a-key
                  networks: [{network: {get_param: outside} }]
                  user_data: {get_file: ../elsewhere/not-there.sh}
                  block_device_mapping_v2:
                    - {boot_index: 0, volume_id: {get_resource: volume} }
                    - {boot_index: -1, image: a-medium, volume_size: 1}
            """));

        Assert.Equal(
            ["file ../elsewhere/not-there.sh", "image a-medium", "image an-image", "keypair a-key", "network our-provider-net"],
            server.Cloud.MadeUp.Order());
        Assert.Equal("ACTIVE", server.Cloud.Server("node").Status);
    }

    [Fact]
    public async Task A_reset_deploys_it_again()
    {
        var scenario = OwnScenarios.BareMetal;
        await using var server = await StartAsync(SandboxDeployment.Read(scenario.Template, scenario.ParameterFiles));
        string[] names = [.. Own(server).Select(s => s.Name)];

        server.Cloud.StopServers();
        server.Cloud.Reset();

        Assert.Equal(names, Own(server).Select(s => s.Name));
        Assert.All(Own(server), s => Assert.Equal("ACTIVE", s.Status));
    }

    [Theory]
    [InlineData("resources: {a: {type: OS::Heat::Value, properties: {value: 1} } }", "Template format version not found")]
    [InlineData("heat_template_version: rocky\nresources: [", "Error parsing template")]
    public void A_file_that_is_no_template_is_refused(string template, string why) => Assert.Contains(
        why, Assert.Throws<FormatException>(() => Read(template)).Message, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("parameters: {word: {type: string} }", "The Parameter (word) was not provided.")]
    [InlineData("resources: {a: {type: OS::Nova::Nothing} }", "OS::Nova::Nothing")]
    [InlineData("resources: {a: {type: OS::Heat::Value, properties: {value: {get_resource: b} } } }", "\"b\"")]
    [InlineData("resources: {a: {type: OS::Nova::Server, properties: {image: ipxe-boot-usb} } }", "flavor not assigned")]
    [InlineData("resources: {net: {type: OS::Neutron::Net}, p: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, fixed_ips: [{ip_address: 10.0.0.1}]} } }", "CREATE_FAILED")]
    public async Task What_Heat_refuses_is_told_in_its_words(string rest, string why)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var server = await StartAsync(Read("heat_template_version: rocky\n" + rest));
        });

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private static List<Compute.Server> Own(SandboxServer server) => [.. server.Cloud.Servers.Where(s => s.ProjectId == server.Cloud.ProjectId)];

    private static Task<SandboxServer> StartAsync(SandboxDeployment deployment) =>
        SandboxServer.StartAsync(new SandboxOptions { Clock = new ManualClock(), Deployment = deployment }, Stop);

    private SandboxDeployment Read(string template)
    {
        var path = Path.Combine(_folder, "template.yaml");
        File.WriteAllText(path, template);
        return SandboxDeployment.Read(path, []);
    }
}
