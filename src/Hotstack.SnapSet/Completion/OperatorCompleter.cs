using Hotstack.OpenShift;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the ClusterOperators of the cluster of the command.</summary>
internal sealed class OperatorCompleter : HotstackCompleter
{
    protected override bool IsPattern => true;

    protected override async Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        using Cluster cluster = Cluster.Connect(call.Kubeconfigs.Load(call.Kubeconfig, call.Context), new SilentActivity());
        return await new ClusterSuggestions(cluster).OperatorsAsync(stop).ConfigureAwait(false);
    }
}
