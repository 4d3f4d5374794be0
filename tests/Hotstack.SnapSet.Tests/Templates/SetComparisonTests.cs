using System.Text.Json.Nodes;
using Hotstack.Clusters;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Templates;

/// <summary>Sets in scenarios that are not theirs. The templates hold each construct of upstream's by which a port gets its address.</summary>
public sealed class SetComparisonTests
{
    private const string Mac = "fa:16:9e:81:f6:10";

    private const string Net = "machine-net: {type: OS::Neutron::Net}";
    private const string Subnet = "machine-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, cidr: 192.168.32.0/24}}";
    private const string Wide = "machine-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, cidr: 192.168.32.0/20}}";
    private const string Other = "machine-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, cidr: 192.168.33.0/24}}";
    private const string Given = "machine-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, cidr: {get_param: cidr}}}";
    private const string Six = "six: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, ip_version: 6, cidr: '2620:cf:cf:cf02::/64'}}";
    private const string Slaac = "six: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, ip_version: 6, ipv6_address_mode: slaac, cidr: '2620:cf:cf:cf02::/64'}}";

    private const string Ten = "[{ip_address: 192.168.32.10}]";
    private const string Both = "[{ip_address: 192.168.32.10, subnet: {get_resource: machine-subnet}}, {ip_address: '2620:cf:cf:cf02::10', subnet: {get_resource: six}}]";

    /// <summary>The port had 192.168.32.10 in 192.168.32.0/24.</summary>
    [Theory]
    [InlineData(Subnet, Ten, null)]
    [InlineData(Subnet, "", null)]
    [InlineData(Subnet, "[{subnet: {get_resource: machine-subnet}}]", null)]
    [InlineData(Subnet, "[{ip_address: 192.168.34.10}]", "m-port gets 192.168.34.10;")]
    [InlineData(Subnet, "[{ip_address: 192.168.32.11}]", "m-port gets 192.168.32.11/24;")]
    [InlineData(Wide, "[{ip_address: 192.168.34.10}]", "m-port gets 192.168.34.10/20;")]
    [InlineData(Wide, Ten, "m-port gets 192.168.32.10/20;")]
    [InlineData(Other, "", "m-port gets an address of 192.168.33.0/24;")]
    [InlineData(Six, "[{ip_address: '2620:cf:cf:cf02::10'}]", "m-port gets 2620:cf:cf:cf02::10/64;")]
    [InlineData(Six, "", "m-port gets an address of 2620:cf:cf:cf02::/64;")]
    [InlineData(Subnet + "\n  " + Six, Both, "m-port gets 192.168.32.10/24 and 2620:cf:cf:cf02::10/64;")]
    [InlineData(Subnet + "\n  " + Six, Ten, null)]
    [InlineData(Subnet + "\n  " + Slaac, Ten, "m-port gets 192.168.32.10/24 and an address of 2620:cf:cf:cf02::/64;")]
    [InlineData(Given, Ten, "m-port gets 192.168.32.10/23;")]
    [InlineData(Subnet, "[{ip_address: {get_param: ip}}]", "m-port gets 192.168.32.77/24;")]
    [InlineData(Subnet, "{get_param: ips}", null)]
    public void Another_address_is_refused(string subnets, string fixedIps, string? reason)
    {
        string[] found = [.. Compare(subnets, fixedIps, Recorded("192.168.32.10/24")).Violations(Request)];

        if (reason is null)
        {
            Assert.Empty(found);
        }
        else
        {
            string only = Assert.Single(found);
            Assert.StartsWith($"master0: its port {Mac} had 192.168.32.10/24; in the template {reason}", only, StringComparison.Ordinal);
            Assert.Contains("-AllowAddressChange", only, StringComparison.Ordinal);
        }

        Assert.Empty(Compare(subnets, fixedIps, Recorded("192.168.32.10/24")).Violations(Request with { AllowAddressChange = true }));
    }

