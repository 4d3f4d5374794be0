using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>One run that shuts a cluster down, or resumes that. Until the first node shuts down, a failure or the user rolls back
/// everything; afterwards the run reports how far it came.</summary>
internal sealed class SuspendClusterRun(
    Cloud cloud, Cluster cluster, SuspendClusterPlan plan, SuspendClusterRequest request, IActivity activity, SuspendSteps steps)
{
    private static readonly TimeSpan BackupTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromMinutes(1);

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

    /// <returns>The record of the cluster, of before the shutdown, with the steps of this run.</returns>
    public async Task<ClusterRecord> RunAsync(CancellationToken stop)
    {
        try
        {
            if (!plan.IsResumed)
            {
                await PrepareAsync(stop);
            }

            await ShutDownAsync(stop);
            return _record with { Timeline = [.. steps.Entries] };
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
            await steps.DoAsync("Certificates", "renewing the certificates", () => RenewCertificatesAsync(stop));
        }

        if (request.EtcdBackup)
        {
            await steps.DoAsync("EtcdBackup", $"backing up etcd on {plan.Masters[0].Node.Name}", () => BackUpAsync(stop));
        }

        var cordon = new Cordon(cluster, activity);
        await steps.DoAsync("Cordon", "cordoning the nodes", () => CordonAsync(cordon, stop));
        if (request.Drain)
        {
            await steps.DoAsync("Drain", "draining the workers", () => DrainAsync(cordon, stop));
        }

        if (request.EtcdBackup || request.Drain)
        {
            await steps.DoAsync("Reassess", "checking the certificates again", () => ReassessAsync(stop));
        }

        await steps.DoAsync("Arm", ArmStatus, () => plan.Method == ShutdownMethod.Nova ? KeepForNovaAsync(stop) : ArmAsync(stop));
        if (plan.Method == ShutdownMethod.Guest)
        {
            await steps.DoAsync("Delay", "all nodes armed; Ctrl+C cancels", () => DelayAsync(stop));
        }
    }

    private string ArmStatus => plan.Method == ShutdownMethod.Nova ? "keeping the record" : "arming the shutdown of all nodes";

    private async Task<string> CordonAsync(Cordon cordon, CancellationToken stop)
    {
        await cordon.ApplyAsync(plan.Nodes.Select(n => n.Node), stop);
        int before = plan.Nodes.Count(n => n.Node.IsUnschedulable);
        return $"cordoned {CountText.Of(plan.Nodes.Count - before, "node")}" + (before == 0 ? "" : $"; {before} had been cordoned before");
    }

    private async Task<string> DrainAsync(Cordon cordon, CancellationToken stop)
    {
        int left = await cordon.DrainAsync([.. plan.Workers.Select(w => w.Node.Name)], request.DrainTimeout, stop);
        return left == 0 ? "all pods have left the workers" : $"{CountText.Of(left, "pod")} stayed on the workers";
    }

    private async Task<string> ReassessAsync(CancellationToken stop)
    {
        _record = Records.WithReport(_record, await Check().RepeatAsync(stop));
        return request.SkipCertificateCheck ? "-SkipCertificateCheck ignores the certificates" : "the certificates allow the shutdown";
    }

    private async Task<string> KeepForNovaAsync(CancellationToken stop)
    {
        await RemoveHelpersAsync(HelperPods.RemovalTimeout, stop);
        await KeepRecordAsync(activity.Warning, stop);
        return "Nova stops the nodes, so none is armed";
    }

    private ClusterRecords Records => new(cloud, cluster);

    private ShutdownCheck Check() => new(cloud, cluster, request, activity);

    /// <summary>If the run is killed here, some nodes shut down and others do not. A record without a time makes the next run stop those
    /// by Nova.</summary>
    private async Task<string> ArmAsync(CancellationToken stop)
    {
        await KeepRecordAsync(activity.Verbose, stop);
        await _schedule.ArmAsync(stop);
        await KeepRecordAsync(activity.Warning, stop);
        return $"armed {CountText.Of(plan.Nodes.Count, "node")}";
    }

    private async Task<string> DelayAsync(CancellationToken stop)
    {
        await _schedule.CountDownAsync(Work, stop);
        return "not cancelled";
    }

    private async Task<string> RenewCertificatesAsync(CancellationToken stop)
    {
        await new CertificateRotation(cluster, _schedule.Helpers, activity).RunAsync(plan.Nodes, request.IgnoreOperators, stop);
        _record = Records.WithReport(_record, await Check().RunAsync("", stop, areRenewed: true));
        return "renewed the signers and the certificates of all kubelets";
    }

    private async Task<string> BackUpAsync(CancellationToken stop)
    {
        V1Node master = plan.Masters[0].Node;
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

        return $"etcd is backed up on {master.Name}, in /home/core/assets/backup";
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

        bool isGuest = plan.Method == ShutdownMethod.Guest;
        foreach (bool areMasters in new[] { false, true })
        {
            await steps.ShutDownAsync(
                areMasters ? "Masters" : "Workers", areMasters ? plan.MasterServers : plan.WorkerServers,
                isGuest ? "off, by themselves" : "off, by Nova",
                servers => isGuest
                    ? ShutDownFromWithinAsync(servers, areMasters, deadline, stop)
                    : _power.StopAsync(servers, request.PollInterval, deadline, stop));
        }

        // The controller last: it serves the DNS and the load balancer of the others.
        deadline = new Deadline(request.Timeout, cloud.Time);
        foreach (bool isController in new[] { false, true })
        {
            await steps.ShutDownAsync(
                isController ? "Controller" : "Servers", [.. plan.OtherServers.Where(i => i.IsController == isController)], "off, by Nova",
                servers => _power.StopAsync(servers, request.PollInterval, deadline, stop));
        }
    }

    /// <summary>Nodes of an earlier run are armed, and shut down at their time.</summary>
    private async Task ShutDownFromWithinAsync(
        IReadOnlyList<Instance> servers, bool areMasters, Deadline deadline, CancellationToken stop)
    {
        DateTimeOffset? at = null;
        if (!plan.IsResumed)
        {
            at = await _schedule.RescheduleAsync(areMasters ? plan.Masters : plan.Workers, stop);
            if (areMasters)
            {
                // The API may end with the first master.
                await RemoveHelpersAsync(at.Value - cluster.Now, stop);
            }
        }

        await _power.AwaitStoppedAsync(servers, at - cluster.Now, request.PollInterval, deadline, stop);
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
}
