using Hotstack.SnapSets;
using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.Nodes;

public sealed class NodeMatchingTests
{
    private static readonly Instance Controller = Server("controller", "controller", "192.168.32.3", "fa:16:3e:00:00:01");
    private static readonly Instance Master = Server("master0", "ocp_master", "192.168.32.10", "fa:16:3e:00:00:10");
    private static readonly Instance Worker = Server("worker0", "ocp_worker", "192.168.32.20", "fa:16:3e:00:00:20");

    [Fact]
    public void Nodes_are_matched_by_address_whatever_their_names()
    {
        IReadOnlyList<NodeServer> pairs = NodeMatching.Match(
            "lab", [NodeSamples.Worker("master0", "192.168.32.20"), NodeSamples.Master("other", "192.168.32.10")],
                [Controller, Master, Worker], SharedAddresses.OfAnyCluster);

        Assert.Equal([("master0", "worker0"), ("other", "master0")], pairs.Select(p => (p.Node.Name, p.Instance.Name)));
    }

    [Theory]
    [InlineData("fd00::10", "fd00:0:0:0:0:0:0:10")]
    [InlineData("192.168.32.10", "192.168.32.10")]
    public void Addresses_are_compared_by_value(string ofServer, string ofNode)
    {
        Instance server = Server("master0", "ocp_master", ofServer, "fa:16:3e:00:00:10");

        Assert.Single(NodeMatching.Match("lab", [NodeSamples.Master("m", ofNode)], [server], SharedAddresses.OfAnyCluster));
    }

    [Theory]
    [InlineData("""{"default":{"mode":"shared","mac-address":"fa:16:3e:00:00:10"}}""", true)]
    [InlineData("""{"default":{"mode":"shared","mac-address":"FA-16-3E-0-0-10"}}""", true)]
    [InlineData("""{"default":{"mode":"shared"}}""", false)]
    [InlineData("""{"default":7}""", false)]
    [InlineData("""["fa:16:3e:00:00:10"]""", false)]
    [InlineData("fa:16:3e:00:00:10", false)]
    public void Without_a_common_address_the_MAC_address_of_its_gateway_tells(string annotation, bool isFound)
    {
        V1Node node = NodeSamples.Master("m", "10.0.0.1");
        node.Metadata.Annotations = new Dictionary<string, string> { ["k8s.ovn.org/l3-gateway-config"] = annotation };

        Exception? failure = Record.Exception(() => NodeMatching.Match("lab", [node], [Controller, Master], SharedAddresses.OfAnyCluster));

        Assert.Equal(isFound, failure is null);
    }

    [Fact]
    public void All_that_does_not_match_is_told_at_once()
    {
        var failure = Assert.Throws<ViolationsException>(() => NodeMatching.Match(
            "lab", [NodeSamples.Master("m0", "192.168.32.10"), NodeSamples.Worker("gone", "192.168.32.99")], [Controller, Master, Worker],
                SharedAddresses.OfAnyCluster));

        Assert.Equal("NodesDoNotMatch", failure.Id);
        Assert.Collection(
            failure.Violations,
            v => Assert.Contains("node gone (InternalIP=192.168.32.99", v, StringComparison.Ordinal),
            v => Assert.Contains("instance worker0 (192.168.32.20)", v, StringComparison.Ordinal));
    }

    [Fact]
    public void One_server_is_not_two_nodes()
    {
        var failure = Assert.Throws<ViolationsException>(() => NodeMatching.Match(
            "lab", [NodeSamples.Master("m0", "192.168.32.10"), NodeSamples.Master("m1", "192.168.32.10")], [Master],
                SharedAddresses.OfAnyCluster));

        Golden.Message(failure);
    }

    [Fact]
    public void A_node_with_the_addresses_of_two_servers_is_told()
    {
        var failure = Assert.Throws<ViolationsException>(() => NodeMatching.Match(
            "lab", [NodeSamples.Master("m0", "192.168.32.10", "192.168.32.20")], [Master, Worker], SharedAddresses.OfAnyCluster));

        Golden.Message(failure);
    }

    [Fact]
    public void Servers_of_other_roles_need_not_be_nodes()
    {
        Instance compute = Server("compute0", "compute", "192.168.32.30", "fa:16:3e:00:00:30");

        Assert.Single(NodeMatching.Match("lab", [NodeSamples.Master("m0", "192.168.32.10")], [Controller, Master, compute],
            SharedAddresses.OfAnyCluster));
    }

    private static Instance Server(string name, string role, string address, string mac) =>
        new() { Name = name, Role = role, Id = $"id-of-{name}", MacAddress = mac, MacAddresses = [mac], IpAddresses = [address] };
}
