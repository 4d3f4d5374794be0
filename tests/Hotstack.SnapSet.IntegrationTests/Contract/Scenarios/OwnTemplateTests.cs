using System.Text.RegularExpressions;
using Hotstack.Restoring;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Scenarios;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Contract.Scenarios;

/// <summary>Each of upstream's templates: deployed, frozen by the name of its stack, and restored from its own set.</summary>
[Trait("Contract", "Scenarios")]
public sealed partial class OwnTemplateTests : IOnCheckout
{
    [ContractTheory, MemberData(nameof(Checkout.Templates), MemberType = typeof(Checkout))]
    public async Task Its_members_are_its_servers_with_roles_of_their_own(string template)
    {
        await using ScenarioRun run = await ScenarioRun.DeployAsync(Checkout.Scenario(template));

        IReadOnlyList<Instance> members = await run.MembersAsync();

        Assert.Equal(
            run.Behind.Servers.Where(s => s.ProjectId == run.Behind.ProjectId).Select(s => s.Resource!).Order(), members.Select(m => m.Name).Order());
        Dictionary<string, string> roles = RolesIn(Checkout.PathOf(template));
        Assert.All(members, m => Assert.Equal(roles[m.Name], m.Role));
        Assert.All(members, m => Assert.Contains(m.MacAddress, m.MacAddresses));
    }

    [ContractTheory, MemberData(nameof(Checkout.Templates), MemberType = typeof(Checkout))]
    public async Task It_comes_back(string template)
    {
        await using ScenarioRun run = await ScenarioRun.DeployAsync(Checkout.Scenario(template));
        SnapSet set = await run.FreezeAsync(includeVolumes: false);

        RestoredStack stack = await run.RestoreAsync(set, Checkout.Scenario(template));

        run.Verify(set, stack);
    }

    [ContractTheory, MemberData(nameof(Checkout.Templates), MemberType = typeof(Checkout))]
    public async Task It_comes_back_with_its_volumes(string template)
    {
        await using ScenarioRun run = await ScenarioRun.DeployAsync(Checkout.Scenario(template));
        SnapSet set = await run.FreezeAsync(includeVolumes: true);

        RestoredStack stack = await run.RestoreAsync(set, Checkout.Scenario(template));

        run.Verify(set, stack);
    }

    /// <summary>By the parameter that a server's image, or the image of its disk, comes from.</summary>
    private static Dictionary<string, string> RolesIn(string template) => HotTemplate.Read(File.ReadAllText(template)).Resources.Values
        .Where(resource => resource.TypeNode!.ToString() == "OS::Nova::Server")
        .ToDictionary(server => server.Name, server => ImageParameter().Match(server.Properties!.ToJsonString()).Groups[1].Value);

    [GeneratedRegex("""\{"get_param":\["(\w+)_params","image"\]\}""")]
    private static partial Regex ImageParameter();
}
