using Hotstack.OpenStack.Configuration;

namespace Hotstack.Completion;

/// <summary>Proposes the project's stacks.</summary>
internal sealed class StackNameCompleter : HotstackCompleter
{
    protected override IEnumerable<Proposal> Propose(CloudConfigurationLoader loader, string? cloud, string? region) =>
        Ask(loader, cloud, region, (connection, stop) => connection.Stacks.ListNamesAsync(stop))
            .Select(name => new Proposal(name, $"Stack {name}"));
}
