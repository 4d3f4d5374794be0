using Hotstack.Clusters;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Revive;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;

namespace Hotstack.Runs.Renewal;

/// <summary>Does what is left of the renewal of one set.</summary>
/// <param name="cloud">The cloud of the set.</param>
/// <param name="plan">What is left.</param>
/// <param name="request">How.</param>
/// <param name="run">The id of this run, by which it knows its own stack.</param>
/// <param name="connect">Connects to the cluster of the temporary stack, through its own controller.</param>
/// <param name="activity">Receives each step.</param>
internal sealed class RenewalRun(
    Cloud cloud, RenewalPlan plan, UpdateSnapSetRequest request, string run, Func<InstanceSource, Cluster> connect, IActivity activity)
{
    /// <summary>The stages that the temporary stack notes.</summary>
    public const string Revived = nameof(Revived);
    private const string Restored = nameof(Restored);

    private readonly RenewalStack _stacks = new(cloud, plan.Set);
    private readonly RenewalRemains _remains = new(cloud, plan.Set, request);
    private readonly StepLog _timeline = new(WorkOf(plan), activity, cloud.Time);
    private readonly string _work = WorkOf(plan);
    private IReadOnlyList<CsrDecision> _approved = [];
    private IReadOnlyList<Instance> _servers = plan.Servers;
    private SnapSet? _made = plan.Made;
    private RenewalLease? _lease;
    private bool _hasStack = plan.Stack is not null;
    private bool _isRemovingOld;

    private string Id => plan.Set.Id;

    private static string WorkOf(RenewalPlan plan) => $"Renewing SnapSet {plan.Set.Id}";

    /// <exception cref="HotstackException">As <see cref="RestoreSnapSet"/>, <see cref="ReviveCluster"/>, <see cref="PrepareSnapSet"/> and
    /// <see cref="RemoveSnapSet"/>; <c>RenewalBusy</c>, <c>RenewalNotHealthy</c>, <c>RenewalNotUsable</c>, <c>RenewalStackLeft</c>. The old set is
    /// untouched unless all before its removal is done.</exception>
    public async Task<UpdatedSnapSet> RunAsync(CancellationToken stop)
    {
        long began = cloud.Time.GetTimestamp();
        try
        {
            if (plan.Made is null)
            {
                _made = await MakeAsync(stop);
            }
            else
            {
                WarnOfTexts(plan.Made);
                await TakeLeaseAsync(stop);
            }

            await TestAsync(_made!, LeaseOr(stop));
            await DeleteStackAsync(LeaseOr(stop));
            bool isRemoved = await RemoveOldAsync(_made!, stop);
            return UpdatedSnapSet.Of(plan.Set, _made!) with
            {
                IsOldRemoved = isRemoved,
                ApprovedRequests = [.. _approved],
                Timeline = [.. _timeline.Entries],
                Duration = cloud.Time.GetElapsedTime(began),
            };
        }
        catch (Exception e) when (_lease?.Loss is not null && e is HotstackException or OperationCanceledException)
        {
            throw _lease!.Loss!.With(Resume, Outcome, Id);
        }
        catch (HotstackException failure)
        {
            throw failure.With(await EndAsync(failure), Outcome, Id);
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"Stopped. {Outcome}. {Resume}");
            throw;
        }
        finally
        {
            // Last: while it is ours, no other run touches what a rollback deletes.
            await EndLeaseAsync();
            _lease?.Dispose();
            activity.Progress(new(_work, "") { Completed = true });
        }
    }

    private bool HasOwnTemplate => request.Restore.TemplatePath is not null || request.Restore.Scenario is { NamesTemplate: true };

    private CancellationToken LeaseOr(CancellationToken stop) => _lease?.Stop ?? stop;

    private string Outcome => _made is null ? $"SnapSet {Id} was not renewed"
        : $"SnapSet {Id} was renewed as {_made.Id}, but the renewal is not complete";

    private string Resume => _isRemovingOld
        ? $"SnapSet {Id} may be deleted in part. The same command deletes the rest."
        : $"SnapSet {Id} is untouched. The same command resumes, on any machine"
        + $"{(_timeline.Entries.Count == 0 ? "" : $"; complete: {string.Join(", ", _timeline.Entries.Select(entry => entry.Step))}")}."
        + (_hasStack ? $" Until then stack {_stacks.Name} stays." : "");

    private Task<T> StepAsync<T>(string stage, Func<Task<T>> work, Func<T, string> describe)
    {
        activity.Progress(new(_work, stage));
        return _timeline.StepAsync(stage, work, describe);
    }

    private async Task<SnapSet> MakeAsync(CancellationToken stop)
    {
        if (plan.Restore is { } restore)
        {
            _servers = await RestoreAsync(restore, stop);
        }

        await TakeLeaseAsync(stop);
        IActivity watched = _lease!.Watch(activity.Within(_work));
        var source = new InstanceSource { Instances = _servers };
        Cluster cluster = connect(source);
        // As of the lease: another run may have worked on it since the plan.
        if (_lease.Stage != Revived)
        {
            await _lease.NoteAsync(Restored, _lease.Stop);
            await ReviveAsync(cluster, source, watched, _lease.Stop);
            await _lease.NoteAsync(Revived, _lease.Stop);
        }

        return await FreezeAsync(cluster, source, watched, _lease.Stop);
    }

    private async Task TakeLeaseAsync(CancellationToken stop)
    {
        if (_servers.Count > 0)
        {
            _lease = await RenewalLease.TakeAsync(cloud, plan.Set, RenewalLease.KeeperOf(_servers), stop);
        }
    }

    private async Task<IReadOnlyList<Instance>> RestoreAsync(RestoreSnapSetPlan restore, CancellationToken stop)
    {
        IActivity within = activity.Within(_work);
        if (plan.IsReplaced)
        {
            activity.Verbose($"Deleting stack {_stacks.Name} ({plan.Stack!.Status}), which an earlier run left.");
            await RequireGoneAsync(plan.Stack!, within, stop);
            restore = await PlanAgainAsync(within, stop);
        }

        _hasStack = true;
        RestoredStack stack = await StepAsync("Restore", () => RestoreOrJoinAsync(restore, within, stop),
            stack => $"stack {stack.StackName}, {CountText.Of(stack.Servers.Count, "server")}");
        return stack.Servers;
    }

    private async Task<RestoredStack> RestoreOrJoinAsync(RestoreSnapSetPlan restore, IActivity within, CancellationToken stop)
    {
        try
        {
            return await new RestoreSnapSet(cloud).RunAsync(restore, plan.RestoreRequest, within, stop);
        }
        catch (HotstackException e) when (e.Id == "StackExists" && restore.Existing is null)
        {
            // Another run was faster. Both wait for its stack, and the one with the lease continues.
            _ = await _stacks.FindAsync(stop);
            return await new RestoreSnapSet(cloud).RunAsync(await PlanAgainAsync(within, stop), plan.RestoreRequest, within, stop);
        }
    }

    /// <summary>The user has agreed to what is sent when the run was planned.</summary>
    private async Task<RestoreSnapSetPlan> PlanAgainAsync(IActivity within, CancellationToken stop) =>
        (await new RestoreSnapSetPlanner(cloud).PlanAsync(plan.RestoreRequest.Consented with { ReplacesStack = false }, within, stop))!;

    private async Task ReviveAsync(Cluster cluster, InstanceSource source, IActivity watched, CancellationToken stop)
    {
        ReviveReport report = await StepAsync(
            "Revive",
            async () => (await new ReviveCluster(cloud, cluster, new RecordSearch(cloud)).RunAsync(
                request.Revive with { Source = source, Record = plan.Set.ClusterRecord }, watched, Confirmations.Agreed, stop))!,
            report => report.Summary.TrimEnd('.'));
        _approved = [.. report.CertificateRequests.Where(one => one.Verdict == CsrVerdict.Approve)];
        if (!report.IsHealthy)
        {
            throw new ViolationsException(
                "RenewalNotHealthy", $"The cluster of stack {_stacks.Name} was started, but is not healthy", [.. report.Assessment.Health.Reasons],
                ErrorCause.OperationFailed)
            {
                Target = _stacks.Name,
                Hint = "Fix the listed problems in the cluster, or name what may stay unstable with -IgnoreOperator or -IgnoreApiService.",
            };
        }
    }

    /// <summary>The wait for the certificates, the shutdown and the images resume by themselves.</summary>
    private async Task<SnapSet> FreezeAsync(Cluster cluster, InstanceSource source, IActivity watched, CancellationToken stop)
    {
        activity.Progress(new(_work, "Rotate, Suspend, Freeze"));
        await _remains.RemoveEmptyAsync(watched, stop);
        var prepare = new PrepareSnapSetRequest
        {
            Freeze = new NewSnapSetRequest
            {
                Source = source,
                Facts = plan.Facts,
                // Another template makes another stack, whose own blueprint the new set gets.
                BlueprintOf = plan.Set.HasBlueprint && !HasOwnTemplate ? plan.Set : null,
                IncludeVolumes = plan.Set.VolumeCount > 0,
                KeepPartial = !request.RollbackOnFailure,
                Timeout = request.FreezeTimeout,
            },
            Suspend = request.Suspend,
            StableFor = request.StableFor,
            RotationTimeout = request.RotationTimeout,
            RotationInterval = request.RotationInterval,
        };
        PreparedSnapSet made = (await new PrepareSnapSet(cloud, () => Task.FromResult(cluster)).RunAsync(prepare, watched, Confirmations.Agreed, stop))!;
        _timeline.Add(made.Timeline.Select(entry => entry with { Step = StageOf(entry.Step) }));
        return made;
    }

    /// <summary>A step of <see cref="PrepareSnapSet"/> in the words of a renewal.</summary>
    private static string StageOf(string step) => step switch
    {
        "Certificates" => "Rotate",
        "Shutdown" => "Suspend",
        "Images" => "Freeze",
        _ => step,
    };

    private async Task TestAsync(SnapSet made, CancellationToken stop)
    {
        IReadOnlyList<SnapSetFinding> findings = await StepAsync(
            "Test", () => new TestSnapSet(cloud).RunAsync(SnapSetReference.To(made), stop),
            found => $"{CountText.Of(found.Count(f => f.Result == SnapSetCheckResult.Passed), "check")} passed");
        if (!TestSnapSet.IsUsable(findings))
        {
            throw new ViolationsException(
                "RenewalNotUsable", $"The new SnapSet {made.Id} cannot be used",
                [.. findings.Where(f => f.Result == SnapSetCheckResult.Failed).Select(f => $"{(f.Member is null ? "" : $"{f.Member}: ")}{f.Message}")],
                ErrorCause.OperationFailed)
            {
                Target = made.Id,
                Hint = $"Remove it (Remove-HotstackSnapSet {CommandArgument.OfPattern(made.Id)}) and run the same command again.",
            };
        }
    }

    private async Task DeleteStackAsync(CancellationToken stop)
    {
        if (await _stacks.FindAsync(stop) is not { } stack)
        {
            return;
        }

        await StepAsync(
            "DeleteStack",
            async () =>
            {
                activity.Verbose($"Deleting stack {stack.Name}: SnapSet {_made!.Id} was made of it.");
                await RequireGoneAsync(stack, activity.Within(_work), stop);
                _hasStack = false;
                return stack;
            },
            _ => $"stack {stack.Name}");
    }

    private async Task RequireGoneAsync(Stack stack, IActivity within, CancellationToken stop)
    {
        string? left = await _stacks.DeleteAsync(stack, request.Restore.PollInterval, request.DeleteTimeout, within, stop);
        if (left is not null && _made is { VolumeCount: > 0 })
        {
            // Cinder deletes no volume that has snapshots, and these are the new set's.
            activity.Warning($"Stack {stack.Name} could not be deleted completely: {left.TrimEnd('.')}. Its volumes hold the volume snapshots of "
                + $"SnapSet {_made.Id}; delete the stack when that set is removed.");
        }
        else if (left is not null)
        {
            throw new HotstackException(
                ErrorCause.OperationFailed, "RenewalStackLeft", $"The temporary stack {stack.Name} could not be deleted: {left.TrimEnd('.')}.")
            {
                Target = stack.Name,
                Hint = $"Look at it with 'openstack stack event list {CommandArgument.Of(stack.Name)} --nested-depth 5', and run the same command "
                    + "again: it deletes the stack.",
            };
        }
    }

    private async Task<bool> RemoveOldAsync(SnapSet made, CancellationToken stop)
    {
        if (!RenewedWindow.IsLater(plan.Set, made))
        {
            activity.Warning(
                $"SnapSet {made.Id} is complete, but lasts no longer than {Id}: it {RenewedWindow.Describe(made)}, and {Id} "
                + $"{RenewedWindow.Describe(plan.Set)}. Both stay. "
                + "To renew the certificates at once, remove the new one and use -ForceRotation.");
            return false;
        }

        if (!request.RemoveOld)
        {
            return false;
        }

        if (RenewedWindow.WhyNotProven(plan.Set, made) is { } doubt)
        {
            activity.Warning($"SnapSet {Id} stays, because {doubt}. To delete it: Remove-HotstackSnapSet {CommandArgument.OfPattern(Id)}.");
            return false;
        }

        _isRemovingOld = true;
        await StepAsync("RemoveOld", RemoveAsync, id => $"SnapSet {id}");
        return true;

        async Task<string> RemoveAsync()
        {
            try
            {
                await new RemoveSnapSet(cloud).RunAsync(SnapSetReference.To(plan.Set), false, activity.Within(_work), Confirmations.Agreed, stop);
            }
            catch (HotstackException e) when (e.Id == "SnapSetNotFound")
            {
                activity.Verbose($"SnapSet {Id} is already deleted, by another run.");
            }

            return Id;
        }
    }

    /// <summary>The texts of a set that an earlier run made are its own.</summary>
    private void WarnOfTexts(SnapSet made)
    {
        if (request.Description is not null || request.Labels.Count > 0)
        {
            activity.Warning($"SnapSet {made.Id} was made by an earlier run: its description and labels stay as they are. To change them: "
                + $"Set-HotstackSnapSet {CommandArgument.OfPattern(made.Id)}.");
        }
    }

    private async Task EndLeaseAsync()
    {
        if (_lease is not null)
        {
            await _lease.ReleaseAsync();
        }
    }

    /// <summary>What becomes of what was made. A run deletes only what it holds: with the lease, or a stack that it made itself.</summary>
    private async Task<string> EndAsync(HotstackException failure)
    {
        bool isKept = _made is not null && (plan.Made is not null || failure.Id != "RenewalNotUsable");
        if (!request.RollbackOnFailure || failure.Id is RenewalLease.BusyId or "RenewalStackTaken" || isKept)
        {
            return Resume;
        }

        return await _remains.RollBackAsync(
            _made, _servers, async stop => _lease is not null ? await _lease.IsOursAsync(stop) : await _stacks.IsOfAsync(run, stop) && !await _stacks.IsLeasedAsync(stop),
            _lease?.Watch(activity) ?? activity, Resume);
    }
}
