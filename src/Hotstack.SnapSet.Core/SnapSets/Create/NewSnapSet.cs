using Hotstack.Deployments;
using Hotstack.OpenStack;

namespace Hotstack.SnapSets.Create;

/// <summary>Which set to make, and how.</summary>
public sealed record NewSnapSetRequest
{
    /// <summary>The instances. Optional with <see cref="ResumeId"/> if the set records them or its stack.</summary>
    public InstanceSource Source { get; init; } = new();

    /// <summary>The texts to record. The name of the stack is found, unless the set renews another one.</summary>
    public SnapSetFacts Facts { get; init; } = new();

    /// <summary>The cluster before it was shut down, to be recorded on the images; null if there is no record.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>An interrupted set to complete; null makes a new one.</summary>
    public SnapSetReference? ResumeId { get; init; }

    /// <summary>Freeze the data volumes too that are attached to servers which boot from an image. A resumed set continues as it was
    /// begun.</summary>
    public bool IncludeVolumes { get; init; }

    /// <summary>Do not keep what made the stack.</summary>
    public bool NoBlueprint { get; init; }

    /// <summary>Keep the blueprint of this set instead of reading one from Heat: its template has no images of a restore in it. Null to
    /// read it.</summary>
    internal SnapSet? BlueprintOf { get; init; }

    /// <summary>Shut down servers that run, the controller last. Otherwise they are an error.</summary>
    public bool StopServers { get; init; }

    /// <summary>How the cluster of running nodes is inspected before they are shut down.</summary>
    public ClusterInspectionRequest Inspection { get; init; } = new();

    /// <summary>Start all servers when the run ends, also after a failure, the controller first; but not after a failure with
    /// <see cref="KeepPartial"/>, since the set could not be resumed then.</summary>
    public bool StartServers { get; init; }

    /// <summary>After a failure, keep the images for <see cref="ResumeId"/>.</summary>
    public bool KeepPartial { get; init; }

    /// <summary>For the whole run from the user's consent on, the shutdown included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause between two polls of the images.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>A set could not be made. Also says what became of what existed of it.</summary>
public sealed class SnapSetFailedException : HotstackException
{
    /// <param name="snapSetId">The set.</param>
    /// <param name="failure">The reason; its cause and id become this exception's.</param>
    /// <param name="aftermath">What became of the images, in a sentence.</param>
    /// <param name="leftovers">What could not be deleted.</param>
    public SnapSetFailedException(
        string snapSetId, HotstackException failure, string aftermath, IReadOnlyList<Leftover> leftovers)
        : base(failure, aftermath, $"SnapSet {snapSetId} was not made", snapSetId)
    {
        SnapSetId = snapSetId;
        Leftovers = leftovers;
    }

    /// <summary>The set.</summary>
    public string SnapSetId { get; }

    /// <summary>What could not be deleted.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; }
}

/// <summary>Makes a set: one image of each server of a deployment, all or none.</summary>
public sealed class NewSnapSet(Cloud cloud)
{
    /// <summary>Inspects the cluster whose running nodes are shut down; null if no cluster is known.</summary>
    public IClusterInspector? Inspector { get; init; }

    /// <summary>Asked instead if running nodes of an unknown cluster are shut down; null asks the usual question.</summary>
    public Confirmation? ConfirmRisk { get; init; }

    /// <summary>Checks everything, asks, makes the images, and tags them when all are ready.</summary>
    /// <param name="request">Which set, and how.</param>
    /// <param name="activity">Told of each step.</param>
    /// <param name="confirm">Asked once, after all checks and before anything is changed.</param>
    /// <param name="stop">Cancels the run, which then rolls back as after a failure.</param>
    /// <returns>The set; null if the user did not consent.</returns>
    /// <exception cref="ViolationsException">The input or the servers break rules (<c>SnapSetDataInvalid</c>).</exception>
    /// <exception cref="HotstackException">The cluster of running nodes is not safe to shut down (<c>ClusterNotSafe</c>).</exception>
    /// <exception cref="SnapSetFailedException"><c>SnapshotFailed</c>, <c>SnapshotStuck</c>, <c>SnapshotTimeout</c>,
    /// <c>SnapSetInconsistent</c>, <c>QuotaExceeded</c> …; says what was rolled back.</exception>
    public async Task<SnapSet?> RunAsync(
        NewSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        if (await BlueprintWaiver.OfAsync(cloud, request, stop) is { } waiver)
        {
            return await waiver.RunAsync(activity, confirm, stop);
        }

        NewSnapSetPlan plan = await new NewSnapSetPlanner(cloud, Inspector).PlanAsync(request, activity, stop);
        Instance[] running = [.. plan.Members.Where(m => m.Server.Status != ServerRules.ShutOff).Select(m => m.Instance)];
        Confirmation ask = plan.UnknownCluster is null ? confirm : ConfirmRisk ?? confirm;
        if (!await ask(Describe(plan), DescribeAction(plan, running, request)))
        {
            WarnOfLostRecord(request, activity);
            return null;
        }

        return await RunAsync(plan, running, request, activity.Within(plan.Work), stop);
    }

