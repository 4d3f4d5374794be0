using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Has pods leave nodes, as <c>oc adm drain --ignore-daemonsets --delete-emptydir-data</c> does.</summary>
internal sealed class Drain(Cluster cluster, IActivity activity)
{
    private const int TooManyRequests = 429;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Evicts the pods. Those that do not leave in time are warned of: they end with their node.</summary>
    public async Task RunAsync(IReadOnlyCollection<string> nodes, TimeSpan timeout, CancellationToken stop)
    {
        string version = await cluster.Api.FindPreferredVersionAsync("policy", stop) ?? "v1";
        V1Pod[] left = [];
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                IReadOnlyList<V1Pod>[] pods = await Fanout.SelectAsync(
                    nodes,
                    async (node, t) => (await cluster.ListPodsAsync(t, new() { Fields = $"spec.nodeName={node}" })).Items, token);
                left = [.. pods.SelectMany(p => p).Where(HasToLeave)];
                await Fanout.ForEachAsync(left.Where(p => !p.IsBeingDeleted), (p, t) => EvictAsync(p, version, t), token);
                return left.Length == 0;
            },
            Interval, timeout, cluster.Time, stop);
        if (!isDone)
        {
            activity.Warning(
                $"After {timeout.TotalSeconds:0} s these pods are still on the workers, and will end with them: "
                + string.Join(", ", left.Take(10).Select(p => p.Title)) + (left.Length > 10 ? $" and {left.Length - 10} more" : "") + ".");
        }
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
            // A disruption budget does not allow it now; or it has left meanwhile.
            activity.Verbose($"Pod {pod.Title}: {e.Reason}");
        }
    }
}
