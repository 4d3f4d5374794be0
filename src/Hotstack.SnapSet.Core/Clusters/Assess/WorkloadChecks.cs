using Hotstack.Clusters.CertificateRequests;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>What runs on the cluster: added operators, OpenShift's own pods, and their network.</summary>
internal static class WorkloadChecks
{
    /// <summary>So long a pod may take to start, or to recover.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static IEnumerable<ClusterCheck> Check(ClusterState state, Exempt exempt) => [.. CheckInstalled(state, exempt), CheckPods(state), CheckNetwork(state)];

    private static ClusterCheck[] CheckInstalled(ClusterState state, Exempt exempt)
    {
        const string check = "InstalledOperators";
        if (state.InstalledOperators is null)
        {
            return [state.Groups.Problem is not null ? state.Groups.Unknown(check)
                : new(check, ClusterCheckResult.Skipped, "the cluster has no operator lifecycle manager")];
        }

        if (state.InstalledOperators.Value is not { } installed)
        {
            return [state.InstalledOperators.Unknown(check)];
        }

        ClusterCheck[] unfinished =
        [
            .. installed.Where(o => !o.HasSucceeded).Select(o => new ClusterCheck(check, ClusterCheckResult.Failed,
                $"installed operator {o.Title} is {(o.Phase.Length > 0 ? o.Phase : "in no phase yet")}{(o.Message is { } message ? $": {DisplayText.OfProse(message)}" : "")}")
            {
                Target = o.Title,
            }.ExcusedBy(exempt.Why(o.Title))),
        ];
        return unfinished.Length > 0 ? unfinished : [new(check, ClusterCheckResult.Passed, $"all {installed.Count} installed operators have succeeded")];
    }

    private static ClusterCheck CheckPods(ClusterState state)
    {
        const string check = "Pods";
        if (state.Pods.Value is not { } pods)
        {
            return state.Pods.Unknown(check);
        }

        V1Pod[] own = [.. pods.Where(pod => pod.Namespace?.StartsWith("openshift-", StringComparison.Ordinal) == true)];
        string[] stuck =
        [
            .. own.Select(pod => (pod.Title, Why: WhyStuck(pod, state.Pods.At ?? state.Now))).Where(pod => pod.Why is not null).Select(pod => $"{pod.Title} ({pod.Why})"),
        ];
        return stuck.Length == 0
            ? new(check, ClusterCheckResult.Passed, $"none of OpenShift's own {own.Length} pods is stuck")
            : new(check, ClusterCheckResult.Warning,
                $"{stuck.Length} of OpenShift's own {own.Length} pods are stuck: {NameList.Short(stuck)}");
    }

    private static ClusterCheck CheckNetwork(ClusterState state)
    {
        const string check = "NetworkCertificates";
        if (state.Requests.Value is not { } requests)
        {
            return state.Requests.Unknown(check);
        }

        IReadOnlyList<V1CertificateSigningRequest> waiting = NetworkRequests.Waiting(requests, state.Requests.At ?? state.Now);
        return waiting.Count == 0
            ? new(check, ClusterCheckResult.Passed, "no certificate of the nodes' network waits for approval")
            : new(check, ClusterCheckResult.Warning, NetworkRequests.Describe(waiting));
    }

    /// <returns>Null if it is not, or not for long.</returns>
    private static string? WhyStuck(V1Pod pod, DateTimeOffset now)
    {
        string? loop = pod.Containers.Select(container => container.WaitingReason).FirstOrDefault(reason => reason == "CrashLoopBackOff");
        DateTimeOffset? since = pod.Phase == "Pending" ? pod.CreatedAt
            : loop is not null ? pod.Conditions.Find("Ready")?.LastTransitionTime ?? pod.CreatedAt
            : null;
        return now - since > Patience
            ? loop ?? pod.Containers.Select(container => container.WaitingReason).FirstOrDefault(reason => reason is not null) ?? "Pending"
            : null;
    }
}
