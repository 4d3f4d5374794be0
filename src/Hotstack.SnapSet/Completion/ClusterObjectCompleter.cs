using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes what the cluster of the command has.</summary>
internal abstract class ClusterObjectCompleter : HotstackCompleter
{
    protected override bool IsPattern => true;

    protected override async Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        ClusterConfiguration configuration = call.Kubeconfigs.Load(call.Kubeconfig, call.Context);
        if (configuration.IsOfCurrentDirectory || call.IsKubeconfigOfDirectory || configuration.LogsInByItself)
        {
            // The author of that file chose where our credentials go, and Tab is no consent of the user to send them; nor to run a program.
            return [];
        }

        using Cluster cluster = Cluster.Connect(configuration, new SilentActivity());
        return await SuggestAsync(new ClusterSuggestions(cluster), stop);
    }

    protected abstract Task<IReadOnlyList<Suggestion>> SuggestAsync(ClusterSuggestions suggestions, CancellationToken stop);
}
