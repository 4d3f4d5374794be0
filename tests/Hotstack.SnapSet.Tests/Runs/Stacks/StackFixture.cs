using Hotstack.Deployments.Stacks;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Runs.Stacks;

/// <summary>The sandbox's deployment, and small stacks beside it.</summary>
public abstract class StackFixture : RestoreFixture
{
    /// <summary>A server on a network of its own.</summary>
    internal const string Small = """
        heat_template_version: 2018-08-31
        resources:
          net: {type: OS::Neutron::Net}
          subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.77.0/24} }
          port: {type: OS::Neutron::Port, depends_on: subnet, properties: {network: {get_resource: net} } }
          controller:
            type: OS::Nova::Server
            properties: {image: hotstack-controller, flavor: hotstack.small, networks: [{port: {get_resource: port} }]}
        """;

    /// <summary>The same with a volume.</summary>
    internal const string WithVolume = Small + """

          data: {type: OS::Cinder::Volume, properties: {size: 1} }
        """;

    internal const string Serverless = "heat_template_version: 2018-08-31\nresources:\n  net: {type: OS::Neutron::Net}\n";

    internal List<HotstackException> Failures { get; } = [];

    internal static StackTarget Pattern(string text) => StackTarget.Typed(text);

    internal Task<IReadOnlyList<DeploymentStack>> GetAsync(params StackTarget[] targets) =>
        new GetStacks(Cloud).RunAsync(targets.Length > 0 ? targets : GetStacks.All, Activity, Failures.Add, Stop);

    internal async Task<DeploymentStack> GetOneAsync(string name) => Assert.Single(await GetAsync(StackTarget.Typed(name)));

    internal async Task MakeAsync(string name, string template = Small, params string[] tags)
    {
        await Cloud.Stacks.CreateAsync(new StackRequest { Name = name, Template = template, Tags = tags }, Stop);
        Sandbox.Cloud.Advance(TimeSpan.FromMinutes(10));
    }

    internal async Task<SnapSet> RestoredAsync(string name = Target)
    {
        SnapSet set = await FreezeAsync();
        await RestoreAsync(Of(set) with { StackName = name });
        return set;
    }
}
