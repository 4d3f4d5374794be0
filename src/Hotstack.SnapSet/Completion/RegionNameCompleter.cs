using Hotstack.OpenStack.Configuration;

namespace Hotstack.Completion;

/// <summary>Proposes the regions that clouds.yaml lists for the cloud.</summary>
internal sealed class RegionNameCompleter : HotstackCompleter
{
    protected override IEnumerable<Proposal> Propose(CloudConfigurationLoader loader, string? cloud, string? region)
    {
        string name = cloud ?? loader.Load(null, null).Name;
        return loader.RegionNames(name).Select(r => new Proposal(r, $"Region {r} of cloud {name}"));
    }
}
