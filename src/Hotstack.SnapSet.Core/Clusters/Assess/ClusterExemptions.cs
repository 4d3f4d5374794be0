using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>What does not count in the checks of a cluster. Each run makes one, so each warning comes once.</summary>
internal sealed class ClusterExemptions
{
    /// <param name="operators">Cluster operators that the user ignores; wildcards.</param>
    /// <param name="apiServices">API services that the user ignores; wildcards.</param>
    /// <param name="record">What was recorded at the shutdown, with what was broken already then; null for nothing.</param>
    public ClusterExemptions(IReadOnlyList<string> operators, IReadOnlyList<string> apiServices, ClusterRecord? record)
    {
        Operators = new(operators, record?.BrokenOperators);
        ApiServices = new(apiServices, record?.BrokenApiServices);
        InstalledOperators = new([], record?.BrokenInstalledOperators);
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

/// <summary>Names of one kind that do not count.</summary>
/// <param name="patterns">Names that the user ignores; wildcards.</param>
/// <param name="brokenBefore">Names of what was broken when the cluster was recorded; no wildcards.</param>
internal sealed class Exempt(IReadOnlyList<string> patterns, IEnumerable<string>? brokenBefore = null)
{
    private readonly HashSet<string> _brokenBefore = [.. brokenBefore ?? []];
    private bool _isReported;

    /// <summary>The user ignores it.</summary>
    public bool IsIgnored(string name) => patterns.Any(pattern => Wildcard.Matches(name, pattern));

    /// <summary>Why a name does not count, for brackets behind a message; null if it counts.</summary>
    public string? Why(string name) => IsIgnored(name) ? "ignored" : _brokenBefore.Contains(name) ? "was so before the shutdown" : null;

    /// <summary>Warns once of patterns that match nothing.</summary>
    /// <param name="parameter">The parameter with the patterns: <c>-IgnoreOperator</c>.</param>
    /// <param name="kind">What they name: <c>cluster operator</c>.</param>
    /// <param name="names">All names of the cluster.</param>
    /// <param name="activity">Gets the warning.</param>
    public void WarnOfUnmatched(string parameter, string kind, IEnumerable<string> names, IActivity activity)
    {
        string[] all = [.. names];
        string[] unmatched = [.. patterns.Where(pattern => !Array.Exists(all, name => Wildcard.Matches(name, pattern)))];
        if (unmatched.Length > 0 && !_isReported)
        {
            _isReported = true;
            activity.Warning($"{parameter} {string.Join(", ", unmatched)}: the cluster has no {kind} of such a name.");
        }
    }
}
