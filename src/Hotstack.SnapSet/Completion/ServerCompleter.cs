using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the project's servers.</summary>
internal sealed class ServerCompleter : CloudCompleter
{
    protected override bool IsPattern => true;

    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CloudSuggestions cloud, CancellationToken stop) =>
        cloud.ServersAsync(stop);
}
