using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the ClusterOperators of the cluster of the command.</summary>
internal sealed class OperatorCompleter : HotstackCompleter
{
    protected override bool IsPattern => true;

    protected override async Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        ClusterConfiguration configuration = call.Kubeconfigs.Load(call.Kubeconfig, call.Context);
        if (configuration.IsOfCurrentDirectory || call.IsKubeconfigOfDirectory)
        {
            // The author of that file chose where our credentials go, and Tab is no consent of the user to send them.
            return [];
        }

        using Cluster cluster = Cluster.Connect(configuration, new SilentActivity());
        return await new ClusterSuggestions(cluster).OperatorsAsync(stop).ConfigureAwait(false);
    }
}
