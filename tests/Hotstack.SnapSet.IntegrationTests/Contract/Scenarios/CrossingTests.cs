using Hotstack.Restoring;
using Hotstack.Scenarios;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Contract.Scenarios;

/// <summary>What becomes of the set of snapshot-sno in a template.</summary>
public enum Crossing
{
    /// <summary>It goes in.</summary>
    Fits,

    /// <summary>It goes in, but the template has no place for the volumes of the set.</summary>
    LacksVolumes,

    /// <summary>It is refused.</summary>
    Refused,
}

/// <summary>The set of snapshot-sno in each of upstream's templates, as upstream's documentation of that scenario wants to use it.</summary>
[Trait("Contract", "Scenarios")]
public sealed class CrossingTests : IOnCheckout
{
    private const string Source = "snapshot-sno/heat_template.yaml";

    /// <summary>A single node goes where one is at the same address. Elsewhere it would come up as a node that cannot live.</summary>
    public static IReadOnlyDictionary<string, Crossing> Rows { get; } = new Dictionary<string, Crossing>
    {
        [Source] = Crossing.Fits,
        ["3-nodes/heat_template.yaml"] = Crossing.Fits,
        ["3-nodes-gitops/heat_template.yaml"] = Crossing.Fits,
        ["multi-nodeset/heat_template.yaml"] = Crossing.Fits,
        ["multi-ns/heat_template.yaml"] = Crossing.Fits,
        ["sno-2-bm/heat_template.yaml"] = Crossing.Fits,
        ["sno-2-bm/heat_template_ipxe.yaml"] = Crossing.Fits,
        ["sno-2-bm/heat_template_mixed.yaml"] = Crossing.Fits,
        ["sno-2-bm/heat_template_pxe.yaml"] = Crossing.Fits,
        ["sno-2-bm-flat-vlan/heat_template.yaml"] = Crossing.Fits,
        ["sno-bmh-tests/heat_template.yaml"] = Crossing.Fits,
        ["sno-nxsw/heat_template.yaml"] = Crossing.Fits,
        ["sno-2nics-force10-10/heat_template.yaml"] = Crossing.LacksVolumes,
        ["sno-2nics-nxsw/heat_template.yaml"] = Crossing.LacksVolumes,

        // An IPv4 cluster in an IPv6 scenario.
        ["sno-2-bm-ipv6/heat_template.yaml"] = Crossing.Refused,
        ["sno-bmh-tests-ipv6/heat_template.yaml"] = Crossing.Refused,

        // One member of a single node's etcd among blank masters.
        ["campus-ha/heat_template.yaml"] = Crossing.Refused,
        ["compact-4-bm/heat_template.yaml"] = Crossing.Refused,
        ["hci/heat_template.yaml"] = Crossing.Refused,
        ["uni01alpha/heat_template.yaml"] = Crossing.Refused,

        // No OpenShift.
        ["networking-lab/devstack-ceos-vlan/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-ceos-vlan-netconf/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-ceos-vxlan/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-nxos-vlan-netconf/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-nxos-vlan-restconf/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-nxsw-vxlan/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-sonic-vlan/heat_template.yaml"] = Crossing.Refused,
        ["networking-lab/devstack-sonic-vxlan/heat_template.yaml"] = Crossing.Refused,
    };

    [ContractTheory, MemberData(nameof(Checkout.Templates), MemberType = typeof(Checkout))]
    public Task A_set_goes_where_it_belongs_and_nowhere_else(string template) => CrossAsync(template, includeVolumes: false);

    [ContractTheory, MemberData(nameof(Checkout.Templates), MemberType = typeof(Checkout))]
    public Task A_set_with_volumes_goes_where_it_belongs_and_nowhere_else(string template) => CrossAsync(template, includeVolumes: true);

    private static async Task CrossAsync(string template, bool includeVolumes)
    {
        Crossing expected = Assert.Contains(template, Rows);
        await using ScenarioRun run = await ScenarioRun.DeployAsync(Checkout.Scenario(Source));
        SnapSet set = await run.FreezeAsync(includeVolumes);

        if (expected == Crossing.Refused || (expected == Crossing.LacksVolumes && includeVolumes))
        {
            await run.RefusedAsync(set, Checkout.Scenario(template));
            return;
        }

        RestoredStack stack = await run.RestoreAsync(set, Checkout.Scenario(template));
        run.Verify(set, stack);
    }
}
