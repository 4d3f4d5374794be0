using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>One run that shuts a cluster down, or resumes that. Until the first node shuts down, a failure or the user rolls back
/// everything; afterwards the run reports how far it came.</summary>
internal sealed class SuspendClusterRun(
    Cloud cloud, Cluster cluster, SuspendClusterPlan plan, SuspendClusterRequest request, IActivity activity)
{
    private static readonly TimeSpan BackupTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromMinutes(1);

    /// <summary>A node that has shut down is noticed within this time, or within the request's interval if that is shorter.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HelpersPatience = TimeSpan.FromSeconds(10);

    private readonly ScheduledShutdown _schedule = new(cluster, plan, request, activity);
    private readonly ServerPower _power = new(cloud, activity);
    private ClusterRecord _record = plan.Record;
    private bool _mayBeKept;

    /// <summary>Some of the nodes may be down already.</summary>
    private bool IsPastReturn => plan.IsResumed || _schedule.HasBegun || _power.HasOrdered;

    private string Work => WorkOf(cluster);

    /// <summary>The title of a suspension's progress.</summary>
    public static string WorkOf(Cluster cluster) => $"Suspending cluster {cluster.Name}";

    /// <returns>The record of the cluster, of before the shutdown.</returns>
    public async Task<ClusterRecord> RunAsync(CancellationToken stop)
    {
        try
        {
            if (!plan.IsResumed)
            {
                await PrepareAsync(stop);
            }

            await ShutDownAsync(stop);
            return _record;
        }
        catch (HotstackException failure)
        {
            string aftermath = await EndAsync();
            throw failure.With(aftermath);
        }
        catch (Exception)
        {
            // Stopped by the user, or a defect of ours.
            if (!IsPastReturn)
            {
                activity.Warning($"The shutdown of cluster '{cluster.Name}' was stopped. Rolling back, which takes a moment.");
            }

            activity.Warning(await EndAsync());
            throw;
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    private async Task<string> EndAsync()
    {
        if (IsPastReturn)
        {
            return $"{Reached()}{await LeaveHelpersAsync()}";
        }

        string renewal = request.ForceRotation ? " Renewed certificates stay." : "";
        var rollback = new SuspendClusterRollback(cloud, cluster, plan, _schedule, activity);
        IReadOnlyList<string> left = await rollback.RunAsync(_mayBeKept);
        return left.Count == 0
            ? $"Nothing was shut down; everything was rolled back.{renewal}"
            : $"Not everything could be rolled back: {string.Join("; ", left)}.{renewal}";
    }

    /// <summary>All that can be rolled back. At its end all nodes are armed; with Nova, nothing shuts down before its first order.</summary>
    private async Task PrepareAsync(CancellationToken stop)
    {
        if (request.ForceRotation)
        {
            await RenewCertificatesAsync(stop);
        }

        if (request.EtcdBackup)
        {
            await BackUpAsync(stop);
        }

        Report("cordoning the nodes");
        var cordon = new Cordon(cluster, activity);
        await cordon.ApplyAsync(plan.Nodes.Select(n => n.Node), stop);
        if (request.Drain)
        {
            Report("draining the workers");
            await cordon.DrainAsync([.. plan.Workers.Select(w => w.Node.Name)], request.DrainTimeout, stop);
        }

        if (request.EtcdBackup || request.Drain)
        {
            Report("checking the certificates again");
            _record = Records.WithReport(_record, await Check().RepeatAsync(stop));
        }

        if (plan.Method == ShutdownMethod.Nova)
        {
            await RemoveHelpersAsync(HelperPods.RemovalTimeout, stop);
            await KeepRecordAsync(activity.Warning, stop);
        }
        else
        {
            await ScheduleAsync(stop);
        }
    }

    private ClusterRecords Records => new(cloud, cluster);

    private ShutdownCheck Check() => new(cloud, cluster, request, activity);

    /// <summary>If the run is killed here, some nodes shut down and others do not. A record without a time makes the next run stop those
    /// by Nova.</summary>
    private async Task ScheduleAsync(CancellationToken stop)
    {
        await KeepRecordAsync(activity.Verbose, stop);
        Report("arming the shutdown of all nodes");
        await _schedule.ArmAsync(stop);
        await KeepRecordAsync(activity.Warning, stop);
        await _schedule.CountDownAsync(Work, stop);
    }

    private async Task RenewCertificatesAsync(CancellationToken stop)
    {
        Report("renewing the certificates");
        await new CertificateRotation(cluster, _schedule.Helpers, activity).RunAsync(plan.Nodes, request.IgnoreOperators, stop);
        _record = Records.WithReport(_record, await Check().RunAsync("", stop, areRenewed: true));
    }

    private async Task BackUpAsync(CancellationToken stop)
    {
        V1Node master = plan.Masters[0].Node;
        Report($"backing up etcd on {master.Name}");
        HelperPods.Result result = (await _schedule.Helpers.RunAsync(
            "backup", [(master, "/usr/local/bin/cluster-backup.sh /home/core/assets/backup")], BackupTimeout, stop))[0];
        if (result.Failure is { } why)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "EtcdBackupFailed", $"The backup of etcd on {master.Name} failed: {why}.")
            {
                Target = master.Name,
                Hint = "Omit -EtcdBackup to shut down without a backup; the SnapSet itself holds all of etcd.",
            };
        }

        activity.Verbose($"etcd is backed up on {master.Name}, in /home/core/assets/backup.");
    }

    /// <summary>Keeps the record for a run that has to resume this one. A failure to keep it is no obstacle.</summary>
    private async Task KeepRecordAsync(Action<DisplayText> report, CancellationToken stop)
    {
        TimeSpan timeout = _schedule.TimeToCancel - request.ShutdownDelay is { } left && left < RecordTimeout ? left : RecordTimeout;
        try
        {
            // Not the token that stops the run: a write that arrives after the rollback would stay.
            using var patience = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
            _mayBeKept = true;
            await new KeptRecord(cloud).WriteAsync(
                _record, plan.HasCluster ? plan.NodeServers : KeptRecord.ServersOf(_record.Instances), _schedule.LastAt, patience.Token);
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            report(!plan.HasCluster
                ? $"Which servers were off before could not be kept in the controller's metadata ({e.Message}). If this run ends early, run "
                    + "Invoke-HotstackRevive before the next Suspend-HotstackCluster, which takes the servers that are off for off before."
                : $"The record of the cluster could not be kept in its servers' metadata ({e.Message}). If this run is killed "
                + "after nodes are down, the next run may not know that it has to resume this one, nor until when the cluster can be "
                + "revived.");
        }

        stop.ThrowIfCancellationRequested();
    }

    private async Task ShutDownAsync(CancellationToken stop)
    {
        var deadline = new Deadline(request.Timeout, cloud.Time);
        if (!plan.HasCluster && plan.RunningOthers.Count > 0)
        {
            await KeepRecordAsync(activity.Warning, stop);
        }

        foreach (bool areMasters in new[] { false, true })
        {
            IReadOnlyList<Instance> servers = areMasters ? plan.RunningMasters : plan.RunningWorkers;
            if (servers.Count > 0)
            {
                Report($"shutting down the {(areMasters ? "masters" : "workers")}");
                await (plan.Method == ShutdownMethod.Guest
                    ? ShutDownFromWithinAsync(servers, areMasters, deadline, stop)
                    : _power.StopAsync(servers, request.PollInterval, deadline, stop));
            }
        }

        Report("stopping the other servers");
        await _power.StopAsync(plan.RunningOthers, request.PollInterval, new Deadline(request.Timeout, cloud.Time), stop);
    }

    /// <summary>Nodes of an earlier run are armed, and shut down at their time.</summary>
    private async Task ShutDownFromWithinAsync(
        IReadOnlyList<Instance> servers, bool areMasters, Deadline deadline, CancellationToken stop)
    {
        if (!plan.IsResumed)
        {
            DateTimeOffset at = await _schedule.RescheduleAsync(areMasters ? plan.Masters : plan.Workers, stop);
            if (areMasters)
            {
                // The API may end with the first master.
                await RemoveHelpersAsync(at - cluster.Now, stop);
            }
        }

        TimeSpan interval = request.PollInterval < LongestPause ? request.PollInterval : LongestPause;
        await _power.AwaitStoppedAsync(servers, interval, deadline, stop);
    }

    /// <summary>How far the run came, if nothing can be rolled back.</summary>
    private string Reached()
    {
        string states = string.Join("; ", _record.Instances.GroupBy(StateOf).Select(g => $"{g.Key}: {string.Join(", ", g)}"));
        string other = plan.Method == ShutdownMethod.Guest ? ", or with -Method Nova to stop the servers from outside" : "";
        return !plan.HasCluster ? $"The shutdown of deployment '{cluster.Name}' has begun. Now {states}. Run the same command again to resume."
            : $"The shutdown of cluster '{cluster.Name}' has begun and cannot be rolled back; its nodes are cordoned. "
            + $"Now {states}. Run the same command again to resume{other}.";
    }

    private string StateOf(Instance instance) =>
        instance.Status == ServerRules.ShutOff || _power.IsDone(instance) ? "off"
        : _power.WasOrdered(instance) ? "stopping"
        : plan.Method == ShutdownMethod.Guest && ShutsItselfDown(instance) ? "shutting themselves down"
        : "still running";

    private bool ShutsItselfDown(Instance instance) =>
        plan.IsResumed ? plan.IsNode(instance) : _schedule.Armed.Any(n => n.Instance.Id == instance.Id);

    /// <summary>A helper namespace whose deletion has begun is deleted by the cluster itself, at the latest after its next start.</summary>
    private async Task RemoveHelpersAsync(TimeSpan within, CancellationToken stop)
    {
        string why = "the nodes are shutting down";
        try
        {
            if (within > TimeSpan.Zero)
            {
                await _schedule.Helpers.DeleteAsync(within, stop);
            }
        }
        catch (ServiceException e)
        {
            // No reason to fail: the nodes are armed, and shut down without the API.
            why = e.Message;
        }

        if (!_schedule.Helpers.IsDeletionOrdered)
        {
            activity.Warning(HelpersMayStay(why));
        }
    }

    /// <summary>Not the token that stopped the run: the pods would be frozen with the cluster.</summary>
    private async Task<string> LeaveHelpersAsync()
    {
        if (_schedule.Helpers.IsDeletionOrdered)
        {
            return "";
        }

        try
        {
            using var patience = new CancellationTokenSource(HelpersPatience);
            await _schedule.Helpers.DeleteAsync(TimeSpan.Zero, patience.Token);
            return "";
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return $" {HelpersMayStay("the API did not confirm its deletion")}";
        }
    }

    private string HelpersMayStay(string why) =>
        $"The helper namespace {_schedule.Helpers.Namespaces} may be frozen with the cluster ({why}); it does no harm. "
        + "A later Suspend-HotstackCluster deletes it.";

    private void Report(string step)
    {
        activity.Verbose($"{Work}: {step}.");
        activity.Progress(new(Work, step));
    }
}
