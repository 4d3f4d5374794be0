using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the regions that clouds.yaml lists for the cloud.</summary>
internal sealed class RegionNameCompleter : HotstackCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        string name = call.Cloud ?? call.Clouds.Load(null, null).Name;
        IReadOnlyList<Suggestion> regions = [.. call.Clouds.RegionNames(name).Select(r => new Suggestion(r, $"Region {r} of cloud {name}"))];
        return Task.FromResult(regions);
    }
}
