using Hotstack.Clusters;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Suggestions;

/// <summary>Values from a cluster for tab completion.</summary>
public sealed class ClusterSuggestions(Cluster cluster)
{
    /// <summary>The ClusterOperators with their states.</summary>
    public async Task<IReadOnlyList<Suggestion>> OperatorsAsync(CancellationToken stop)
    {
        IReadOnlyList<ClusterOperator> operators = (await cluster.ListAsync(OpenShiftKinds.ClusterOperators, stop)).Items;
        return
        [
            .. operators.OrderBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => new Suggestion(one.Name, $"{one.Name}: {OperatorReport.Of(one, isIgnored: false).State}")),
        ];
    }

    /// <summary>The aggregated APIs with their states.</summary>
    public async Task<IReadOnlyList<Suggestion>> ApiServicesAsync(CancellationToken stop)
    {
        IReadOnlyList<V1APIService> services = (await cluster.ListApiServicesAsync(stop)).Items;
        return
        [
            .. services.Where(one => one.IsAggregated).OrderBy(one => one.IsAvailable).ThenBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => new Suggestion(one.Name, $"{one.Name}: {(one.IsAvailable ? "available" : "not available")}, of service {one.ServiceName}")),
        ];
    }
}
