using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Leaves a cluster whose shutdown failed as it was: disarms and uncordons its nodes, and deletes the record and the helper
/// pods.</summary>
internal sealed class SuspendClusterRollback(
    Cloud cloud, Cluster cluster, SuspendClusterPlan plan, ScheduledShutdown schedule, IActivity activity)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    /// <summary>How long each step waits for an API server that is away.</summary>
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ApiInterval = TimeSpan.FromSeconds(3);

    private readonly Cordon _cordon = new(cluster, activity);
    private readonly List<string> _left = [];

    /// <param name="mayBeKept">The record may be in the servers' metadata.</param>
    /// <returns>What could not be rolled back, in sentences without a full stop.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(bool mayBeKept)
    {
        // Not the token that stopped the run: the rollback must still work.
        using var patience = new CancellationTokenSource(Timeout);
        CancellationToken end = patience.Token;
        if (schedule.Armed is { Length: > 0 } armed)
        {
            await TryAsync(
                $"the shutdown may still be scheduled; run 'shutdown -c' on {string.Join(", ", armed.AsEnumerable())}",
                () => schedule.DisarmAsync(_left, end), end);
        }

        await TryAsync(
            "nodes may stay cordoned; uncordon them with 'oc adm uncordon "
                + $"{string.Join(' ', plan.Nodes.Select(n => CommandArgument.Of(n.Node.Name)))}'",
            () => UncordonAsync(end), end);
        if (mayBeKept)
        {
            await TryAsync(
                $"the servers {string.Join(", ", plan.NodeServers)} keep the record of this shutdown in their metadata (hotstack_*), "
                + "by which the next Suspend-HotstackCluster takes it for begun; remove that",
                () => new KeptRecord(cloud).RemoveAsync(plan.NodeServers, end), end);
        }

        await TryAsync($"the helper namespace {schedule.Helpers.Namespaces} was not deleted", () => DeleteHelpersAsync(end), end);
        return _left;
    }

    /// <summary>Repeats a step for a while: an API server that comes back answers 403 until it has read its roles.</summary>
    private async Task TryAsync(string consequence, Func<Task> step, CancellationToken stop)
    {
        var deadline = new Deadline(ApiTimeout, cluster.Time);
        try
        {
            while (!await TryOnceAsync(step, deadline))
            {
                await Poll.PauseAsync(ApiInterval, cluster.Time, stop);
            }
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException or TimeoutException)
        {
            _left.Add($"{consequence} ({e.Message})");
        }
    }

    private static async Task<bool> TryOnceAsync(Func<Task> step, Deadline deadline)
    {
        try
        {
            await step();
            return true;
        }
        catch (HotstackException e) when (
            e.Cause is (ErrorCause.ServiceUnavailable or ErrorCause.TimedOut or ErrorCause.Forbidden) && deadline.Left > TimeSpan.Zero)
        {
            return false;
        }
    }

    private async Task UncordonAsync(CancellationToken stop)
    {
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        string?[] failures = await Fanout.SelectAsync(
            nodes.Where(Cordon.IsOurs),
            async (node, token) =>
            {
                try
                {
                    await _cordon.RemoveAsync([node.Name], token);
                    return null;
                }
                catch (HotstackException e)
                {
                    return $"node {node.Name} stays cordoned; uncordon it with 'oc adm uncordon {CommandArgument.Of(node.Name)}' "
                        + $"({e.Message})";
                }
            },
            stop);
        _left.AddRange(failures.OfType<string>());
    }

    private async Task DeleteHelpersAsync(CancellationToken stop)
    {
        if (!await schedule.Helpers.DeleteAsync(HelperPods.RemovalTimeout, stop))
        {
            throw new TimeoutException("it is still there");
        }
    }
}
