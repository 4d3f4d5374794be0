using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>Has pods leave nodes, as <c>oc adm drain --ignore-daemonsets --delete-emptydir-data</c> does.</summary>
internal sealed class Drain(Cluster cluster, IActivity activity)
{
    private const int TooManyRequests = 429;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Evicts the pods. Those that do not leave in time are warned of: they end with their node.</summary>
    public async Task RunAsync(IReadOnlyCollection<string> nodes, TimeSpan timeout, CancellationToken stop)
    {
        string version = await cluster.Api.FindPreferredVersionAsync("policy", stop).ConfigureAwait(false) ?? "v1";
        Pod[] left = [];
        bool isDone = await Poll.UntilAsync(
            async token =>
            {
                IReadOnlyList<Pod>[] pods = await Fanout.SelectAsync(
                    nodes,
                    (node, t) => cluster.Pods.ListAsync(t, new Selection { Fields = $"spec.nodeName={node}" }), token).ConfigureAwait(false);
                left = [.. pods.SelectMany(p => p).Where(HasToLeave)];
                await Fanout.ForEachAsync(left.Where(p => p.Meta.DeletedAt is null), (p, t) => EvictAsync(p, version, t), token).ConfigureAwait(false);
                return left.Length == 0;
            },
            Interval, timeout, cluster.Time, stop).ConfigureAwait(false);
        if (!isDone)
        {
            activity.Warning(
                $"After {timeout.TotalSeconds:0} s these pods are still on the workers, and will end with them: "
                + string.Join(", ", left.Take(10).Select(p => p.Meta)) + (left.Length > 10 ? $" and {left.Length - 10} more" : "") + ".");
        }
    }

    private static bool HasToLeave(Pod pod) =>
        !pod.IsMirror && !pod.IsFinished && pod.Meta.Owners.All(owner => owner.Kind != "DaemonSet");

    private async Task EvictAsync(Pod pod, string version, CancellationToken stop)
    {
        try
        {
            await cluster.Pods.CreateAsync(
                pod.Meta.Name, "eviction",
                new JsonObject
                {
                    ["apiVersion"] = $"policy/{version}",
                    ["kind"] = "Eviction",
                    ["metadata"] = new JsonObject { ["name"] = pod.Meta.Name, ["namespace"] = pod.Meta.Namespace },
                },
                stop, pod.Meta.Namespace).ConfigureAwait(false);
            activity.Verbose($"Evicted pod {pod.Meta} from {pod.NodeName}.");
        }
        catch (ServiceException e) when (e.Status is TooManyRequests or 404)
        {
            // A disruption budget does not allow it now; or it has left meanwhile.
            activity.Verbose($"Pod {pod.Meta}: {e.Reason}");
        }
    }
}
