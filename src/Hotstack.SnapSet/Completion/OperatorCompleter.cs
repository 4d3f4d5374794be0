using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the ClusterOperators of the cluster of the command.</summary>
internal sealed class OperatorCompleter : ClusterObjectCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(ClusterSuggestions suggestions, CancellationToken stop) => suggestions.OperatorsAsync(stop);
}
