using System.Globalization;
using System.Text.RegularExpressions;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>The shutdown that each node schedules for itself: all nodes are armed, and can all be disarmed until the first shuts
/// down.</summary>
internal sealed class ScheduledShutdown(
    Cluster cluster, SuspendClusterPlan plan, SuspendClusterRequest request, IActivity activity)
{
    private const string Arm = "arm";

    /// <summary>The time to disarm all nodes before the first shuts down.</summary>
    private static readonly TimeSpan DisarmTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Later than this before the first shutdown, disarming might reach only some nodes.</summary>
    private static readonly TimeSpan PointOfNoReturn = TimeSpan.FromSeconds(15);

    private ShutdownTimes? _times;

    /// <summary>Run all commands of the shutdown on the nodes.</summary>
    public HelperPods Helpers { get; } = new(cluster, plan.HelperImage, activity);

    /// <summary>When the last node shuts down; null before arming.</summary>
    public DateTimeOffset? LastAt => _times?.Masters;

    /// <summary>The time until nothing can be rolled back; null before arming.</summary>
    public TimeSpan? Left => _times?.Workers - cluster.Now - PointOfNoReturn;

    /// <summary>The nodes that may be armed.</summary>
    public NodeServer[] Armed => [.. plan.Nodes.Where(n => Helpers.WasSent(Arm, n.Node.Name))];

    /// <summary>Makes every node schedule its own shutdown, late enough that all nodes can be armed, and disarmed.</summary>
    /// <exception cref="HotstackException"><c>NodeNotArmed</c>.</exception>
    public async Task ArmAsync(CancellationToken stop)
    {
        var times = ShutdownTimes.After(cluster.Now, request.ShutdownDelay, plan.Workers.Count > 0);
        _times = times;
        IReadOnlyList<HelperPods.Result> results = await Helpers.RunAsync(
            Arm, [.. plan.Nodes.Select(n => (n.Node, times.ScriptFor(n.Node)))], request.ShutdownDelay - DisarmTimeout, stop);
        string[] unarmed = [.. results
            .Zip(plan.Nodes, (result, node) => (node.Node.Name, Why: WhyNotArmed(result, node.Node)))
            .Where(r => r.Why is not null)
            .Select(r => $"{r.Name}: {r.Why}")];
        if (unarmed.Length == 0 && Left < TimeSpan.Zero)
        {
            unarmed = ["arming took so long that the first node would shut down at once; increase -ShutdownDelay"];
        }

        if (unarmed.Length > 0)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "NodeNotArmed", $"Not all nodes can be shut down from within: {string.Join("; ", unarmed)}.")
            {
                Target = cluster.Context,
                Hint = "Use -Method Nova to stop the servers from outside, whatever the state of their nodes.",
            };
        }

        string all = plan.Nodes.Count == 1 ? "The only node is" : $"All {plan.Nodes.Count} nodes are";
        activity.Verbose($"{all} armed: workers shut down at {times.Workers:u}, masters at {times.Masters:u}.");
    }

    private string? WhyNotArmed(HelperPods.Result result, V1Node node) =>
        result.Failure ?? result.LogProblem ?? _times!.WhyNotArmed(node, result.Log ?? "");

    /// <summary>Waits until nothing can be rolled back.</summary>
    /// <param name="work">The title of the progress.</param>
    /// <param name="stop">Stops the wait.</param>
    public async Task CountDownAsync(string work, CancellationToken stop)
    {
        for (TimeSpan left; (left = Left!.Value) > TimeSpan.Zero;)
        {
            activity.Progress(new(work, "all nodes armed; Ctrl+C cancels") { Remaining = left });
            await Poll.PauseAsync(left < request.PollInterval ? left : request.PollInterval, cluster.Time, stop);
        }
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
            "cancel", [.. armed.Select(n => (n.Node, ShutdownTimes.CancelScript))], DisarmTimeout, stop);
        left.AddRange(results
            .Zip(armed, (result, node) => (node.Node, result.Failure))
            .Where(r => r.Failure is not null)
            .Select(r => $"node {r.Node.Name} may shut down at {times.Of(r.Node):u}; run 'shutdown -c' on it ({r.Failure})"));
    }
}

/// <summary>
/// When nodes shut down: whole minutes of the cluster's clock, workers before masters, all masters at one instant, since
/// the API may end with the first master.
/// </summary>
internal sealed partial record ShutdownTimes(DateTimeOffset Workers, DateTimeOffset Masters)
{
    /// <summary>Cancels a scheduled shutdown, and fails if one is still there.</summary>
    public const string CancelScript = "shutdown -c\nif cat /run/systemd/shutdown/scheduled 2>/dev/null; then exit 1; fi";

    /// <summary>On OpenShift's nodes systemd gives services 200 s before it kills them.</summary>
    private static readonly TimeSpan WorkersTake = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LatestArming = TimeSpan.FromSeconds(10);

    /// <param name="now">By the cluster's clock.</param>
    /// <param name="lead">How long it may take to arm all nodes.</param>
    /// <param name="haveWorkers">Some nodes are not masters.</param>
    public static ShutdownTimes After(DateTimeOffset now, TimeSpan lead, bool haveWorkers)
    {
        DateTimeOffset first = CeilingToMinute(now + lead);
        return new(first, haveWorkers ? first + WorkersTake : first);
    }

    public DateTimeOffset Of(V1Node node) => node.IsMaster ? Masters : Workers;

    /// <summary>Schedules the shutdown (logind keeps it when the pod has ended) and prints the schedule. Run too late, it does
    /// nothing: systemd would schedule the time of day for tomorrow.</summary>
    public string ScriptFor(V1Node node) =>
        $"test $(date +%s) -lt {(Of(node) - LatestArming).ToUnixTimeSeconds()}\n"
        + $"TZ=UTC shutdown -h {Of(node).UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)}\n"
        + "cat /run/systemd/shutdown/scheduled";

    /// <param name="node">The node.</param>
    /// <param name="log">The output of its script.</param>
    /// <returns>Why the node is not armed; null if it is.</returns>
    public string? WhyNotArmed(V1Node node, string log)
    {
        if (!long.TryParse(Scheduled().Match(log).Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long micros)
            || micros > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000)
        {
            return "systemd shows no scheduled shutdown";
        }

        DateTimeOffset scheduled = DateTimeOffset.UnixEpoch.AddMicroseconds(micros);
        return (scheduled - Of(node)).Duration() < TimeSpan.FromSeconds(30)
            ? null
            : $"its shutdown is scheduled for {scheduled:u}, not for {Of(node):u}: its clock or an older schedule differs";
    }

    private static DateTimeOffset CeilingToMinute(DateTimeOffset time)
    {
        long minute = TimeSpan.TicksPerMinute;
        return new DateTimeOffset((time.UtcTicks + minute - 1) / minute * minute, TimeSpan.Zero);
    }

    /// <summary>systemd's file of key and value, times in microseconds since 1970.</summary>
    [GeneratedRegex("^USEC=([0-9]{1,18})\\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Scheduled();
}
