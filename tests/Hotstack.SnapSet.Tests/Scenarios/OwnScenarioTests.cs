using Hotstack.Restoring;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Scenarios;

/// <summary>What <c>tests/lab/scenarios-run.sh</c> does with upstream's scenarios, with small ones of our own.</summary>
public sealed class OwnScenarioTests
{
    [Theory]
    [InlineData("bare-metal", "bmh0=bmh controller=controller ironic0=ironic master0=ocp_master")]
    [InlineData("switches", "controller=controller devstack=devstack nat64-appliance=nat64_appliance switch=switch")]
    public async Task The_members_are_the_servers_with_roles_by_their_parameters(string scenario, string expected)
    {
        await using ScenarioRun run = await ScenarioRun.DeployAsync(OwnScenarios.Of(scenario));

        IReadOnlyList<Instance> members = await run.MembersAsync();

        Assert.Equal(expected, string.Join(' ', members.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}={m.Role}")));
    }

    [Theory]
    [InlineData("bare-metal", false)]
    [InlineData("bare-metal", true)]
    [InlineData("switches", false)]
    [InlineData("switches", true)]
    public async Task A_scenario_comes_back_from_its_own_set(string scenario, bool includeVolumes)
    {
        await using ScenarioRun run = await ScenarioRun.DeployAsync(OwnScenarios.Of(scenario));
        SnapSet set = await run.FreezeAsync(includeVolumes);

        RestoredStack stack = await run.RestoreAsync(set, OwnScenarios.Of(scenario));

        run.Verify(set, stack);
    }

    [Theory]
    [InlineData("bare-metal", "switches")]
    [InlineData("switches", "bare-metal")]
    public async Task A_set_of_another_scenario_is_refused(string own, string other)
    {
        await using ScenarioRun run = await ScenarioRun.DeployAsync(OwnScenarios.Of(own));
        SnapSet set = await run.FreezeAsync(includeVolumes: false);

        await run.RefusedAsync(set, OwnScenarios.Of(other));
    }
}
