using Hotstack.Deployments.Stacks;
using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>Makes a running deployment from a set: a stack whose servers boot from the set's images.</summary>
public sealed class RestoreSnapSet(Cloud cloud)
{
    /// <summary>Timeout for deleting a stack, in case the cloud hangs.</summary>
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromMinutes(10);

    /// <summary>What else is checked before the question; null for nothing.</summary>
    internal Func<RestoreSnapSetPlan, CancellationToken, Task>? CheckAsync { get; init; }

    /// <summary>Checks everything, asks for consent, creates the stack, waits for it, and verifies its servers.</summary>
    /// <param name="request">Which set, and how.</param>
    /// <param name="activity">Receives each step.</param>
    /// <param name="confirm">Asked once with the plan, after all checks and before any change.</param>
    /// <param name="stop">Cancels; Heat continues the stack, unless the request rolls back.</param>
    /// <returns>The stack; null if the user did not consent.</returns>
    /// <exception cref="ViolationsException">The input is invalid and nothing was done (<c>RestoreInputInvalid</c>), or the servers differ
    /// from the set (<c>RestoreNotVerified</c>, with the fate of the stack).</exception>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>, <c>StackNameMissing</c>, <c>StackExists</c>, <c>TemplateInvalid</c>,
    /// <c>TemplateFilesNotAgreed</c> … before any change; <c>StackFailed</c>, <c>StackTimeout</c>, with the fate of the stack.</exception>
    public async Task<RestoredStack?> RunAsync(
        RestoreSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        RestoreSnapSetPlan? plan = await new RestoreSnapSetPlanner(cloud).PlanAsync(request, activity, stop);
        if (plan is not null)
        {
            await (CheckAsync?.Invoke(plan, stop) ?? Task.CompletedTask);
        }

        if (plan is null
            || !await confirm(RestoreDescription.Target(plan), RestoreDescription.Action(plan, request))
            || plan.IsOnlyShown)
        {
            return null;
        }

        return await RunAsync(plan, request, activity, stop);
    }