    [Theory]
    [InlineData(Subnet + "\n  " + Six, Both, "192.168.32.10/24+2620:cf:cf:cf02::10/64", true)]
    [InlineData(Subnet + "\n  " + Slaac, Ten, "192.168.32.10/24+2620:cf:cf:cf02:f816:9eff:fe81:f610/64", true)]
    [InlineData(Subnet + "\n  " + Six, "", "192.168.32.10/24+2620:cf:cf:cf02::99/64", true)]
    [InlineData(Subnet, Ten, "192.168.32.10/24+2620:cf:cf:cf02::10/64", false)]
    [InlineData(Subnet, Ten, "192.168.32.10", true)]
    [InlineData(Subnet, "[{ip_address: 192.168.32.11}]", "192.168.32.10", false)]
    [InlineData(Subnet, Ten, "", true)]
    public void Recorded_addresses_of_each_kind_are_compared(string subnets, string fixedIps, string recorded, bool isSame) =>
        Assert.Equal(isSame, !Compare(subnets, fixedIps, Recorded(recorded)).Violations(Request).Any());

    [Theory]
    [InlineData("{get_attr: [m-trunk, port_id]}")]
    [InlineData("{get_resource: m-port}")]
    public void A_port_is_found_also_behind_a_trunk(string port) => Assert.Single(
        Compare(Subnet, "[{ip_address: 192.168.32.11}]", Recorded("192.168.32.10/24"), $"port: {port}").Violations(Request));

    [Theory]
    [InlineData("network: {get_resource: machine-net}, fixed_ip: 192.168.32.11", 1)]
    [InlineData("network: {get_resource: machine-net}, fixed_ip: 192.168.32.10", 0)]
    [InlineData("network: {get_resource: machine-net}", 0)]
    [InlineData("network: somewhere", 0)]
    public void So_is_a_port_of_the_server_itself(string network, int reasons)
    {
        SetComparison comparison = Compare(Subnet, Ten, Recorded("192.168.32.10/24"), network);

        Assert.Equal(reasons, comparison.Violations(Request).Count());
        Assert.Equal(network.EndsWith("somewhere", StringComparison.Ordinal),
            comparison.Unknown().Any(line => line.Contains("which IP addresses port 1 of master0 get", StringComparison.Ordinal)));
    }

    /// <summary>Sets of upstream's playbooks, and older ones, know the addresses of nodes at most.</summary>
    [Theory]
    [InlineData("[{ip_address: 192.168.32.11}]", "192.168.32.10", true)]
    [InlineData("[{ip_address: 192.168.32.10}]", "192.168.32.10", false)]
    [InlineData("", "192.168.32.10", false)]
    [InlineData("[{ip_address: 192.168.32.11}]", null, false)]
    public void Without_recorded_ports_the_address_of_the_node_counts(string fixedIps, string? node, bool isRefused)
    {
        SetComparison comparison = Compare(Subnet, fixedIps, [], node: node);

        Assert.Equal(isRefused ? [$"master0: its node had {node}; in the template master0 gets 192.168.32.11/24"] : [],
            comparison.Violations(Request).Select(reason => reason[..reason.LastIndexOf("; use", StringComparison.Ordinal)]));
        Assert.Contains(comparison.Unknown(), line => line.Contains("does not record the networks and IP addresses of master0", StringComparison.Ordinal));
    }

