using System.Text.Json;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using Hotstack.SnapSets;
using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>Which names and addresses are a node's own, whatever it writes into its status.</summary>
public sealed class OwnAddressesTests
{
    private static readonly Instance Worker1 = Server("worker1", "192.168.32.21", "2001:db8::21", "203.0.113.21");
    private static readonly Instance Worker2 = Server("worker2", "192.168.32.22");
    private static readonly Instance Master0 = Server("master0", "192.168.32.10");

    private static readonly SharedAddresses Shared = SharedAddresses.From(
        new() { Value = Infrastructure.From(Json("""
            {"status": {"apiServerURL": "https://api.ocp.example.com:6443", "apiServerInternalURI": "https://api-int.ocp.example.com:6443",
              "platformStatus": {"type": "BareMetal", "baremetal": {"apiServerInternalIPs": ["192.168.32.5", "fd00:32::5"], "ingressIP": "192.168.32.7"}}}}
            """)) },
        new() { Value = ClusterNetwork.From(Json("""
            {"status": {"serviceNetwork": ["172.30.0.0/16", "fd02::/112"], "clusterNetwork": [{"cidr": "10.128.0.0/14"}, {"cidr": 7}]}, "spec": {"serviceNetwork": [null]}}
            """)) });

    public static TheoryData<string, string, bool> Told => new()
    {
        // By the server in OpenStack.
        { "InternalIP", "192.168.32.21", true }, { "ExternalIP", "203.0.113.21", true }, { "InternalIP", "2001:DB8:0:0::21", true },
        { "InternalIP", "::ffff:192.168.32.21", true }, { "InternalDNS", "192.168.32.21", true }, { "ExternalDNS", "2001:db8::21", true },
        { "InternalIP", "192.168.32.99", false }, { "ExternalIP", "203.0.113.22", false }, { "InternalIP", "2001:db8::22", false },

        // Another server's, another node's.
        { "InternalIP", "192.168.32.10", false }, { "InternalDNS", "192.168.32.22", false }, { "Hostname", "worker2", false },
            { "InternalDNS", "master0.ocp.example.com", false },

        // The cluster's.
        { "InternalIP", "192.168.32.5", false }, { "ExternalIP", "192.168.32.7", false }, { "InternalIP", "fd00:32::5", false },
            { "InternalDNS", "192.168.32.5", false },
        { "ExternalIP", "172.30.0.1", false }, { "InternalIP", "10.128.3.4", false }, { "InternalIP", "fd02::1", false },
            { "InternalIP", "127.0.0.1", false },
        { "InternalIP", "::1", false }, { "InternalIP", "0.0.0.0", false },
        { "InternalDNS", "api-int.ocp.example.com", false }, { "ExternalDNS", "API.ocp.example.com", false },
            { "InternalDNS", "api-int.ocp.example.com.", false },
        { "InternalDNS", "console-openshift-console.apps.ocp.example.com", false },
            { "InternalDNS", "worker1.apps.ocp.example.com", false },
        { "InternalDNS", "kubernetes", false }, { "InternalDNS", "kubernetes.default", false },
            { "Hostname", "kubernetes.default.svc", false },
        { "InternalDNS", "worker1.default.svc.cluster.local", false }, { "InternalDNS", "localhost", false },

        // Names.
        { "Hostname", "worker1", true }, { "Hostname", "Worker1", true }, { "InternalDNS", "worker1.ocp.example.com", true },
        { "InternalDNS", "worker1.evil.example", false }, { "InternalDNS", "ocp.example.com", false }, { "InternalDNS", "worker11", false },
            { "InternalDNS", "worker1.", false },
        { "InternalDNS", "*.ocp.example.com", false },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void What_a_node_writes_into_its_own_status_is_not_approved_for_that(string type, string address, bool isOwn)
    {
        KnownNode known = Of("worker1", Worker1, [new(type, address)]);
        var addresses = new NodeAddresses(known.Addresses);
        Assert.Equal(isOwn, addresses.Include(new("DNS", address)) || addresses.Include(new("IP", address)));
        Assert.Equal(isOwn, known.Doubts.Count == 0);
        Assert.Equal(isOwn ? 1 : 0, known.OwnOf([new(type, address)]).Count);
    }

    [Theory]
    [InlineData("192.168.32.77", true)] // a port that OpenStack gave no address
    [InlineData("worker1.elsewhere.example", true)]
    [InlineData("172.30.0.1", false)]
    [InlineData("192.168.32.5", false)]
    [InlineData("api-int.ocp.example.com", false)]
    [InlineData("master0", false)]
    public void What_was_recorded_is_approved_unless_it_is_the_clusters_or_anothers(string address, bool isOwn)
    {
        KnownNode known = new OwnAddresses("worker1", ["master0", "worker2"], Worker1, Shared)
            .Judge([], [new(char.IsAsciiDigit(address[0]) ? "InternalIP" : "InternalDNS", address)]);
        var addresses = new NodeAddresses(known.Addresses);
        Assert.Equal(isOwn, addresses.Include(new("DNS", address)) || addresses.Include(new("IP", address)));
    }

    /// <summary>Where OpenStack says that the server has it, it is no forgery.</summary>
    [Fact]
    public void A_virtual_address_that_is_truly_the_servers_is_its_own()
    {
        KnownNode known = Of("worker1", Server("worker1", "192.168.32.5"), [new("InternalIP", "192.168.32.5")]);
        Assert.Empty(known.Doubts);
        Assert.Contains(known.Addresses, address => address.Address == "192.168.32.5");
    }

    [Fact]
    public void Without_a_server_no_address_is_approved_and_the_name_is()
    {
        KnownNode known = Of("worker1", null, [new("InternalIP", "192.168.32.21"), new("Hostname", "worker1")]);
        Assert.Equal("192.168.32.21 (the node's server is unknown)", Assert.Single(known.Doubts).ToString());
        Assert.All(known.Addresses, address => Assert.Equal("Hostname", address.Type));
    }

    [Theory]
    [InlineData("api-int.ocp.example.com")]
    [InlineData("kubernetes")]
    [InlineData("172.30.0.1")]
    [InlineData("x.apps.ocp.example.com")]
    public void A_node_that_calls_itself_by_the_clusters_name_has_none(string name) =>
        Assert.Equal(["192.168.32.21", "2001:db8::21", "203.0.113.21"], Of(name, Worker1, []).Addresses.Select(a => a.Address));

    [Theory]
    [InlineData("api-int.any.where", true)]
    [InlineData("api.x", true)]
    [InlineData("console.apps.any.where", true)]
    [InlineData("kubernetes.default.svc", true)]
    [InlineData("worker1.any.where", false)]
    [InlineData("api-gateway", false)]
    public void Where_the_cluster_tells_nothing_its_usual_names_are_known(string name, bool isShared) =>
        Assert.Equal(isShared, SharedAddresses.OfAnyCluster.WhatIs(name) is not null);

    [Fact]
    public void The_names_of_another_domain_are_nobodys() => Assert.Null(Shared.WhatIs("api.other.example"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"status": 7}""")]
    [InlineData("""{"status": {"platformStatus": [], "apiServerURL": 7, "controlPlaneTopology": {}}}""")]
    [InlineData("""{"status": {"platformStatus": {"openstack": {"apiServerInternalIPs": [7, null, "x"], "ingressIP": []}}, "apiServerURL": "::"}}""")]
    public void Odd_answers_of_the_cluster_are_borne(string json) =>
        Assert.Empty(SharedAddresses.From(new() { Value = Infrastructure.From(Json(json)) },
            new() { Value = ClusterNetwork.From(Json(json)) }).Virtual);

    [Theory]
    [InlineData("""{"openstack": {"apiServerInternalIP": "192.168.32.5"}}""")]
    [InlineData("""{"vsphere": {"ingressIPs": ["192.168.32.5"]}}""")]
    [InlineData("""{"gcp": {"cloudLoadBalancerConfig": {"clusterHosted": {"apiIntLoadBalancerIPs": ["192.168.32.5"]}}}}""")]
    public void Virtual_addresses_are_found_on_every_platform(string platform) =>
        Assert.Equal(["192.168.32.5"], Infrastructure.From(Json($$"""{"status": {"platformStatus": {{platform}} } }""")).VirtualAddresses);

    [Fact]
    public void Without_a_record_the_servers_tell_whose_an_address_is()
    {
        V1Node[] nodes = [NodeSamples.Worker("worker1", "192.168.32.21", "192.168.32.5"), NodeSamples.Worker("worker2", "192.168.32.22"),
            NodeSamples.Master("master0", "192.168.32.10")];
        IReadOnlyList<KnownNode> known = OwnAddresses.OfNodes(nodes, null,
            [Worker1, Worker2, Master0, Server("controller", "192.168.32.5")], Shared);
        Assert.Equal(["192.168.32.21 192.168.32.22 192.168.32.10"],
            [string.Join(' ', known.Select(n => n.Addresses.First(a => a.Type == "InternalIP").Address))]);
        Assert.Equal("192.168.32.5 (a virtual address of the cluster)", Assert.Single(known[0].Doubts).ToString());
    }

    [Fact]
    public void Without_a_record_a_node_that_runs_on_no_server_may_not_ask_at_all()
    {
        V1Node[] nodes = [NodeSamples.Worker("worker1", "192.168.32.21"), NodeSamples.Worker("forged", "192.168.32.99"),
            NodeSamples.Worker("named")];
        Assert.Equal(["worker1"], OwnAddresses.OfNodes(nodes, null, [Worker1, Master0], Shared).Select(n => n.Name));
    }

    [Fact]
    public void A_node_that_claims_anothers_server_gets_none_of_its_addresses()
    {
        V1Node[] nodes = [NodeSamples.Worker("worker1", "192.168.32.10"), NodeSamples.Master("master0", "192.168.32.10"),
            NodeSamples.Worker("worker2", "192.168.32.22")];
        IReadOnlyList<KnownNode> known = OwnAddresses.OfNodes(nodes, null, [Worker1, Worker2, Master0], Shared);
        Assert.Equal([0, 0, 1], known.Select(n => n.Addresses.Count(a => a.Type == "InternalIP")));
    }

    /// <summary>It was made when the nodes were trusted, so no claim of another node stands against it.</summary>
    [Fact]
    public void With_a_record_the_server_is_the_recorded_one()
    {
        var record = new ClusterRecord
        {
            RecordedAt = DateTimeOffset.UnixEpoch,
            Nodes = [Recorded("worker1"), Recorded("master0")],
        };
        V1Node[] nodes = [NodeSamples.Worker("worker1", "192.168.32.10"), NodeSamples.Master("master0", "192.168.32.10")];
        IReadOnlyList<KnownNode> known = OwnAddresses.OfNodes(nodes, record, [Worker1, Master0], Shared);
        Assert.DoesNotContain(known[0].Addresses, a => a.Address == "192.168.32.10");
        Assert.Contains(known[1].Addresses, a => a.Address == "192.168.32.10");
    }

    private static NodeRecord Recorded(string name) => new() { Name = name, InstanceName = name };

    private static KnownNode Of(string node, Instance? server, IReadOnlyCollection<NodeAddress> told) =>
        new OwnAddresses(node, ["master0", "worker2"], server, Shared).Judge(told, []);

    private static Instance Server(string name, params string[] addresses) =>
        new() { Name = name, Role = name.StartsWith('m') ? "ocp_master" : "ocp_worker", Id = $"id-of-{name}", MacAddress = "",
            IpAddresses = [.. addresses] };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
