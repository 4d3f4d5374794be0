using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters;

/// <summary>
/// Cordons, uncordons and drains nodes. A mark on each node records that we cordoned it: it is frozen with the node, and lets the next run
/// resume one that was killed.
/// </summary>
internal sealed class Cordon(Cluster cluster, IActivity activity)
{
    private const string Mark = "hotstack-snapset/cordoned";
    private const int TooManyRequests = 429;

    private static readonly TimeSpan DrainInterval = TimeSpan.FromSeconds(2);

    /// <summary>Somebody else cordoned the node.</summary>
    public static bool WasBefore(V1Node node) => node.IsUnschedulable && !IsOurs(node);

    /// <summary>We cordoned the node.</summary>
    public static bool IsOurs(V1Node node) => node.IsUnschedulable && node.Annotations.ContainsKey(Mark);

    public Task ApplyAsync(IEnumerable<V1Node> nodes, CancellationToken stop) =>
        Fanout.ForEachAsync(
            nodes.Where(node => !node.IsUnschedulable),
            async (node, token) =>
            {
                activity.Verbose($"Cordoning node {node.Name}.");
                await cluster.LogInAsync(token);
                token.ThrowIfCancellationRequested();
                // A cancelled write could still arrive after the rollback.
                await PatchAsync(node.Name, JsonValue.Create(true), JsonValue.Create("true"), CancellationToken.None);
            },
            stop);

    public Task RemoveAsync(IEnumerable<string> nodes, CancellationToken stop) =>
        Fanout.ForEachAsync(
            nodes,
            async (name, token) =>
            {
                activity.Verbose($"Uncordoning node {name}.");
                await PatchAsync(name, null, null, token);
            },
            stop);

    /// <summary>Evicts pods, as <c>oc adm drain --ignore-daemonsets --delete-emptydir-data</c> does, and warns about pods that are left
    /// after the timeout: they end with their node.</summary>
    /// <returns>How many pods are left.</returns>
    public async Task<int> DrainAsync(IReadOnlyCollection<string> nodes, TimeSpan timeout, CancellationToken stop)
    {
        string version = await cluster.Api.FindPreferredVersionAsync("policy", stop) ?? "v1";
        V1Pod[] left = [];
        bool isDone = await new WaitForGone("Draining the workers", "pods have left the workers", activity, cluster.Time).RunAsync(
            async token =>
            {
                IReadOnlyList<V1Pod>[] pods = await Fanout.SelectAsync(
                    nodes,
                    async (node, t) => (await cluster.ListPodsAsync(t, new() { Fields = $"spec.nodeName={node}" })).Items, token);
                left = [.. pods.SelectMany(p => p).Where(HasToLeave)];
                await Fanout.ForEachAsync(left.Where(p => !p.IsBeingDeleted), (p, t) => EvictAsync(p, version, t), token);
                return left.Length;
            },
            DrainInterval, timeout, stop);
        if (!isDone)
        {
            activity.Warning(
                $"After {timeout.TotalSeconds:0} s these pods are still on the workers, and end with them: "
                + string.Join(", ", left.Take(10).Select(p => p.Title)) + (left.Length > 10 ? $" and {left.Length - 10} more" : "") + ".");
        }

        return left.Length;
    }

    private static bool HasToLeave(V1Pod pod) =>
        !pod.IsMirror && !pod.IsFinished && pod.Owners.All(owner => owner.Kind != "DaemonSet");

    private async Task EvictAsync(V1Pod pod, string version, CancellationToken stop)
    {
        try
        {
            await cluster.EvictPodAsync(pod, version, stop);
            activity.Verbose($"Evicted pod {pod.Title} from {pod.NodeName}.");
        }
        catch (ServiceException e) when (e.Status is TooManyRequests or 404)
        {
            // A disruption budget forbids it now, or the pod has left.
            activity.Verbose($"Pod {pod.Title}: {e.Reason}");
        }
    }

    private Task<V1Node> PatchAsync(string name, JsonNode? isUnschedulable, JsonNode? mark, CancellationToken stop)
    {
        var change = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Mark] = mark } },
            ["spec"] = new JsonObject { ["unschedulable"] = isUnschedulable },
        };
        var patch = new V1Patch(change.ToJsonString(), V1Patch.PatchType.MergePatch);
        return cluster.Client.CoreV1.PatchNodeAsync(patch, ApiPath.Segment(KubernetesApi.Service, name), cancellationToken: stop);
    }
}
