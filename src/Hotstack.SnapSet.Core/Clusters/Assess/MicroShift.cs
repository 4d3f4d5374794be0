using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>MicroShift: one node, OpenShift's core APIs, and neither a ClusterVersion nor cluster operators. It renews its certificates when
/// it starts, so nothing has to be waited for before a shutdown.</summary>
/// <remarks>Its version is in a config map that all may read: https://docs.redhat.com/en/documentation/red_hat_build_of_microshift,
/// "Getting the MicroShift version". Upstream waits for the node and all pods (hotstack, roles/microshift_setup).</remarks>
internal sealed class MicroShift(Cluster cluster)
{
    private const string Namespace = "kube-public";
    private const string Name = "microshift-version";

    /// <returns>Its version; null if it is not MicroShift.</returns>
    public static async Task<string?> FindVersionAsync(Cluster cluster, CancellationToken stop)
    {
        IReadOnlyDictionary<string, string>? found = await cluster.FindConfigMapAsync(Namespace, Name, stop);
        return found is null ? null : found.GetValueOrDefault("version") ?? "of unknown version";
    }

    /// <returns>The report; null if it is not MicroShift, or if that may not be read.</returns>
    public async Task<ClusterReport?> TryReportAsync(BoundedReads reads)
    {
        Reading<string?> version = await reads.TryAsync(
            $"get configmap {Namespace}/{Name}", token => FindVersionAsync(cluster, token));
        if (version.Value is not { } found)
        {
            return null;
        }

        Task<Reading<string>> readiness = reads.TryAsync("get /readyz", token => cluster.ForPolling().Api.GetTextAsync("readyz", token));
        Task<Reading<ObjectList<V1Node>>> nodes = reads.TryAsync("list nodes", token => cluster.ListNodesAsync(token));
        Task<Reading<ObjectList<V1Lease>>> leases = reads.TryAsync(
            $"list {ClusterLists.Leases}", token => cluster.ListLeasesAsync(token, NodeHeartbeat.Leases));
        Task<Reading<ObjectList<V1Pod>>> pods = reads.TryAsync("list pods", token => cluster.ListPodsAsync(token));
        await Task.WhenAll(readiness, nodes, leases, pods);
        ObjectList<V1Lease>? beats = (await leases).Value;
        ClusterCheck[] checks =
        [
            Of(CheckName.Readiness, await readiness, _ => new(CheckName.Readiness, ClusterCheckResult.Passed, "the API server is ready")),
            .. (await nodes).Value is { } list
                ? list.Items.Select(node => Check(node, list, beats)).DefaultIfEmpty(
                    new(CheckName.Nodes, ClusterCheckResult.Failed, "the cluster shows no nodes"))
                : [ClusterCheck.FailedOrUnknown(CheckName.Nodes, await nodes)],
            .. (await pods) is { Problem: not null } unread ? [ClusterCheck.FailedOrUnknown(CheckName.Pods, unread)] : Check((await pods).Value!.Items),
        ];
        return new ClusterReport
        {
            Name = cluster.Name,
            Context = cluster.Context,
            Version = found,
            Verdict = ClusterVerdict.NotApplicable,
            Health = ClusterJudgement.Of(checks),
            Checks = ClusterCheck.WorstFirst(checks),
            CheckedAt = cluster.Now,
        };
    }

    private static ClusterCheck Of<T>(string check, Reading<T> reading, Func<T, ClusterCheck> judge) =>
        reading.Problem is null ? judge(reading.Value!) : ClusterCheck.FailedOrUnknown(check, reading);

    private ClusterCheck Check(V1Node node, ObjectList<V1Node> nodes, ObjectList<V1Lease>? leases)
    {
        Condition? ready = node.Conditions.Find("Ready");
        NodeHeartbeat heartbeat = NodeHeartbeat.Of(
            node, nodes.At ?? cluster.Now, leases?.Items, leases?.At ?? cluster.Now);
        (string result, string message) = ready is not { IsTrue: true }
                ? (ClusterCheckResult.Failed, $"node {node.Name} is not ready: {ready.Why()}")
            : heartbeat is { IsSilent: true, Age: { } age }
                ? (ClusterCheckResult.Failed, $"node {node.Name} was ready, but has not been heard of for {TimeText.Of(age)}")
            : (ClusterCheckResult.Passed, $"node {node.Name} is ready");
        return new(CheckName.Nodes, result, message) { Target = node.Name };
    }

    /// <summary>Pods that ended do not come back, and controllers replace them. A user's own pod may have been broken before.</summary>
    private static IEnumerable<ClusterCheck> Check(IReadOnlyList<V1Pod> pods)
    {
        V1Pod[] broken = [.. pods.Where(pod => pod.Phase is not ("Succeeded" or "Failed") && pod.Conditions.Find("Ready") is not { IsTrue: true })];
        return broken.Length == 0
            ? [new(CheckName.Pods, ClusterCheckResult.Passed, "all pods are ready")]
            : broken.GroupBy(IsOfPlatform).OrderByDescending(group => group.Key).Select(group => new ClusterCheck(
                CheckName.Pods, group.Key ? ClusterCheckResult.Failed : ClusterCheckResult.Warning,
                $"these pods {(group.Key ? "of MicroShift" : "of users")} are not ready: "
                    + NameList.Short([.. group.Select(pod => pod.Title).Order(StringComparer.Ordinal)])));
    }

    private static bool IsOfPlatform(V1Pod pod) => pod.Metadata?.NamespaceProperty is { } name
        && (name.StartsWith("openshift-", StringComparison.Ordinal) || name.StartsWith("kube-", StringComparison.Ordinal));
}
