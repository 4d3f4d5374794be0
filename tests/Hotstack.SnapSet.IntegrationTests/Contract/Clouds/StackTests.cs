using System.Net;
using Hotstack.Deployments;
using Hotstack.Deployments.Members;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Networking;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>The stack, and what it says of its servers.</summary>
public abstract class StackTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task A_stack_is_found_by_name_and_by_id()
    {
        Stack byName = await Cloud.Stacks.GetAsync(On.StackName, Stop);
        Stack byId = await Cloud.Stacks.GetAsync(byName.Id, Stop);

        Assert.Equal(On.StackName, byId.Name);
        Assert.Equal("CREATE_COMPLETE", byId.Status);
        Assert.NotNull(byId.Outputs["snapset_data"].Value);
        Assert.Contains(On.StackName, await Cloud.Stacks.ListNamesAsync(Stop));
    }

    [ContractFact]
    public async Task A_list_of_stacks_shows_when_each_was_created_and_its_tags()
    {
        Stack listed = (await Cloud.Stacks.ListAsync(Stop)).Single(one => one.Name == On.StackName);
        Stack read = await Cloud.Stacks.GetAsync(listed, Stop);

        Assert.NotNull(listed.CreatedAt);
        Assert.Equal(read.CreatedAt, listed.CreatedAt);
        Assert.Equal(read.Tags, listed.Tags);
    }

    [ContractFact]
    public async Task The_floating_IPs_of_many_ports_come_from_one_list()
    {
        IReadOnlyList<Instance> instances = await new GetInstances(Cloud)
            .RunAsync(new InstanceSource { StackName = On.StackName }, On.Activity, Stop);
        IReadOnlyList<Port> ports = await Cloud.Network.ListPortsAsync(instances.Select(i => i.Id), Stop);

        ILookup<string, string> found = await Cloud.Network.ListFloatingIPsOfPortsAsync(ports.Select(port => port.Id), Stop);

        foreach (Instance instance in instances)
        {
            Assert.Equal(
                (await Cloud.Network.ListFloatingIPsAsync(instance.Id, Stop)).Order(StringComparer.Ordinal),
                ports.Where(port => port.DeviceId == instance.Id).SelectMany(port => found[port.Id]).Order(StringComparer.Ordinal));
        }
    }

    [ContractFact]
    public async Task A_stack_that_is_not_there_is_an_error()
    {
        foreach (string name in (string[])["no-such-stack", "no such stäck?", Guid.NewGuid().ToString()])
        {
            var e = await Assert.ThrowsAnyAsync<HotstackException>(
                () => new GetInstances(Cloud).RunAsync(new InstanceSource { StackName = name }, On.Activity, Stop));

            Assert.Equal("StackNotFound", e.Id);
            Assert.Equal(name, e.Target);
        }
    }

    [ContractFact]
    public async Task Its_instances_are_its_servers_with_their_own_addresses()
    {
        IReadOnlyList<Instance> instances = await new GetInstances(Cloud)
            .RunAsync(new InstanceSource { StackName = On.StackName }, On.Activity, Stop);

        Assert.Equal(["controller", "ocp_master"], instances.Select(i => i.Role).Order(StringComparer.Ordinal));
        foreach (Instance instance in instances)
        {
            Port[] ports = [.. await Cloud.Network.ListPortsAsync([instance.Id], Stop)];
            Assert.Contains(ports, p => p.MacAddress == instance.MacAddress && p.DeviceId == instance.Id && p.NetworkId.Length > 0);
            Assert.Contains(instance.MacAddress, instance.MacAddresses);
            Assert.NotNull(instance.Flavor);
            Assert.NotNull(instance.Image);
            Assert.Contains(instance.Status, (string[])["ACTIVE", "SHUTOFF"]);
            Assert.Equal(On.StackName, instance.StackName);
        }
    }

    [ContractFact]
    public async Task The_ports_of_its_instances_have_networks_and_subnets()
    {
        IReadOnlyList<Instance> instances = await new GetInstances(Cloud)
            .RunAsync(new InstanceSource { StackName = On.StackName }, On.Activity, Stop);

        foreach (Instance instance in instances)
        {
            Assert.Equal(instance.MacAddresses, instance.Ports.Select(port => port.MacAddress));
            foreach (InstancePort port in instance.Ports)
            {
                PortAddress address = Assert.Single(port.FixedIps);
                Assert.True(IPNetwork.Parse(address.Cidr!).Contains(IPAddress.Parse(address.IpAddress)), $"{address} is in {address.Cidr}");
                Assert.Contains(address.IpAddress, instance.IpAddresses);
                Assert.Contains(port.NetworkId, await Cloud.Network.FindNetworksAsync(port.NetworkName!, Stop));
            }
        }
    }

    /// <summary>As upstream's templates but one have none.</summary>
    [ContractFact]
    public async Task Without_the_output_its_resources_and_its_template_tell_the_same_instances()
    {
        Stack stack = (await Cloud.Stacks.ListAsync(Stop)).Single(one => one.Name == On.StackName);
        TemplateRoles roles = new(await Cloud.Stacks.GetTemplateAsync(stack, Stop));
        IReadOnlyList<StackResource> servers = await Cloud.Stacks.ListResourcesAsync(stack, Stop, "OS::Nova::Server");

        MemberList listed = await new StackMembers(Cloud, On.Activity).ReadAsync(stack, Stop);
        var found = await new GetInstances(Cloud).LookUpAsync(listed.Instances, On.Activity, Stop);

        Assert.Empty(stack.Outputs);
        Assert.True(roles.HasOutput("snapset_data"));
        Assert.All(servers, server => Assert.Equal("OS::Nova::Server", server.Type));
        Assert.Equal(servers.Count, listed.Instances.Count);
        Assert.Empty(listed.Unusable);
        Assert.Equal(
            On.Deployment.Instances.Select(i => $"{i.Name} {i.Role} {i.Id} {i.MacAddress}").Order(StringComparer.Ordinal),
            found.Select(f => $"{f.Instance.Name} {f.Instance.Role} {f.Instance.Id} {f.Instance.MacAddress}").Order(StringComparer.Ordinal));
        Assert.Equal(
            On.Deployment.Instances.Select(i => i.Id).Order(StringComparer.Ordinal),
            (await new GetInstances(Cloud).RunAsync(new InstanceSource { StackPattern = On.StackName }, On.Activity, Stop))
                .Select(i => i.Id).Order(StringComparer.Ordinal));
    }

    [ContractFact]
    public async Task Ports_of_several_servers_come_in_one_answer()
    {
        IReadOnlyList<Port> ports = await Cloud.Network.ListPortsAsync([Controller.Id, Master.Id, Guid.NewGuid().ToString()], Stop);

        Assert.Equal(
            ((string[])[Controller.Id, Master.Id]).Order(StringComparer.Ordinal),
            ports.Select(p => p.DeviceId).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(await Cloud.Network.ListPortsAsync([Guid.NewGuid().ToString()], Stop));
    }

    [ContractFact]
    public async Task The_same_instances_are_found_by_server_names_and_roles()
    {
        string name = (await Cloud.Compute.GetServerAsync(Controller.Id, Stop)).Name;

        IReadOnlyList<Instance> instances = await new GetInstances(Cloud).RunAsync(
            new InstanceSource { Servers = [name, Master.Id], Roles = ["controller", "ocp_master"] }, On.Activity, Stop);

        Assert.Equal([Controller.Id, Master.Id], instances.Select(i => i.Id));
        Assert.Equal([Controller.MacAddress, Master.MacAddress], instances.Select(i => i.MacAddress));
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxStackTests(SandboxContractCloud on) : StackTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabStackTests(LabCloud on) : StackTests(on), IOnLab;
