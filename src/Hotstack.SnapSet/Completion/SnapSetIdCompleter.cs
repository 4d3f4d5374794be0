using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets;

namespace Hotstack.Completion;

/// <summary>Proposes the ids of the cloud's SnapSets, the newest first.</summary>
internal sealed class SnapSetIdCompleter : HotstackCompleter
{
    protected override IEnumerable<Proposal> Propose(CloudConfigurationLoader loader, string? cloud, string? region) =>
        Ask(loader, cloud, region, (connection, stop) => new FindSnapSets(connection).RunAsync(new(), stop))
            .Select(set => new Proposal(set.Id, $"{set.State}, {set.CreatedAt:u}, {set.StackName ?? "no stack recorded"}"));
}
