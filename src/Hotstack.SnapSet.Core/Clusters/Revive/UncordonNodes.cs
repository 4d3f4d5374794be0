using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>Uncordons exactly the nodes that were cordoned for the snapshot, each as soon as it is up; without a record and marks all
/// nodes, as upstream does.</summary>
internal sealed class UncordonNodes(Cluster cluster, ClusterRecord? record, IActivity activity)
{
    private readonly HashSet<string> _uncordoned = new(StringComparer.Ordinal);
    private readonly Cordon _cordon = new(cluster, activity);

    /// <summary>The marks tell which nodes are ours. They vanish with the cordons, so once seen is enough.</summary>
    private bool _isKnown = record is { Nodes.Count: > 0 };

    /// <summary>Uncordons those of the nodes that are up. If that fails, <see cref="RunAsync"/> tries again.</summary>
    /// <param name="nodes">All nodes of the cluster.</param>
    /// <param name="up">The names of those that are up.</param>
    /// <param name="stop">Cancels the calls.</param>
    public async Task TryAsync(IReadOnlyList<V1Node> nodes, IReadOnlySet<string> up, CancellationToken stop)
    {
        try
        {
            await RemoveAsync([.. Ours(nodes).Intersect(up)], stop);
        }
        catch (ServiceException e)
        {
            activity.Verbose($"A node that is up could not be uncordoned yet: {e.Message}");
        }
    }

    /// <summary>Uncordons all of them. The API server of a single master still restarts at this time, for minutes.</summary>
    /// <returns>What was done, in a sentence without a full stop.</returns>
    public async Task<string> RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        string result = "";
        var wait = new PatientWait(cluster, "Uncordoning the nodes", activity);
        bool isDone = await wait.UntilAsync(
            async token =>
            {
                result = await RunOnceAsync(token);
                return null;
            },
            interval, timeout, stop);
        return isDone ? result : throw wait.LastFailure!;
    }

    private async Task<string> RunOnceAsync(CancellationToken stop)
    {
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        string[] cordoned = Ours(nodes);
        await RemoveAsync(cordoned, stop);
        string[] left = [.. nodes.Where(n => n.IsUnschedulable).Select(n => n.Name).Except(cordoned)];
        string[] done = [.. nodes.Select(n => n.Name).Where(_uncordoned.Contains)];
        return (done.Length == 0 ? "no node was cordoned by us" : $"uncordoned {string.Join(", ", done)}")
            + (left.Length == 0 ? "" : $"; {string.Join(", ", left)} had been cordoned before and stay so");
    }

    private string[] Ours(IReadOnlyList<V1Node> nodes)
    {
        _isKnown |= nodes.Any(Cordon.IsOurs);
        return [.. nodes.Where(n => n.IsUnschedulable && (!_isKnown || Cordon.IsOurs(n) || WasSchedulable(n))).Select(n => n.Name)];
    }

    private Task RemoveAsync(string[] nodes, CancellationToken stop)
    {
        // Before the call: its answer may be lost.
        _uncordoned.UnionWith(nodes);
        return _cordon.RemoveAsync(nodes, stop);
    }

    private bool WasSchedulable(V1Node node) => record?.Nodes.Any(n => n.Name == node.Name && !n.WasUnschedulable) == true;
}