    /// <summary>Does what a plan says that the user agreed to.</summary>
    /// <inheritdoc cref="RunAsync(RestoreSnapSetRequest, IActivity, Confirmation, CancellationToken)"/>
    internal async Task<RestoredStack> RunAsync(
        RestoreSnapSetPlan plan, RestoreSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        string work = $"Restoring stack {plan.Stack.Name}";
        try
        {
            return await RunAsync(plan, request, activity.Within(work), work, stop);
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    private async Task<RestoredStack> RunAsync(
        RestoreSnapSetPlan plan, RestoreSnapSetRequest request, IActivity activity, string work, CancellationToken stop)
    {
        DateTimeOffset begun = cloud.Time.GetUtcNow();
        Stack? stack = plan.Existing;
        var wait = new StackWait(cloud, work, request.PollInterval, plan.Stack.Secrets, activity);
        try
        {
            stack = await BeginAsync(plan, request, activity, stop);
            stack = await wait.UntilCompleteAsync(
                stack,
                plan is { Existing: { } before, IsContinued: false } ? new ChangedSince(before.UpdatedAt) : null,
                plan.Resources.Count > 0 ? plan.Resources.Count : null,
                new Deadline(request.Timeout, cloud.Time), stop);
        }
        catch (HotstackException failure) when (stack is not null)
        {
            throw failure.With(await TakeBackAsync(plan, stack, request, activity, work), $"Stack '{stack.Name}' was not restored",
                stack.Name);
        }
        catch (OperationCanceledException) when (stack is not null)
        {
            activity.Warning($"Stopped. {await TakeBackAsync(plan, stack, request, activity, work)}");
            throw;
        }

        activity.Progress(new(work, "verifying its servers"));
        try
        {
            return await FinishAsync(plan, stack, wait.Resources, begun, activity, stop);
        }
        catch (OperationCanceledException)
        {
            activity.Warning($"Stopped. Stack '{stack.Name}' is complete and stays, but is not verified. "
                + "Run the same command again to resume.");
            throw;
        }
        catch (ViolationsException failure)
        {
            throw await NotVerifiedAsync(failure, plan, stack, request, activity, work);
        }
        catch (HotstackException failure) when (failure is ServiceException or { Cause: ErrorCause.NotFound })
        {
            // A missing or wrong answer is no reason to roll back a complete stack.
            throw failure.With(
                "Run the same command again to resume.", $"Stack '{stack.Name}' is complete, but could not be verified", stack.Name);
        }
    }

    private async Task<Stack> BeginAsync(RestoreSnapSetPlan plan, RestoreSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        if (plan is { Existing: { } begun, IsContinued: true })
        {
            activity.Verbose($"Resuming stack '{begun.Name}' ({begun.Status}), which an earlier run began from SnapSet {plan.Set.Id}.");
            return begun;
        }

        if (plan.Existing is { } existing)
        {
            activity.Verbose($"Changing stack '{existing.Name}'.");
            await cloud.Stacks.UpdateAsync(existing, plan.Stack with { RollsBack = request.RollbackOnFailure }, stop);
            return existing;
        }

        // From here on a stack may exist, so the request is not cancelled.
        string id;
        try
        {
            id = await cloud.Stacks.CreateAsync(plan.Stack, CancellationToken.None);
        }
        catch (ServiceException e) when (e.IsOutcomeUnknown)
        {
            // No stack had this name before, so one with our tags is ours.
            Stack? made = await cloud.Stacks.FindAsync(plan.Stack.Name, CancellationToken.None);
            if (made is null || plan.Stack.Tags.Except(made.Tags, StringComparer.Ordinal).Any())
            {
                throw;
            }

            id = made.Id;
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Conflict)
        {
            throw new HotstackException(
                ErrorCause.AlreadyExists, "StackExists",
                    $"Somebody else just created a stack '{plan.Stack.Name}'. It was not changed. {e.Message}", e)
            {
                Target = plan.Stack.Name,
                Hint = "Use another -StackName.",
            };
        }

        activity.Verbose($"Heat creates stack '{plan.Stack.Name}' ({id}).");
        return new Stack { Id = id, Name = plan.Stack.Name, Status = "CREATE_IN_PROGRESS" };
    }

    /// <summary>Rolls back only what this run created: an existing stack may be in use.</summary>
    private async Task<HotstackException> NotVerifiedAsync(
        ViolationsException failure, RestoreSnapSetPlan plan, Stack stack, RestoreSnapSetRequest request, IActivity activity, string work)
    {
        string fate = plan.Existing is null
            ? await TakeBackAsync(plan, stack, request, activity, work)
            : $"The stack stays as it is, because it existed before. Check 'openstack stack show {CommandArgument.Of(stack.Name)}'.";
        return failure.With(fate);
    }

    /// <summary>Does not use the caller's token: it must work after a cancel.</summary>
    private async Task<string> TakeBackAsync(RestoreSnapSetPlan plan, Stack stack, RestoreSnapSetRequest request, IActivity activity,
        string work)
    {
        if (plan.Existing is not null && !plan.IsContinued)
        {
            return request.RollbackOnFailure
                ? "Heat was asked to roll back its changes."
                : $"Heat's changes stay as they are. Check 'openstack stack show {CommandArgument.Of(stack.Name)}'.";
        }

        if (!request.RollbackOnFailure)
        {
            return $"The stack stays for inspection; run 'Remove-HotstackStack {CommandArgument.OfPattern(stack.Name)}' to delete it. "
                + $"SnapSet {plan.Set.Id} is untouched.";
        }

        activity.Warning($"Deleting stack '{stack.Name}'. This takes a moment.");
        activity.Progress(new(work, "rolling back"));
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            StackRemains? left = await new StackDeletion(cloud, request.PollInterval, activity) { Secrets = plan.Stack.Secrets }
                .RunAsync(stack, CleanUpPatience, patience.Token);
            return left is null
                ? $"The stack was deleted again. SnapSet {plan.Set.Id} is untouched."
                : $"The stack could not be deleted ({left.Reason}). "
                    + $"Run 'Remove-HotstackStack {CommandArgument.OfPattern(stack.Name)}' to try again.";
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return $"The stack could not be deleted ({e.Message}). "
                + $"Run 'Remove-HotstackStack {CommandArgument.OfPattern(stack.Name)}' to try again.";
        }
    }

    private async Task<RestoredStack> FinishAsync(
        RestoreSnapSetPlan plan, Stack stack, IReadOnlyList<StackResource> resources, DateTimeOffset begun, IActivity activity,
        CancellationToken stop)
    {
        (IReadOnlyList<Instance> servers, IReadOnlyList<string> others) = await new RestoreVerification(cloud, plan)
            .RunAsync(stack, resources, stop);
        IReadOnlyList<RestoredServerId> ids = RestoredServerId.Of(plan.Set, servers);
        if (plan.OutputFile is { } file)
        {
            StackOutputsFile.Write(
                file, await cloud.Stacks.GetAsync(stack, stop), ids, plan.Stack.Secrets, activity,
                "The stack is complete. Run the same command again with another -OutputPath, "
                + $"or run 'openstack stack output show {CommandArgument.Of(stack.Name)} --all'.");
        }

        string? project = await cloud.GetProjectIdAsync(stop);
        return new RestoredStack
        {
            StackName = stack.Name,
            StackId = stack.Id,
            Status = stack.Status,
            SnapSetId = plan.Set.Id,
            Mode = plan.Mode.ToString(),
            Servers = [.. servers.Select(server => server with { ProjectId = project })],
            ServerIds = [.. ids],
            OtherServers = [.. others],
            Duration = cloud.Time.GetUtcNow() - begun,
            OutputPath = plan.OutputFile,
            UnattendedUntil = plan.Set.UnattendedUntil,
            AssistedUntil = plan.Set.AssistedUntil,
            Cloud = cloud.Name,
            Region = cloud.Region,
            ProjectId = project,
        };
    }
}
