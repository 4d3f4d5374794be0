using Hotstack.Deployments.Stacks;
using Hotstack.OpenStack;

namespace Hotstack.Runs.Stacks;

/// <summary>Deletes stacks with all that is in them, several at the same time, and waits until Heat has deleted them.</summary>
public sealed class RemoveStacks(Cloud cloud)
{
    /// <summary>Plans all stacks, asks for each, and deletes them. The failure of one does not stop the others.</summary>
    /// <param name="request">Which stacks, and how.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once for each stack, before any is deleted.</param>
    /// <param name="removed">Receives each deleted stack, as it was, one at a time.</param>
    /// <param name="failed">Receives the failure for each stack that was not deleted, one at a time.</param>
    /// <param name="stop">Ends the wait; Heat continues.</param>
    /// <exception cref="HotstackException">The stacks cannot be read.</exception>
    public async Task RunAsync(
        RemoveStacksRequest request, IActivity activity, Confirmation confirm,
        Action<DeploymentStack> removed, Action<HotstackException> failed, CancellationToken stop)
    {
        List<StackRemovalPlan> agreed = [];
        foreach (StackRemovalPlan plan in await PlanAsync(request, activity, failed, stop))
        {
            if (await confirm(plan.Target, plan.Action))
            {
                agreed.Add(plan);
            }
        }

        await RunAllAsync(agreed, request, activity, removed, failed, stop);
    }

    /// <summary>The refusal of an object that only names a stack, as a SnapSet or an instance does: the user may mean the object.</summary>
    /// <param name="names">What it names.</param>
    public static HotstackException NotOfStack(IReadOnlyList<string> names) => new(
        ErrorCause.InputInvalid, "StackIdMissing",
        $"The object is no stack, and only names stack '{string.Join(", ", names)}', which was not deleted.")
    {
        Target = string.Join(", ", names),
        Hint = $"To delete the stack, use 'Get-HotstackStack {string.Join(',', names.Select(CommandArgument.OfPattern))} | Remove-HotstackStack'. "
            + "To delete a SnapSet, use Remove-HotstackSnapSet.",
    };

    private async Task<IReadOnlyList<StackRemovalPlan>> PlanAsync(
        RemoveStacksRequest request, IActivity activity, Action<HotstackException> failed, CancellationToken stop)
    {
        HashSet<string> ofObjects = [.. request.Targets.Where(target => target.IsOfObject).Select(target => target.Name)];
        IReadOnlyList<DeploymentStack> stacks = await new GetStacks(cloud).RunAsync(
            request.Targets, activity, e => FailUnlessGone(e, ofObjects, activity, failed), stop);
        var planner = new StackRemovalPlanner(cloud, request.Force, activity);
        List<StackRemovalPlan> plans = [];
        foreach (DeploymentStack stack in stacks)
        {
            try
            {
                if (await planner.PlanAsync(stack, stop) is { } plan)
                {
                    plans.Add(plan);
                }
                else
                {
                    activity.Verbose($"Stack '{stack.StackName}' is already deleted.");
                }
            }
            catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
            {
                failed(e);
            }
        }

        return plans;
    }

    /// <summary>What an object names may be gone meanwhile, as the user wants it. A typed name that is not there is a mistake.</summary>
    private static void FailUnlessGone(
        HotstackException e, HashSet<string> ofObjects, IActivity activity, Action<HotstackException> failed)
    {
        if (e.Id == "StackNotFound" && e.Target is string name && ofObjects.Contains(name))
        {
            activity.Verbose($"Stack '{name}' is already deleted: {e.Message}");
        }
        else
        {
            failed(e);
        }
    }

    private async Task RunAllAsync(
        List<StackRemovalPlan> plans, RemoveStacksRequest request, IActivity activity,
        Action<DeploymentStack> removed, Action<HotstackException> failed, CancellationToken stop)
    {
        string work = $"Deleting {plans.Count} stacks";
        IActivity part = plans.Count > 1 ? activity.Within(work) : activity;
        var report = new Lock();
        List<StackRemovalPlan> open = [.. plans];
        try
        {
            await Fanout.ForEachAsync(plans, OneAsync, stop);
        }
        catch (OperationCanceledException)
        {
            string names = string.Join(", ", open.Select(plan => $"stack {plan.Stack.StackName}"));
            activity.Warning($"Stopped. Heat continues to delete {names}, if it was told to. Run the same command again to wait for it.");
            throw;
        }
        finally
        {
            Show(isOver: true);
        }

        async Task OneAsync(StackRemovalPlan plan, CancellationToken token)
        {
            HotstackException? failure = null;
            try
            {
                Show(isOver: false);
                await RemoveAsync(plan, request, part, token);
            }
            catch (HotstackException e)
            {
                failure = e;
            }

            lock (report)
            {
                open.Remove(plan);
                if (failure is null)
                {
                    removed(plan.Stack);
                }
                else
                {
                    failed(failure);
                }
            }

            Show(isOver: false);
        }

        void Show(bool isOver)
        {
            if (plans.Count > 1)
            {
                int ended = plans.Count - open.Count;
                activity.Progress(new Tally(ended, plans.Count, "done").Of(work) with { Completed = isOver });
            }
        }
    }

    /// <exception cref="HotstackException"><c>StackDeleteFailed</c>, <c>StackDeleteTimeout</c>.</exception>
    private async Task RemoveAsync(StackRemovalPlan plan, RemoveStacksRequest request, IActivity activity, CancellationToken stop)
    {
        string name = plan.Stack.StackName;
        activity.Verbose(plan.IsUnderWay ? $"Heat deletes stack {name} already; waiting for it."
            : $"Deleting stack {name} ({plan.Stack.StackId}).");
        if (!request.Force && !plan.IsUnderWay)
        {
            await StackRemovalPlanner.RequireFreeAsync(cloud, plan.Stack, stop);
        }

        StackRemains? left = await new StackDeletion(cloud, request.PollInterval, activity)
            .RunAsync(plan.Stack.Source, request.Timeout, stop);
        if (left is null)
        {
            activity.Verbose($"Stack {name} is deleted.");
            return;
        }

        string reason = string.Join("; ", plan.Ties.Blocking.Prepend(left.Reason.TrimEnd('.')));
        throw left.IsLate
            ? new HotstackException(ErrorCause.TimedOut, "StackDeleteTimeout", $"Stack '{name}' is not deleted: {reason}. Heat continues.")
            {
                Target = name,
                Hint = $"Run the same command again to wait for it, or raise -Timeout. '{EventsOf(name)}' lists what Heat does.",
            }
            : new HotstackException(
                ErrorCause.OperationFailed, "StackDeleteFailed", $"Stack '{name}' could not be deleted completely. It is {reason}.")
            {
                Target = name,
                Hint = plan.Ties.Blocking.Count > 0 ? StackRemovalPlanner.FixOf(plan.Ties)
                    : $"Fix what Heat names ('{EventsOf(name)}'), and run the same command again.",
            };
    }

    private static string EventsOf(string name) => $"openstack stack event list {CommandArgument.Of(name)} --nested-depth 5";
}
