using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the APIs that others than the API server serve in the cluster of the command.</summary>
internal sealed class ApiServiceCompleter : ClusterObjectCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(ClusterSuggestions suggestions, CancellationToken stop) => suggestions.ApiServicesAsync(stop);
}
