using Hotstack.Deployments;
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
        IReadOnlyList<Instance> instances = await new GetInstances(Cloud).RunAsync(
            new InstanceSource { Servers = [Controller.Name, Master.Id], Roles = ["controller", "ocp_master"] }, On.Activity, Stop);

        Assert.Equal([Controller.Id, Master.Id], instances.Select(i => i.Id));
        Assert.Equal([Controller.MacAddress, Master.MacAddress], instances.Select(i => i.MacAddress));
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxStackTests(SandboxContractCloud on) : StackTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabStackTests(LabCloud on) : StackTests(on), IOnLab;
