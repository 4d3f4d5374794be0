using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Deployments.Members;

/// <summary>Which port's MAC address identifies a member.</summary>
public sealed class MachineNetworkTests
{
    [Theory]
    // snapshot-sno, sno-2-bm: the nodes' first network is the controller's; a stand-in is on neither.
    [InlineData("controller:machine master0:machine,ctlplane,ironic ironic0:ironic", "machine machine ironic")]
    // The order of the ports does not matter.
    [InlineData("controller:provisioning,machine master0:ctlplane,machine master1:machine,provisioning", "machine machine machine")]
    // campus-ha: workers on machine networks of their own.
    [InlineData("controller:machine-a master0:machine-a,ctlplane worker1:machine-b,ctlplane", "machine-a machine-a machine-b")]
    // networking-lab: no nodes, a switch with two ports on the machine network.
    [InlineData("controller:machine switch:machine,machine,trunk devstack:trunk,machine", "machine machine machine")]
    // No controller, no port.
    [InlineData("master0:ctlplane,machine master1:", "ctlplane ")]
    public void It_is_that_of_the_network_which_the_controller_shares_with_the_nodes(string servers, string networks)
    {
        (Instance, Server?)[] found = [.. servers.Split(' ').Select(text => text.Split(':')).Select(pair => (Of(pair[0], pair[1]), (Server?)null))];

        IEnumerable<string> chosen = MachineNetwork.Complete(found)
            .Select(f => f.Instance.Ports.FirstOrDefault(port => port.MacAddress == f.Instance.MacAddress)?.NetworkId ?? "");

        Assert.Equal(networks, string.Join(' ', chosen));
    }

    [Fact]
    public void A_listed_address_stays_and_without_ports_Novas_first_is_taken()
    {
        Instance listed = Of("controller", "machine") with { MacAddress = "fa:16:3e:00:00:99" };
        Instance blind = Of("master0", "") with { MacAddresses = ["fa:16:3e:00:00:01", "fa:16:3e:00:00:02"] };

        Assert.Equal(
            ["fa:16:3e:00:00:99", "fa:16:3e:00:00:01"],
            MachineNetwork.Complete([(listed, null), (blind, null)]).Select(f => f.Instance.MacAddress));
    }

    private static Instance Of(string name, string networks)
    {
        InstancePort[] ports =
        [
            .. networks.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select((network, i) => new InstancePort { Id = $"{name}-{i}", MacAddress = $"{name}:{i}", NetworkId = network }),
        ];
        return new Instance
        {
            Name = name, Role = MemberRoles.ByName(name), Id = name, MacAddress = "", Ports = [.. ports], MacAddresses = [.. ports.Select(p => p.MacAddress)],
        };
    }
}
