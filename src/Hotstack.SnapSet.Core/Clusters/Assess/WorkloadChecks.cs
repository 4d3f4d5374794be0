using Hotstack.Clusters.CertificateRequests;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>What runs on the cluster: installed operators, OpenShift's own pods, and their network.</summary>
internal static class WorkloadChecks
{
    /// <summary>A pod may take this long to start, or to recover.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static IEnumerable<ClusterCheck> CheckInstalledOperators(CheckInput input)
    {
        ClusterState state = input.State;
        if (state.InstalledOperators is not { } reading)
        {
            return
            [
                state.Groups.Problem is not null ? ClusterCheck.Unknown(CheckName.InstalledOperators, state.Groups)
                    : new(CheckName.InstalledOperators, ClusterCheckResult.Skipped, "the cluster has no operator lifecycle manager"),
            ];
        }

        if (reading.Value is not { } installed)
        {
            return [ClusterCheck.Unknown(CheckName.InstalledOperators, reading)];
        }

        ClusterCheck[] unfinished =
        [
            .. installed.Where(one => !one.HasSucceeded)
                .Select(one => Unfinished(one).ExcusedBy(input.Exemptions.InstalledOperators.Why(one.Title))),
        ];
        return unfinished.Length > 0 ? unfinished
            : [new(CheckName.InstalledOperators, ClusterCheckResult.Passed, $"all {installed.Count} installed operators have succeeded")];
    }

    public static ClusterCheck CheckPods(CheckInput input)
    {
        Reading<IReadOnlyList<V1Pod>> reading = input.State.Pods;
        if (reading.Value is not { } pods)
        {
            return ClusterCheck.Unknown(CheckName.Pods, reading);
        }

        DateTimeOffset now = reading.At ?? input.State.Now;
        V1Pod[] own = [.. pods.Where(pod => pod.Namespace?.StartsWith("openshift-", StringComparison.Ordinal) == true)];
        string[] stuck = [.. own.Select(pod => WhyStuck(pod, now) is { } why ? $"{pod.Title} ({why})" : null).OfType<string>()];
        return stuck.Length == 0
            ? new(CheckName.Pods, ClusterCheckResult.Passed, $"none of OpenShift's own {own.Length} pods is stuck")
            : new(CheckName.Pods, ClusterCheckResult.Warning,
                $"{stuck.Length} of OpenShift's own {own.Length} pods are stuck: {NameList.Short(stuck)}");
    }

    public static ClusterCheck CheckNetworkCertificates(CheckInput input)
    {
        if (input.State.Requests.Value is not { } requests)
        {
            return ClusterCheck.Unknown(CheckName.NetworkCertificates, input.State.Requests);
        }

        IReadOnlyList<V1CertificateSigningRequest> waiting =
            NetworkRequests.Waiting(requests, input.State.Requests.At ?? input.State.Now);
        return waiting.Count == 0
            ? new(CheckName.NetworkCertificates, ClusterCheckResult.Passed, "no certificate of the nodes' network waits for approval")
            : new(CheckName.NetworkCertificates, ClusterCheckResult.Warning, NetworkRequests.Describe(waiting));
    }

    private static ClusterCheck Unfinished(ClusterState.InstalledOperator one) => new(
        CheckName.InstalledOperators, ClusterCheckResult.Failed,
        $"installed operator {one.Title} is {(one.Phase.Length > 0 ? one.Phase : "in no phase yet")}"
        + (one.Message is { } message ? $": {DisplayText.OfProse(message)}" : ""))
    {
        Target = one.Title,
    };

    /// <returns>Null if the pod is not stuck, or not for long.</returns>
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
