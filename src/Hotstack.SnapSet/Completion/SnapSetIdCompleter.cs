using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the ids of the cloud's SnapSets, the newest first.</summary>
internal class SnapSetIdCompleter : CloudCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CloudSuggestions cloud, CancellationToken stop) =>
        cloud.SnapSetsAsync(incomplete: false, stop);
}