    /// <summary>The set's servers, the template's, and what is refused.</summary>
    [Theory]
    [InlineData("controller master0", "controller master0 bmh0 ironic1 compute0 switch devstack nat64-appliance", "")]
    [InlineData("controller master0", "controller master0 master1 master2", "the template has 3 masters, SnapSet k3v9x2m1 1: master1, master2 would")]
    [InlineData("controller master0", "controller master0 worker0", "SnapSet k3v9x2m1 has no image of the node worker0 of")]
    [InlineData("controller", "controller master0 worker0", "SnapSet k3v9x2m1 has no image of the nodes master0, worker0 of")]
    [InlineData("controller master0", "controller master0 master1 worker0",
        "the template has 2 masters, SnapSet k3v9x2m1 1: master1 would|SnapSet k3v9x2m1 has no image of the node worker0 of")]
    [InlineData("controller master0 master1 master2", "controller master0 master1 master2", "")]
    public void Nodes_that_the_set_lacks_are_refused(string members, string servers, string reasons)
    {
        string[] all = servers.Split(' ');
        TemplateBundle bundle = Texts.Bundle(
            string.Concat(all.Select(name => $"  {name}: {{type: OS::Nova::Server, properties: {{image: {{get_param: [{Parameter(name)}, image]}}}}}}\n")),
            $"parameters: {{{string.Join(", ", all.Select(Parameter).Distinct().Select(name => $"{name}: {{type: json}}"))}}}");
        SnapSet set = Texts.Set([.. members.Split(' ').Select(name => Texts.Member(name, role: name == "controller" ? name : "ocp_master"))]);

        string[] found = [.. new SetComparison(set, bundle).Violations(Request)];

        Assert.Equal(reasons.Split('|', StringSplitOptions.RemoveEmptyEntries).Length, found.Length);
        Assert.All(reasons.Split('|', StringSplitOptions.RemoveEmptyEntries).Zip(found),
            pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.All(found, reason => Assert.Contains("-AllowNewNodes", reason, StringComparison.Ordinal));
        Assert.Empty(new SetComparison(set, bundle).Violations(Request with { AllowNewNodes = true }));
        // The first reason of an incomplete set is that it is incomplete.
        Assert.Empty(new SetComparison(set with { State = SnapSetState.Incomplete }, bundle).Violations(Request));
    }

    private static RestoreSnapSetRequest Request => new() { TemplatePath = "t.yaml" };

    private static string Parameter(string name) => name.TrimEnd('0', '1', '2') switch
    {
        "master" => "ocp_master_params",
        "worker" => "ocp_worker_params",
        var role => $"{role.Replace('-', '_')}_params",
    };

    private static SnapSetPort[] Recorded(string ips) =>
        [new SnapSetPort { MacAddress = Mac, Network = "hs-machine-net-4s7363raa6c3", FixedIps = [.. ips.Split('+', StringSplitOptions.RemoveEmptyEntries)] }];

    private static SetComparison Compare(
        string subnets, string fixedIps, SnapSetPort[] ports, string network = "port: {get_resource: m-port}", string? node = null)
    {
        string addresses = fixedIps.Length > 0 ? $", fixed_ips: {fixedIps}" : "";
        TemplateBundle bundle = Texts.Bundle(
            $"  {Net}\n  {subnets}\n"
            + $"  m-port: {{type: OS::Neutron::Port, properties: {{network: {{get_resource: machine-net}}, mac_address: '{Mac}'{addresses}}}}}\n"
            + "  m-trunk: {type: OS::Neutron::Trunk, properties: {port: {get_resource: m-port}}}\n"
            + $"  master0: {{type: OS::Nova::Server, properties: {{networks: [{{{network}}}]}}}}\n",
            "parameters: {cidr: {type: string, default: 192.168.32.0/24}, ip: {type: string, default: 192.168.32.77}, ips: {type: json}}");
        var values = new TemplateConditions(
            bundle.Document, bundle.Template.Parameters, new JsonObject { ["cidr"] = "192.168.32.0/23" }, "hs-again");
        SnapSet set = Texts.Set(Texts.Member("master0", Mac, macs: [Mac]) with { Ports = [.. ports] }) with
        {
            ClusterRecord = node is null ? null : new ClusterRecord
            {
                RecordedAt = DateTimeOffset.UnixEpoch,
                Nodes = [new NodeRecord { Name = "master-0", InstanceName = "master0", Addresses = [new("InternalIP", node), new("Hostname", "master-0")] }],
            },
        };
        return new SetComparison(set, bundle.With(TemplatePresence.Whole, values));
    }
}
