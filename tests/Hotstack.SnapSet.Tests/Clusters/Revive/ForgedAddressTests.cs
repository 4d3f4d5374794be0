using System.Text.Json.Nodes;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>Nodes that write what is not theirs into their own status, and machines that are no nodes at all.</summary>
public sealed class ForgedAddressTests : ClusterFixture
{
    private static readonly (string Type, string Address)[] Forged =
    [
        ("InternalDNS", "api-int.hs-multi.example"), ("ExternalIP", "172.30.0.1"), ("ExternalIP", "203.0.113.99"),
            ("InternalDNS", "master0"),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_forged_address_is_approved_neither_with_a_record_nor_without(bool hasRecord)
    {
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(TimeSpan.FromDays(31));
        Forge("worker0");

        ReviveReport report = (await ReviveAsync(hasRecord ? record : null))!;

        Assert.False(report.IsHealthy);
        CsrDecision refused = report.CertificateRequests.First(
            r => (r.Node, r.SignerName, r.Verdict) == ("worker0", "kubernetes.io/kubelet-serving", CsrVerdict.Refuse));
        Assert.Contains("172.30.0.1 (of the cluster's pods or services)", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("api-int.hs-multi.example (the cluster's API)", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("203.0.113.99 (not an address of its server worker0)", refused.Reason, StringComparison.Ordinal);
        Assert.Equal((2 * NodeNames.Count) - 1, report.CertificateRequests.Count(r => r.Verdict == CsrVerdict.Approve));
        Assert.DoesNotContain(
            report.CertificateRequests.Where(r => r.Verdict == CsrVerdict.Approve).SelectMany(r => r.SubjectAltNames),
            name => Forged.Any(f => name.EndsWith(":" + f.Address, StringComparison.Ordinal) && f.Address != "master0"));
    }

    [Fact]
    public async Task What_is_forged_is_not_recorded_and_told_of()
    {
        Forge("worker0");

        ClusterRecord record = (await SuspendAsync())!;

        Assert.Equal(["192.168.32.20", "worker0"], record.Nodes.Single(n => n.Name == "worker0").Addresses.Select(a => a.Address).Order());
        string warning = Assert.Single(Activity.Warnings, w => w.StartsWith("Node worker0 reports addresses", StringComparison.Ordinal));
        Assert.All(Forged, forged => Assert.Contains($"{forged.Address} (", warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neutron_knows_the_addresses_of_all_ports_of_a_server()
    {
        await WithAllNodesAsync();
        IReadOnlyList<Instance> instances = await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop);
        ILookup<string, string> found = await Cloud.Network.ListAddressesAsync(instances.Select(i => i.Id), Stop);
        Assert.All(instances.Where(i => i.Role != Roles.Controller), i => Assert.Empty(i.IpAddresses.Except(found[i.Id])));

        IReadOnlyList<Instance> completed = await NodeMatching.CompleteAddressesAsync(Cloud, instances, [new("InternalIP", "198.51.100.1")],
            Activity, Stop);
        Assert.Equal(instances.Select(i => i.Id), completed.Select(i => i.Id));
        Assert.All(completed, instance => Assert.DoesNotContain("198.51.100.1", instance.IpAddresses));
        Assert.Same(instances, await NodeMatching.CompleteAddressesAsync(Cloud, instances,
            [new("Hostname", "worker0"), new("InternalIP", "192.168.32.20")], Activity, Stop));
    }

    /// <summary>Whoever holds the bootstrap token may send any number of them.</summary>
    [Fact]
    public async Task Machines_that_are_no_nodes_hold_no_revival_up()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(TimeSpan.FromDays(31));
        bool isFlooded = false;
        Activity.Listener = (stream, text) =>
        {
            if (!isFlooded && stream == "verbose" && text.Contains(": Api: ", StringComparison.Ordinal))
            {
                isFlooded = true;
                Flood(90, "bmh-7");
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(isFlooded);
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Equal(2 * NodeNames.Count, report.CertificateRequests.Count(r => r.Verdict == CsrVerdict.Approve));
        Assert.InRange(report.CertificateRequests.Count(r => r.Verdict == CsrVerdict.Refuse), 1, 10);
        Assert.Single(Activity.Warnings, w => w.Contains("90 certificate requests that are of no known node", StringComparison.Ordinal));
        ClusterCheck check = Assert.Single(report.Checks, c => c.Check == "SigningRequests");
        Assert.Equal(ClusterCheckResult.Warning, check.Result);
        Assert.Contains(" more", check.Message, StringComparison.Ordinal);
    }

    private Task<ReviveReport?> ReviveAsync(ClusterRecord? record) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = Stack, Record = record, PollInterval = Seldom },
            Activity, Yes, Stop);

    private void Flood(int count, string node)
    {
        byte[] request = SandboxCluster.Request($"O=system:nodes, CN=system:node:{node}");
        for (int i = 0; i < count; i++)
        {
            Behind.AddCsr(
                "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
                ["system:serviceaccounts", "system:serviceaccounts:openshift-machine-config-operator", "system:authenticated"],
                "kubernetes.io/kube-apiserver-client-kubelet", ["digital signature", "client auth"], request);
        }
    }

    private void Forge(string node) => Behind.Change("nodes", node, o =>
    {
        JsonArray addresses = o["status"]!["addresses"]!.AsArray();
        foreach ((string type, string address) in Forged)
        {
            addresses.Add(new JsonObject { ["type"] = type, ["address"] = address });
        }
    });
}
