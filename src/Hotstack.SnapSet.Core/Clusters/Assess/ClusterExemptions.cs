using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>What of a cluster does not count. One is made for each run, so that what it tells is told once.</summary>
internal sealed class ClusterExemptions
{
    /// <param name="operators">Cluster operators that the user leaves out; wildcards.</param>
    /// <param name="apiServices">API services that the user leaves out; wildcards.</param>
    /// <param name="baseline">What was recorded, with what was broken already then; null for nothing.</param>
    public ClusterExemptions(IReadOnlyList<string> operators, IReadOnlyList<string> apiServices, AssessmentBaseline? baseline)
    {
        Operators = new(operators, baseline?.BrokenOperators);
        ApiServices = new(apiServices, baseline?.BrokenApiServices);
        InstalledOperators = new([], baseline?.BrokenInstalledOperators);
    }

    public Exempt Operators { get; }

    /// <summary>By the names of APIServices: <c>v1beta1.metrics.k8s.io</c>.</summary>
    public Exempt ApiServices { get; }

    /// <summary>By namespace and name.</summary>
    public Exempt InstalledOperators { get; }

    public void WarnOfUnmatchedOperators(IEnumerable<ClusterOperator> all, IActivity activity) =>
        Operators.WarnOfUnmatched("-IgnoreOperator", "cluster operator", all.Select(o => o.Name), activity);

    public void WarnOfUnmatchedApiServices(IEnumerable<V1APIService> all, IActivity activity) =>
        ApiServices.WarnOfUnmatched("-IgnoreApiService", "API service", all.Select(s => s.Name), activity);
}
