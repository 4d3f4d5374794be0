using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>One run that shuts a cluster down, or goes on with that. Until the first node goes, a failure or the user can take all
/// back; from then on, what was reached is told.</summary>
internal sealed class Suspension(
    Cloud cloud, Cluster cluster, SuspensionPlan plan, SuspendClusterRequest request, IActivity activity)
{
    private const string Arm = "arm";

    /// <summary>What the cancelling needs before the first node goes.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(60);

    /// <summary>Later, a cancellation might reach some nodes only.</summary>
    private static readonly TimeSpan PointOfNoReturn = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BackupTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan HelperRemovalTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepingPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TakeBackPatience = TimeSpan.FromMinutes(3);

    /// <summary>For an API server that is away while all is taken back.</summary>
    private static readonly TimeSpan ComebackPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ComebackInterval = TimeSpan.FromSeconds(3);

    private readonly HelperPods _helpers = new(cluster, plan.HelperImage, activity);
    private readonly Cordon _cordon = new(cluster, activity);
    private readonly ServerPower _power = new(cloud, activity);
    private readonly KeptRecord _kept = new(cloud);
    private ClusterRecord _record = plan.Record;
    private ShutdownTimes? _times;
    private bool _mayBeKept;
    private bool _areNodesGoing = plan.IsBegun;

    private string Work => WorkOf(cluster);

    /// <summary>Of nodes that were told to stop some may be down already.</summary>
    private bool IsPastReturn => _areNodesGoing || _power.HasOrdered;

    /// <summary>What a suspension is called where it tells how far it is.</summary>
    public static string WorkOf(Cluster cluster) => $"Suspending cluster {cluster.Context}";

    /// <returns>How the cluster was when the nodes were still there.</returns>
    public async Task<ClusterRecord> RunAsync(CancellationToken stop)
    {
        try
        {
            if (!plan.IsBegun)
            {
                await PrepareAsync(stop);
            }

            await ShutDownAsync(stop);
            return _record;
        }
        catch (HotstackException failure)
        {
            string aftermath = IsPastReturn ? Reached() : await TakeBackAsync();
            throw new HotstackException(failure.Cause, failure.Id, $"{DisplayText.OfProse(failure.Message)} {aftermath}", failure)
            {
                Target = failure.Target,
                Hint = failure.Hint,
            };
        }
        catch (Exception)
        {
            // Stopped by the user, or a defect of ours.
            if (!IsPastReturn)
            {
                activity.Warning($"The shutdown of cluster '{cluster.Context}' is given up; taking back what was done, which takes a moment.");
            }

            activity.Warning(IsPastReturn ? Reached() : await TakeBackAsync());
            throw;
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    /// <summary>All that can be taken back. At its end armed nodes go; those that Nova stops, only at its first order.</summary>
    private async Task PrepareAsync(CancellationToken stop)
    {
        if (request.ForceRotation)
        {
            await RotateAsync(stop);
        }

        if (request.EtcdBackup)
        {
            await BackUpAsync(stop);
        }

        Tell("cordoning the nodes");
        await _cordon.ApplyAsync(plan.Nodes.Select(n => n.Node), stop);
        if (request.Drain)
        {
            await DrainAsync(stop);
        }

        if (request.EtcdBackup || request.Drain)
        {
            Tell("checking the certificates again");
            _record = ClusterRecords.WithReport(
                _record, await new SuspensionPlanning(cloud, cluster).TestAgainAsync(request, activity, stop));
        }

        if (plan.Method == ShutdownMethod.Nova)
        {
            await RemoveHelpersAsync(stop);
            await KeepRecordAsync(null, activity.Warning, stop);
            return;
        }

        // Of a run that is cut off here some nodes go and the others do not: with the record, but no time in it, the next one has Nova
        // stop those.
        await KeepRecordAsync(null, activity.Verbose, stop);
        await ArmAsync(stop);
        await KeepRecordAsync(_times!.Masters, activity.Warning, stop);
        await RemoveHelpersAsync(stop);
        await CountDownAsync(stop);
        _areNodesGoing = true;
    }

    private async Task RotateAsync(CancellationToken stop)
    {
        Tell("having the certificates made anew");
        await new CertificateRotation(cluster, _helpers, activity).RunAsync(plan.Nodes, request.IgnoreOperators, stop);
        ClusterReport report = await new SuspensionPlanning(cloud, cluster)
            .TestAsync(request, "", activity, stop, areRotated: true);
        _record = ClusterRecords.WithReport(_record, report);
    }

    private async Task BackUpAsync(CancellationToken stop)
    {
        V1Node master = plan.Masters[0].Node;
        Tell($"backing up etcd on {master.Name}");
        HelperResult result = (await _helpers.RunAsync(
            "backup", [(master, "/usr/local/bin/cluster-backup.sh /home/core/assets/backup")], BackupTimeout, stop))[0];
        if (result.Failure is { } why)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "EtcdBackupFailed", $"The backup of etcd on {master.Name} failed: {why}.")
            {
                Target = master.Name,
                Hint = "Without -EtcdBackup the cluster is shut down without one; the SnapSet itself holds all of etcd.",
            };
        }

        activity.Verbose($"etcd is backed up on {master.Name}, in /home/core/assets/backup.");
    }

    private async Task DrainAsync(CancellationToken stop)
    {
        Tell("draining the workers");
        await new Drain(cluster, activity).RunAsync([.. plan.Workers.Select(w => w.Node.Name)], request.DrainTimeout, stop);
    }

    /// <summary>Has every node schedule its own shutdown, far enough ahead that all can be asked, and asked to forget it.</summary>
    private async Task ArmAsync(CancellationToken stop)
    {
        Tell("arming the shutdown of all nodes");
        var times = ShutdownTimes.After(cluster.Now, request.ShutdownDelay, plan.Workers.Count > 0);
        _times = times;
        IReadOnlyList<HelperResult> results = await _helpers.RunAsync(
            Arm, [.. plan.Nodes.Select(n => (n.Node, times.ScriptFor(n.Node)))], request.ShutdownDelay - Reserve, stop);
        string[] unarmed = [.. results
            .Zip(plan.Nodes, (result, node) => (node.Node.Name, Why: result.Failure ?? result.LogProblem ?? times.WhyNotArmed(node.Node, result.Log ?? "")))
            .Where(r => r.Why is not null)
            .Select(r => $"{r.Name}: {r.Why}")];
        if (unarmed.Length == 0 && times.Workers - cluster.Now < PointOfNoReturn)
        {
            unarmed = ["arming took so long that the first node would shut down any moment; give -ShutdownDelay more"];
        }

        if (unarmed.Length > 0)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "NodeNotArmed", $"Not all nodes can be shut down from within: {string.Join("; ", unarmed)}.")
            {
                Target = cluster.Context,
                Hint = "-Method Nova stops servers from outside, whatever state their nodes are in.",
            };
        }

        activity.Verbose($"{(plan.Nodes.Count == 1 ? "The only node is" : $"All {plan.Nodes.Count} nodes are")} armed: workers shut down at {times.Workers:u}, masters at {times.Masters:u}.");
    }

    /// <summary>While all of it can be undone.</summary>
    private async Task CountDownAsync(CancellationToken stop)
    {
        for (TimeSpan left; (left = _times!.Workers - cluster.Now - PointOfNoReturn) > TimeSpan.Zero;)
        {
            activity.Progress(new(Work, "all nodes armed; Ctrl+C cancels") { Remaining = left });
            TimeSpan pause = left < request.PollInterval ? left : request.PollInterval;
            await Task.Delay(pause, cluster.Time, stop);
        }
    }

    /// <summary>For a run that has to go on with this one when it is cut off; without it, all but the record goes on.</summary>
    private async Task KeepRecordAsync(DateTimeOffset? dueAt, Action<DisplayText> tell, CancellationToken stop)
    {
        TimeSpan left = _times is null ? KeepingPatience : _times.Workers - cluster.Now - PointOfNoReturn;
        _mayBeKept = true;
        try
        {
            // Not the token that stops us: a note that still arrives after it was taken away would stay.
            using var patience = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            await _kept.WriteAsync(_record, plan.NodeServers, dueAt, patience.Token);
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            tell(
                $"The record of the cluster could not be kept in its servers' metadata ({e.Message}). If this run is cut off once nodes are "
                + "down, the next one may know neither that it has to go on, nor until when the cluster can be revived.");
        }

        stop.ThrowIfCancellationRequested();
    }

    private async Task ShutDownAsync(CancellationToken stop)
    {
        var deadline = new Deadline(request.Timeout, cloud.Time);
        Tell("waiting for the nodes to shut down");
        foreach (IReadOnlyList<Instance> servers in new[] { plan.RunningWorkers, plan.RunningMasters }.Where(g => g.Count > 0))
        {
            await (plan.Method == ShutdownMethod.Guest
                ? _power.AwaitStoppedAsync(servers, request.PollInterval, deadline, stop)
                : _power.StopAsync(servers, request.PollInterval, deadline, stop));
        }

        _areNodesGoing = true;
        Tell("stopping the other servers");
        await _power.StopAsync(plan.RunningOthers, request.PollInterval, new Deadline(request.Timeout, cloud.Time), stop);
    }

    /// <summary>How far it got, for a run that ends where nothing can be taken back.</summary>
    private string Reached()
    {
        string states = string.Join("; ", _record.Instances.GroupBy(StateOf).Select(g => $"{g.Key}: {string.Join(", ", g)}"));
        string other = plan.Method == ShutdownMethod.Guest ? "; with -Method Nova it stops from outside what does not go by itself" : "";
        return $"The shutdown of cluster '{cluster.Context}' has begun and cannot be taken back any more; its nodes are cordoned. "
            + $"Now {states}. The same command again goes on from there{other}.";
    }

    private string StateOf(Instance instance) =>
        instance.Status == ServerRules.ShutOff || _power.IsDone(instance) ? "off"
        : _power.WasOrdered(instance) ? "told to stop"
        : plan.IsNode(instance) && plan.Method == ShutdownMethod.Guest ? "going by themselves"
        : "still running";

    private async Task RemoveHelpersAsync(CancellationToken stop)
    {
        string why = "it is not gone yet";
        try
        {
            if (await _helpers.DeleteAsync(HelperRemovalTimeout, stop))
            {
                return;
            }
        }
        catch (ServiceException e)
        {
            // No reason to give up: the nodes are armed, and go without the API.
            why = e.Message;
        }

        activity.Warning(
            $"The helper namespace {_helpers.Namespaces} may be frozen with the cluster ({why}); it does no harm. "
            + "A later Suspend-HotstackCluster deletes it.");
    }

    /// <summary>Leaves the cluster as it was, and tells what could not be taken back.</summary>
    private async Task<string> TakeBackAsync()
    {
        // Not the token that stopped us: taking back must still work.
        using var patience = new CancellationTokenSource(TakeBackPatience);
        var left = new List<string>();
        NodeServer[] armed = [.. plan.Nodes.Where(n => _helpers.WasSent(Arm, n.Node.Name))];
        if (armed.Length > 0)
        {
            await TryAsync(
                $"the shutdown may still be scheduled; run 'shutdown -c' on {string.Join(", ", armed.AsEnumerable())}",
                () => DisarmAsync(armed, _times!, left, patience.Token));
        }

        await TryAsync(
            $"nodes may stay cordoned; 'oc adm uncordon {string.Join(' ', plan.Nodes.Select(n => CommandArgument.Of(n.Node.Name)))}' lets pods on them again",
            () => UncordonAsync(left, patience.Token));
        if (_mayBeKept)
        {
            await TryAsync(
                $"the servers {string.Join(", ", plan.NodeServers)} keep the record of this shutdown in their metadata (hotstack_*), by which the next "
                + "Suspend-HotstackCluster takes it for begun; remove that",
                () => _kept.RemoveAsync(plan.NodeServers, patience.Token));
        }

        await TryAsync(
            $"the helper namespace {_helpers.Namespaces} was not deleted",
            async () => _ = await _helpers.DeleteAsync(HelperRemovalTimeout, patience.Token)
                ? true
                : throw new TimeoutException("it is still there"));
        string rotation = request.ForceRotation ? " Certificates that were made anew stay so." : "";
        return left.Count == 0 ? $"Nothing was shut down; all was taken back.{rotation}" : $"Not all could be taken back: {string.Join("; ", left)}.{rotation}";

        async Task TryAsync(string consequence, Func<Task> step)
        {
            // An API server that comes back answers 403 until it knows its own rules.
            DateTimeOffset end = cluster.Time.GetUtcNow() + ComebackPatience;
            for (bool isDone = false; !isDone;)
            {
                try
                {
                    isDone = await OnceAsync(step, end);
                    if (!isDone)
                    {
                        await Task.Delay(ComebackInterval, cluster.Time, patience.Token);
                    }
                }
                catch (Exception e) when (e is HotstackException or OperationCanceledException or TimeoutException)
                {
                    left.Add($"{consequence} ({e.Message})");
                    isDone = true;
                }
            }
        }

        async Task<bool> OnceAsync(Func<Task> step, DateTimeOffset end)
        {
            try
            {
                await step();
                return true;
            }
            catch (HotstackException e) when (
                e.Cause is ErrorCause.ServiceUnavailable or ErrorCause.Forbidden && cluster.Time.GetUtcNow() < end)
            {
                return false;
            }
        }
    }

    private async Task DisarmAsync(NodeServer[] armed, ShutdownTimes times, List<string> left, CancellationToken stop)
    {
        activity.Verbose($"Cancelling the shutdown on {string.Join(", ", armed.AsEnumerable())}.");
        if (!await _helpers.DeletePodsAsync(HelperRemovalTimeout, stop))
        {
            left.Add($"a helper pod in {_helpers.Namespaces} does not end, and could schedule its node's shutdown until {times.Masters:u}");
        }

        IReadOnlyList<HelperResult> results = await _helpers.RunAsync(
            "cancel", [.. armed.Select(n => (n.Node, ShutdownTimes.CancelScript))], Reserve, stop);
        left.AddRange(results
            .Zip(armed, (result, node) => (node.Node, result.Failure))
            .Where(r => r.Failure is not null)
            .Select(r => $"node {r.Node.Name} may shut down at {times.Of(r.Node):u}; run 'shutdown -c' on it ({r.Failure})"));
    }

    private async Task UncordonAsync(List<string> left, CancellationToken stop)
    {
        IReadOnlyList<V1Node> nodes = (await cluster.ListNodesAsync(stop)).Items;
        string?[] stay = await Fanout.SelectAsync(
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
                    return $"node {node.Name} stays cordoned; 'oc adm uncordon {CommandArgument.Of(node.Name)}' lets pods on it again ({e.Message})";
                }
            },
            stop);
        left.AddRange(stay.OfType<string>());
    }

    private void Tell(string step)
    {
        activity.Verbose($"{Work}: {step}.");
        activity.Progress(new(Work, step));
    }
}
