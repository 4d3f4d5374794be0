using Hotstack.OpenStack.Configuration;

namespace Hotstack.Completion;

/// <summary>Proposes the clouds of clouds.yaml.</summary>
internal sealed class CloudNameCompleter : HotstackCompleter
{
    protected override IEnumerable<Proposal> Propose(CloudConfigurationLoader loader, string? cloud, string? region) =>
        loader.CloudNames().Select(name => new Proposal(name, $"Cloud {name}"));
}
