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
/// <param name="connect">Connects to the cluster of the temporary stack, through its own controller.</param>
/// <param name="activity">Receives each step.</param>
internal sealed class RenewalRun(
    Cloud cloud, RenewalPlan plan, UpdateSnapSetRequest request, Func<InstanceSource, Cluster> connect, IActivity activity)
{
    /// <summary>The stages that the temporary stack notes.</summary>
    public const string Revived = nameof(Revived);
    private const string Restored = nameof(Restored);

    private const string Test = "Test";

    private static readonly TimeSpan RollbackPatience = TimeSpan.FromMinutes(30);
    private static readonly Confirmation Agreed = (_, _) => Task.FromResult(true);

    private readonly RenewalStack _stacks = new(cloud, plan.Set);
    private readonly RenewalTimeline _timeline = new(cloud.Time);
    private readonly string _work = $"Renewing SnapSet {plan.Set.Id}";
    private IReadOnlyList<CsrDecision> _approved = [];
    private SnapSet? _made = plan.Made;
    private RenewalLease? _lease;
    private bool _hasStack = plan.Stack is not null;

    private string Id => plan.Set.Id;

    /// <exception cref="HotstackException">As <see cref="RestoreSnapSet"/>, <see cref="ReviveCluster"/>, <see cref="PrepareSnapSet"/> and
    /// <see cref="RemoveSnapSet"/>; <c>RenewalBusy</c>, <c>RenewalNotHealthy</c>, <c>RenewalNotUsable</c>, <c>RenewalStackLeft</c>. The old set is
    /// untouched unless all before its removal is done.</exception>
    public async Task<UpdatedSnapSet> RunAsync(CancellationToken stop)
    {
        long began = cloud.Time.GetTimestamp();
        try
        {
            _made ??= await MakeAsync(stop);
            await TestAsync(_made, stop);
            await DeleteStackAsync(stop);
            bool isLater = RenewalPlanner.IsLater(plan.Set, _made);
            bool isRemoved = await RemoveOldAsync(_made, isLater, stop);
            return new UpdatedSnapSet
            {
                SnapSetId = _made.Id,
                RenewedFrom = Id,
                UnattendedUntil = _made.UnattendedUntil,
                OldUnattendedUntil = plan.Set.UnattendedUntil,
                AssistedUntil = _made.AssistedUntil,
                OldAssistedUntil = plan.Set.AssistedUntil,
                IsLater = isLater,
                IsOldRemoved = isRemoved,
                ApprovedRequests = [.. _approved],
                Timeline = [.. _timeline.Entries],
                Duration = cloud.Time.GetElapsedTime(began),
                Cloud = cloud.Name,
                Region = cloud.Region,
                ProjectId = plan.Set.ProjectId,
            };
        }
        catch (HotstackException failure)
        {
            await EndLeaseAsync();
            throw failure.With(await EndAsync(failure), Outcome, Id);
        }
        catch (OperationCanceledException) when (_lease?.Loss is { } loss)
        {
            await EndLeaseAsync();
            throw loss.With(Resume, Outcome, Id);
        }
        catch (OperationCanceledException)
        {
            await EndLeaseAsync();
            activity.Warning($"Stopped. {Outcome}. {Resume}");
            throw;
        }
        finally
        {
            _lease?.Dispose();
            activity.Progress(new(_work, "") { Completed = true });
        }
    }

    private string Outcome => _made is null ? $"SnapSet {Id} was not renewed"
        : $"SnapSet {Id} was renewed as {_made.Id}, but the end is missing";

    private string Resume => $"SnapSet {Id} is untouched. The same command resumes, on any machine"
        + $"{(_timeline.Entries.Count == 0 ? "" : $"; complete: {string.Join(", ", _timeline.Entries.Select(entry => entry.Step))}")}."
        + (_hasStack ? $" Until then stack {_stacks.Name} stays." : "");

    private Task<T> StepAsync<T>(string stage, Func<Task<T>> work, Func<T, string> describe)
    {
        activity.Progress(new(_work, stage));
        return _timeline.StepAsync(stage, work, describe);
    }

    private async Task<SnapSet> MakeAsync(CancellationToken stop)
    {
        IReadOnlyList<Instance> servers = plan.Servers.Count > 0 && plan.Restore is null ? plan.Servers : await RestoreAsync(stop);
        _lease = await RenewalLease.TakeAsync(cloud, plan.Set, RenewalLease.KeeperOf(servers), stop);
        IActivity watched = _lease.Watch(activity.Within(_work));
        var source = new InstanceSource { Instances = servers };
        Cluster cluster = connect(source);
        if (!plan.IsRevived)
        {
            await _lease.NoteAsync(Restored, _lease.Stop);
            await ReviveAsync(cluster, source, watched, _lease.Stop);
            await _lease.NoteAsync(Revived, _lease.Stop);
        }

        SnapSet made = await FreezeAsync(cluster, source, watched, _lease.Stop);
        await EndLeaseAsync();
        return made;
    }

    private async Task<IReadOnlyList<Instance>> RestoreAsync(CancellationToken stop)
    {
        IActivity within = activity.Within(_work);
        RestoreSnapSetPlan? restore = plan.Restore;
        if (restore is null)
        {
            activity.Verbose($"Deleting stack {_stacks.Name} ({plan.Stack!.Status}), which an earlier run left.");
            await RequireGoneAsync(plan.Stack!, within, stop);
            restore = await new RestoreSnapSetPlanner(cloud).PlanAsync(plan.RestoreRequest, within, stop);
        }

        _hasStack = true;
        RestoredStack stack = await StepAsync(
            "Restore", () => new RestoreSnapSet(cloud).RunAsync(restore!, plan.RestoreRequest, within, stop),
            stack => $"stack {stack.StackName}, {CountText.Of(stack.Servers.Count, "server")}");
        return stack.Servers;
    }

    private async Task ReviveAsync(Cluster cluster, InstanceSource source, IActivity watched, CancellationToken stop)
    {
        ReviveReport report = await StepAsync(
            "Revive",
            async () => (await new ReviveCluster(cloud, cluster, new RecordSearch(cloud)).RunAsync(
                request.Revive with { Source = source, Record = plan.Set.ClusterRecord }, watched, Agreed, stop))!,
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
        await RemovePartsAsync(set => set.Members.Count == 0, watched, stop);
        var prepare = new PrepareSnapSetRequest
        {
            Freeze = new NewSnapSetRequest
            {
                Source = source,
                Facts = plan.Facts,
                BlueprintOf = plan.Set.HasBlueprint ? plan.Set : null,
                IncludeVolumes = plan.Set.VolumeCount > 0,
                KeepPartial = !request.RollbackOnFailure,
                Timeout = request.FreezeTimeout,
            },
            Suspend = request.Suspend,
            StableFor = request.StableFor,
            RotationTimeout = request.RotationTimeout,
        };
        PreparedSnapSet made = (await new PrepareSnapSet(cloud, () => Task.FromResult(cluster)).RunAsync(prepare, watched, Agreed, stop))!;
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
            Test, () => new TestSnapSet(cloud).RunAsync(SnapSetReference.To(made), stop),
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
                activity.Verbose($"Deleting stack {stack.Name}, of which SnapSet {_made!.Id} was made.");
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
            activity.Warning($"Stack {stack.Name} could not be deleted as a whole: {left.TrimEnd('.')}. Its volumes hold the volume snapshots of "
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

    private async Task<bool> RemoveOldAsync(SnapSet made, bool isLater, CancellationToken stop)
    {
        if (!isLater)
        {
            activity.Warning(
                $"SnapSet {made.Id} is complete, but lasts no longer than {Id}: {Window(made)}, and {Id} {Window(plan.Set)}. Both stay. "
                + "To renew the certificates at once, remove the new one and use -ForceRotation.");
            return false;
        }

        if (!request.RemoveOld)
        {
            return false;
        }

        await StepAsync(
            "RemoveOld",
            async () => (await new RemoveSnapSet(cloud).RunAsync(SnapSetReference.To(plan.Set), false, activity.Within(_work), Agreed, stop))!,
            set => $"SnapSet {set.Id}");
        return true;
    }

    private static string Window(SnapSet set) =>
        set.UnattendedUntil is { } until ? $"revives by itself until {TimeText.Of(until)}" : "has no recorded dates";

    private async Task EndLeaseAsync()
    {
        if (_lease is not null)
        {
            await _lease.ReleaseAsync();
        }
    }

    /// <summary>What becomes of what was made. Another run's work is left alone.</summary>
    private async Task<string> EndAsync(HotstackException failure)
    {
        if (!request.RollbackOnFailure || failure.Id is "RenewalBusy" or "RenewalStackTaken" || (_made is not null && failure.Id != "RenewalNotUsable"))
        {
            return Resume;
        }

        using var patience = new CancellationTokenSource(RollbackPatience);
        activity.Warning($"Deleting what the renewal of SnapSet {Id} made. This takes a moment.");
        try
        {
            await RemovePartsAsync(set => set.State != SnapSetState.Complete || set.Id == _made?.Id, activity, patience.Token);
            string? left = await _stacks.FindAsync(patience.Token) is { } stack
                ? await _stacks.DeleteAsync(stack, request.Restore.PollInterval, RollbackPatience, activity, patience.Token) : null;
            return left is null ? $"What was made is deleted; SnapSet {Id} is untouched."
                : $"Stack {_stacks.Name} could not be deleted ({left}). {Resume}";
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return $"Not all that was made could be deleted ({e.Message}). {Resume}";
        }
    }

    /// <summary>Deletes sets that a renewal of this set left.</summary>
    private async Task RemovePartsAsync(Predicate<SnapSet> isPart, IActivity within, CancellationToken stop)
    {
        var find = new GetSnapSets(cloud);
        IEnumerable<SnapSet> all = (await find.RunAsync(new(), stop)).Concat(await find.RunAsync(new() { Incomplete = true }, stop))
            .DistinctBy(set => (set.Id, set.ProjectId));
        foreach (SnapSet part in all.Where(set => set.RenewedFrom == Id && set.Id != Id && isPart(set)))
        {
            await new RemoveSnapSet(cloud).RunAsync(SnapSetReference.To(part), false, within, Agreed, stop);
        }
    }
}