    private async Task<SnapSet> RunAsync(
        NewSnapSetPlan plan, Instance[] running, NewSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        var deadline = new Deadline(request.Timeout, cloud.Time);
        var power = new ServerPower(cloud, activity);
        var run = new NewSnapSetRun(cloud, plan, request, activity, deadline);
        SnapSet? set = null;
        try
        {
            if (running.Length > 0)
            {
                activity.Progress(new(plan.Work, "shutting down the servers"));
                await power.StopAsync(running, request.PollInterval, deadline, stop);
            }

            return set = await run.RunAsync(stop);
        }
        finally
        {
            if (set is null && !(request.KeepPartial && run.HasImage))
            {
                WarnOfLostRecord(request, activity);
            }

            if (request.StartServers && request.KeepPartial && set is null)
            {
                activity.Warning(
                    $"The servers stay shut off, so that SnapSet {plan.Id} can be completed: "
                    + "once started, they would differ from its images.");
            }
            else if (request.StartServers)
            {
                activity.Progress(new(plan.Work, "starting the servers again"));
                await StartAgainAsync(power, plan, request, activity);
            }

            activity.Progress(new(plan.Work, "") { Completed = true });
        }
    }

    /// <summary>The cluster is down: nobody can record it again.</summary>
    private static void WarnOfLostRecord(NewSnapSetRequest request, IActivity activity)
    {
        if (request.Cluster is not null)
        {
            activity.Warning(
                "The record of the cluster is not kept with a SnapSet. Run New-HotstackSnapSet again while the servers are off: "
                + "it reads the record from their metadata.");
        }
    }

    /// <summary>Not with the caller's token: the servers are to run again also after a cancellation.</summary>
    private async Task StartAgainAsync(ServerPower power, NewSnapSetPlan plan, NewSnapSetRequest request, IActivity activity)
    {
        var deadline = new Deadline(TimeSpan.FromMinutes(5), cloud.Time);
        // Group by group, so that a controller that does not answer does not keep the others off.
        IEnumerable<Instance> instances = plan.Members.Select(m => m.Instance).Except(plan.StayingOff);
        foreach (IGrouping<bool, Instance> group in instances.GroupBy(i => i.IsController).OrderByDescending(g => g.Key))
        {
            try
            {
                await power.StartAsync([.. group], request.PollInterval, deadline, CancellationToken.None);
            }
            catch (HotstackException e)
            {
                string[] off = [.. group.Where(i => !power.IsStarted(i)).Select(i => $"{i} ({i.Id})")];
                activity.Warning($"These servers may not have started again: {string.Join(", ", off)}. {e.Message}");
            }
        }
    }

    private static string Describe(NewSnapSetPlan plan) =>
        $"SnapSet {plan.Id} of {CountText.Of(plan.Members.Count, "server")}"
        + (plan.Facts.StackName is { } stack ? $" of stack {stack}" : "")
        + $" ({string.Join(", ", plan.Members)})";

    private static string DescribeAction(NewSnapSetPlan plan, Instance[] running, NewSnapSetRequest request)
    {
        int missing = plan.Members.Count(m => m.Existing is not { IsReady: true });
        int missingVolumes = plan.Volumes.Count(v => v.ExistingId is null);
        string made = (missingVolumes, plan.IsResumed) switch
        {
            (0, false) => $"make {CountText.Of(missing, "image")} and tag {(missing == 1 ? "it" : "them")}",
            (0, true) => $"complete: make {CountText.Of(missing, "missing image")} and tag all",
            (_, false) => $"make {CountText.Of(missingVolumes, "volume snapshot")} and {CountText.Of(missing, "image")} and tag them",
            (_, true) => $"complete: make {CountText.Of(missingVolumes, "missing volume snapshot")} "
                + $"and {CountText.Of(missing, "missing image")} and tag all",
        };
        string[] steps =
        [
            .. running.Length > 0 ? [$"shut down {CountText.Of(running.Length, "running server")}"] : Array.Empty<string>(),
            made,
            .. request.StartServers ? [plan.StayingOff.Count == 0 ? "start the servers" : $"start the servers except {string.Join(", ", plan.StayingOff)}"]
                : Array.Empty<string>(),
        ];
        string text = string.Join(", then ", steps);
        string risk = plan.UnknownCluster is { } why
            ? $", WITHOUT regard to the cluster's certificates ({why.TrimEnd('.')}): if they expire while it is off, it may never come back"
            : "";
        return char.ToUpperInvariant(text[0]) + text[1..] + risk;
    }
}
