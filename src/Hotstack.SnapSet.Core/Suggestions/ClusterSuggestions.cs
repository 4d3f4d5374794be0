using Hotstack.Clusters;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Suggestions;

/// <summary>What a cluster has that could be meant.</summary>
public sealed class ClusterSuggestions(Cluster cluster)
{
    /// <summary>Its ClusterOperators, each with its state.</summary>
    public async Task<IReadOnlyList<Suggestion>> OperatorsAsync(CancellationToken stop)
    {
        IReadOnlyList<ClusterOperator> operators = await cluster.ClusterOperators.ListAsync(stop).ConfigureAwait(false);
        return
        [
            .. operators.OrderBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => new Suggestion(one.Name, $"{one.Name}: {OperatorReport.Of(one, []).State}")),
        ];
    }
}
