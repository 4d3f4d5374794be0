using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the ids of SnapSets whose making was interrupted, the newest first.</summary>
internal sealed class IncompleteSnapSetIdCompleter : CloudCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CloudSuggestions cloud, CancellationToken stop) =>
        cloud.SnapSetsAsync(incomplete: true, stop);
}
