using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// The shutdown that each node schedules for itself. First all nodes are armed for a time that is minutes away: it comes about whatever
/// becomes of the API and of this run, and until it is replaced, all nodes can be disarmed. Then one group of nodes after the other gets an
/// earlier time.
/// </summary>
internal sealed class ScheduledShutdown(
    Cluster cluster, SuspendClusterPlan plan, SuspendClusterRequest request, IActivity activity)
{
    private const string Arm = "arm";
    private const string Off = "off";

    /// <summary>The longest time to arm all nodes; calls under way may end a little later.</summary>
    private static readonly TimeSpan ArmTimeout = TimeSpan.FromMinutes(2);

    /// <summary>From the start of arming until the delay begins, at the latest.</summary>
    private static readonly TimeSpan ArmLead = TimeSpan.FromMinutes(3);

    /// <summary>The time to disarm all nodes before the first shuts down by itself.</summary>
    private static readonly TimeSpan DisarmTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A group's new time is so much later than the time that its helper pods took to arm it: all of it gets the new time before the
    /// first shuts down.</summary>
    private static readonly TimeSpan RescheduleMargin = TimeSpan.FromSeconds(3);

    /// <summary>Pods are waited for so long after their nodes' new time: the API may be at an end.</summary>
    private static readonly TimeSpan RescheduleGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestLead = TimeSpan.FromSeconds(60);

    private ShutdownTimes? _times;
    private IReadOnlyList<HelperPods.Result> _armed = [];
    private bool _areAllArmed;

    /// <summary>Run all commands of the shutdown on the nodes.</summary>
    public HelperPods Helpers { get; } = new(cluster, plan.HelperImage, activity);

    /// <summary>When the last node shuts down at the latest; null before arming.</summary>
    public DateTimeOffset? LastAt => _times?.Masters;

    /// <summary>The time until the nodes can no longer be disarmed before the first shuts down by itself; null before arming.</summary>
    public TimeSpan? TimeToCancel => _times?.Workers - cluster.Now - DisarmTimeout;

    /// <summary>Some nodes may be down, or about to shut down: they were told to, or armed nodes have reached their time.</summary>
    public bool HasBegun => plan.Nodes.Any(n => Helpers.WasSent(Off, n.Node.Name))
        || (_areAllArmed ? TimeToCancel <= TimeSpan.Zero : Armed.Length > 0 && _times!.Workers <= cluster.Now);

    /// <summary>The nodes that may be armed.</summary>
    public NodeServer[] Armed => [.. plan.Nodes.Where(n => Helpers.WasSent(Arm, n.Node.Name))];

    /// <summary>Makes every node schedule its own shutdown, late enough that all nodes can be armed, and disarmed.</summary>
    /// <exception cref="HotstackException"><c>NodeNotArmed</c>.</exception>
    public async Task ArmAsync(CancellationToken stop)
    {
        long began = cluster.Time.GetTimestamp();
        var times = ShutdownTimes.After(cluster.Now, ArmLead + request.ShutdownDelay + DisarmTimeout, plan.Workers.Count > 0);
        _times = times;
        _armed = await Helpers.RunAsync(
            Arm, [.. plan.Nodes.Select(n => (n.Node, times.ScriptFor(n.Node)))], ArmTimeout, stop);
        string[] unarmed = [.. _armed
            .Zip(plan.Nodes, (result, node) => (node.Node.Name, Why: WhyNotArmed(result, node.Node)))
            .Where(r => r.Why is not null)
            .Select(r => $"{r.Name}: {r.Why}")];
        if (unarmed.Length == 0 && TimeToCancel < request.ShutdownDelay)
        {
            unarmed = [$"arming them took {TimeText.Of(cluster.Time.GetElapsedTime(began))}, so that they could not all be disarmed in time"];
        }

        if (unarmed.Length > 0)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "NodeNotArmed", $"Not all nodes can be shut down from within: {string.Join("; ", unarmed)}.")
            {
                Target = cluster.Name,
                Hint = "Use -Method Nova to stop the servers from outside, whatever the state of their nodes.",
            };
        }

        _areAllArmed = true;
        string all = plan.Nodes.Count == 1 ? "The only node is" : $"All {plan.Nodes.Count} nodes are";
        activity.Verbose($"{all} armed: at the latest, workers shut down at {times.Workers:u}, masters at {times.Masters:u}.");
    }

    private string? WhyNotArmed(HelperPods.Result result, V1Node node) =>
        result.Failure ?? result.LogProblem ?? _times!.WhyNotArmed(node, result.Log ?? "");

    /// <summary>Waits for the delay in which the user can still cancel, at most until the nodes can no longer be disarmed.</summary>
    /// <param name="work">The title of the progress.</param>
    /// <param name="stop">Stops the wait.</param>
    public Task CountDownAsync(string work, CancellationToken stop) => Poll.CountDownAsync(
        work, "all nodes armed; Ctrl+C cancels", TimeToCancel < request.ShutdownDelay ? TimeToCancel.Value : request.ShutdownDelay,
        cluster.Time, activity, stop);

    /// <summary>Replaces the armed time of these nodes by one less than a minute ahead, the same for all. A node that cannot be reached keeps
    /// its armed time; a warning names it.</summary>
    /// <returns>The instant, by the cluster's clock; the armed time if that is as near.</returns>
    public async Task<DateTimeOffset> RescheduleAsync(IReadOnlyList<NodeServer> nodes, CancellationToken stop)
    {
        TimeSpan took = _armed.Where(r => nodes.Any(n => n.Node.Name == r.Node)).Max(r => r.EndedAfter);
        TimeSpan lead = took + RescheduleMargin < LongestLead ? took + RescheduleMargin : LongestLead;
        (DateTimeOffset at, ShutdownTimes times) = (cluster.Now + lead, _times!);
        DateTimeOffset armed = times.Of(nodes[0].Node);
        if (at >= armed)
        {
            activity.Verbose($"{string.Join(", ", nodes)} shut down at {armed:u}, for which they were armed.");
            return armed;
        }

        activity.Verbose($"Shutting down {string.Join(", ", nodes)} at {at:u}.");
        IReadOnlyList<HelperPods.Result> results = await Helpers.RunAsync(
            Off, [.. nodes.Select(n => (n.Node, times.ScriptFor(n.Node, at)))], lead + RescheduleGrace, stop);
        string[] missed = [.. results
            .Zip(nodes, (result, node) => (node.Node, result.Failure))
            .Where(r => r.Failure is not null)
            .Select(r => $"{r.Node.Name} may shut down only at {times.Of(r.Node):u} ({r.Failure})")];
        if (missed.Length > 0)
        {
            activity.Warning($"The earlier time of the shutdown could not be confirmed: {string.Join("; ", missed)}.");
        }

        return at;
    }

    /// <summary>Cancels the shutdown on all nodes that may be armed.</summary>
    /// <param name="left">Receives what could not be cancelled, in sentences without a full stop.</param>
    /// <param name="stop">Stops it.</param>
    public async Task DisarmAsync(List<string> left, CancellationToken stop)
    {
        NodeServer[] armed = Armed;
        ShutdownTimes times = _times!;
        activity.Verbose($"Cancelling the shutdown on {string.Join(", ", armed.AsEnumerable())}.");
        if (!await Helpers.DeletePodsAsync(HelperPods.RemovalTimeout, stop))
        {
            left.Add($"a helper pod in {Helpers.Namespaces} does not end, and can schedule its node's shutdown until {times.Masters:u}");
        }

        IReadOnlyList<HelperPods.Result> results = await Helpers.RunAsync(
            "cancel", [.. armed.Select(n => (n.Node, Logind.CancelScript))], DisarmTimeout, stop);
        left.AddRange(results
            .Zip(armed, (result, node) => (node.Node, result.Failure))
            .Where(r => r.Failure is not null)
            .Select(r => $"node {r.Node.Name} may shut down at {times.Of(r.Node):u}; run 'shutdown -c' on it ({r.Failure})"));
    }
}
