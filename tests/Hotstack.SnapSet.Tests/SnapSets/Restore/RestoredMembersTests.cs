using Hotstack.Deployments;
using Hotstack.Restoring;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>A stack that an earlier release restored by parameters: it has a tag, but no output that lists its instances.</summary>
public sealed class RestoredMembersTests : RestoreFixture
{
    [Fact]
    public async Task Its_instances_are_found_and_frozen_by_its_name()
    {
        SnapSet set = await FreezeAsync(new() { Source = new InstanceSource { Instances = await SomeAsync("controller", "master0") } });
        RestoredStack restored = await RestoreAsync(Of(set) with { Mode = RestoreMode.Parameter });
        Sandbox.Cloud.SetStackOutput(Target, "snapset_data", null);
        Sandbox.Cloud.StopServers();

        IReadOnlyList<Instance> found = await new GetInstances(Cloud).RunAsync(new InstanceSource { StackName = Target }, Activity, Stop);
        SnapSet again = await CreatedAsync(new NewSnapSetRequest { Source = new InstanceSource { StackName = Target } });

        Assert.Equal(restored.Servers.Select(Shown), found.Select(Shown));
        Assert.Equal(set.Members.Select(m => (m.Name, m.Role, m.MacAddress)), again.Members.Select(m => (m.Name, m.Role, m.MacAddress)));
    }

    private static string Shown(Instance instance) => $"{instance.Name} {instance.Role} {instance.Id} {instance.MacAddress}";
}
