using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the project's stacks.</summary>
internal class StackNameCompleter : CloudCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CloudSuggestions cloud, CancellationToken stop) =>
        cloud.StacksAsync(stop);
}
