using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the kubeconfig's contexts.</summary>
internal sealed class ContextCompleter : HotstackCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        IReadOnlyList<Suggestion> contexts =
        [
            .. call.Kubeconfigs.ListContexts(call.Kubeconfig).Select(context => new Suggestion(
                context.Name, $"{context.ClusterName} at {context.Server}{(context.IsCurrent ? " (current)" : "")}")),
        ];
        return Task.FromResult(contexts);
    }
}
