using Hotstack.Deployments;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Create;

/// <summary>Makes a set: one image of each server of a deployment, all or none.</summary>
public sealed class CreateSnapSet(Cloud cloud)
{
    /// <summary>Inspects the cluster whose running nodes are shut down; null: no cluster is known.</summary>
    public IClusterInspector? Inspector { get; init; }

    /// <summary>Asked instead where running nodes are shut down and nothing is known of their cluster; null: the usual question is asked.</summary>
    public Confirmation? ConfirmRisk { get; init; }

    /// <summary>Checks everything, asks, makes the images, and tags them when all are whole.</summary>
    /// <param name="request">What set, and how.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once, after all checks and before anything is changed.</param>
    /// <param name="stop">Ends it; what was made is deleted then, as after a failure.</param>
    /// <returns>The set; null if the user did not consent.</returns>
    /// <exception cref="ViolationsException">The input or the servers are not fit (<c>SnapSetDataInvalid</c>).</exception>
    /// <exception cref="HotstackException">The cluster of running nodes is not safe to shut down (<c>ClusterNotSafe</c>).</exception>
    /// <exception cref="SnapSetFailedException"><c>SnapshotFailed</c>, <c>SnapshotStuck</c>, <c>SnapshotTimeout</c>,
    /// <c>SnapSetInconsistent</c>, <c>QuotaExceeded</c> …; tells what became of what was made.</exception>
    public async Task<SnapSet?> RunAsync(
        CreateSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        CreationPlan plan = await new CreationPlanning(cloud, Inspector).PlanAsync(request, activity, stop);
        Instance[] running = [.. plan.Members.Where(m => m.Server.Status != ServerRules.ShutOff).Select(m => m.Instance)];
        Confirmation ask = plan.UnknownCluster is null ? confirm : ConfirmRisk ?? confirm;
        if (!await ask(Describe(plan), DescribeAction(plan, running, request)))
        {
            WarnOfRecord(request, activity);
            return null;
        }

        string work = CreationProgress.TitleOf(plan);
        activity = activity.Within(work);
        var deadline = new Deadline(request.Timeout, cloud.Time);
        var power = new ServerPower(cloud, activity);
        var creation = new Creation(cloud, plan, request, activity, deadline);
        bool maybeResumed = request.KeepPartial;
        bool isMade = false;
        try
        {
            if (running.Length > 0)
            {
                activity.Progress(new(work, "shutting down the servers"));
                await power.StopAsync(running, request.PollInterval, deadline, stop);
            }

            SnapSet set = await creation.RunAsync(stop);
            (maybeResumed, isMade) = (false, true);
            return set;
        }
        finally
        {
            if (!isMade && !(request.KeepPartial && creation.HasImage))
            {
                WarnOfRecord(request, activity);
            }

            if (request.StartServers && maybeResumed)
            {
                activity.Warning($"The servers stay shut off, so that SnapSet {plan.Id} can be completed: once started, they would differ from its images.");
            }
            else if (request.StartServers)
            {
                activity.Progress(new(work, "starting the servers again"));
                await StartAgainAsync(power, plan, request, activity);
            }

            activity.Progress(new(work, "") { Completed = true });
        }
    }

    /// <summary>It cannot be recorded again: the cluster is down.</summary>
    private static void WarnOfRecord(CreateSnapSetRequest request, IActivity activity)
    {
        if (request.Cluster is not null)
        {
            activity.Warning(
                "What was recorded of the cluster is not kept with a SnapSet. Run New-HotstackSnapSet again while the servers are off: it finds what "
                + "their shutdown noted in their metadata.");
        }
    }

    /// <summary>Without the caller's token: they are to run again also when the run was stopped.</summary>
    private async Task StartAgainAsync(ServerPower power, CreationPlan plan, CreateSnapSetRequest request, IActivity activity)
    {
        var deadline = new Deadline(TimeSpan.FromMinutes(5), cloud.Time);
        // One by one group, so that a controller of which nothing is heard does not keep all others off.
        foreach (IGrouping<bool, Instance> group in plan.Members.Select(m => m.Instance).GroupBy(i => i.IsController).OrderByDescending(g => g.Key))
        {
            try
            {
                await power.StartAsync([.. group], request.PollInterval, deadline, CancellationToken.None);
            }
            catch (HotstackException e)
            {
                string[] off = [.. group.Where(i => !power.IsStarted(i)).Select(i => $"{i} ({i.Id})")];
                activity.Warning($"Not all servers were started again, or it is not known whether they were: {string.Join(", ", off)}. {e.Message}");
            }
        }
    }

    private static string Describe(CreationPlan plan) =>
        $"SnapSet {plan.Id} of {CountText.Of(plan.Members.Count, "server")}"
        + (plan.StackName is { } stack ? $" of stack {stack}" : "")
        + $" ({string.Join(", ", plan.Members)})";

    private static string DescribeAction(CreationPlan plan, Instance[] running, CreateSnapSetRequest request)
    {
        int missing = plan.Members.Count(m => m.Existing is not { IsReady: true });
        int missingVolumes = plan.Volumes.Count(v => v.ExistingId is null);
        string made = (missingVolumes, plan.IsResumed) switch
        {
            (0, false) => $"make {CountText.Of(missing, "image")} and tag {(missing == 1 ? "it" : "them")}",
            (0, true) => $"complete: make {CountText.Of(missing, "missing image")} and tag all",
            (_, false) => $"make {CountText.Of(missingVolumes, "volume snapshot")} and {CountText.Of(missing, "image")} and tag them",
            (_, true) => $"complete: make {CountText.Of(missingVolumes, "missing volume snapshot")} and {CountText.Of(missing, "missing image")} and tag all",
        };
        string[] steps =
        [
            .. running.Length > 0 ? [$"shut down {CountText.Of(running.Length, "running server")}"] : Array.Empty<string>(),
            made,
            .. request.StartServers ? ["start the servers"] : Array.Empty<string>(),
        ];
        string text = string.Join(", then ", steps);
        string risk = plan.UnknownCluster is { } why
            ? $", WITHOUT regard to the cluster's certificates ({why.TrimEnd('.')}): if they expire while it is off, it may never come back"
            : "";
        return char.ToUpperInvariant(text[0]) + text[1..] + risk;
    }
}
