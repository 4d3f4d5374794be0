using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Runs.Renewal;

/// <summary>Reads how far the renewal of a set is, and checks what can be checked. Changes nothing.</summary>
/// <param name="cloud">The cloud of the sets.</param>
/// <param name="request">How.</param>
/// <param name="run">The id of this run, by which it knows its own stack.</param>
/// <param name="activity">Receives warnings.</param>
internal sealed class RenewalPlanner(Cloud cloud, UpdateSnapSetRequest request, string run, IActivity activity)
{
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>, <c>SnapSetIncomplete</c>, <c>SnapSetIdInvalid</c>, <c>NothingToRenew</c>,
    /// <c>ControllerMissing</c>, <c>LabelInvalid</c>, <c>ImageProtected</c>, <c>RenewalStackTaken</c>, <c>RenewalBusy</c>; or as
    /// <see cref="RestoreSnapSet"/>.</exception>
    /// <returns>Null if the user does not consent to sending files.</returns>
    public async Task<RenewalPlan?> PlanAsync(SnapSetReference id, CancellationToken stop)
    {
        SnapSet set = await new GetSnapSets(cloud).GetAsync(id, stop);
        SnapSet? made = await FindMadeAsync(cloud, set, stop);
        // What is left of a set whose removal was interrupted is removed.
        if (!request.RemoveOld || made is null)
        {
            CheckState(set);
        }

        Check(set);
        var plan = new RenewalPlan
        {
            Set = set,
            Facts = set.Facts with
            {
                RenewedFrom = set.Id,
                Description = request.Description ?? set.Description,
                Labels = set.Labels.With(request.Labels),
            },
            Made = made,
            Stack = await new RenewalStack(cloud, set).FindAsync(stop),
        };
        RequireTexts(plan);
        if (plan.Made is null)
        {
            return await PlanAsync(plan, stop);
        }

        plan = plan with { Servers = await ServersAsync(plan.Stack, stop) };
        await ReadStageAsync(plan, stop);
        return plan with { IsDone = plan.Stack is null && !(request.RemoveOld && RenewedWindow.IsProvenLater(set, plan.Made)) };
    }

    /// <summary>The set that a renewal made of this one; of several the one that lasts longest.</summary>
    private static async Task<SnapSet?> FindMadeAsync(Cloud cloud, SnapSet set, CancellationToken stop) =>
        (await new GetSnapSets(cloud).RunAsync(new(), stop))
            .Where(other => other.RenewedFrom == set.Id && other.IsUsable)
            .OrderByDescending(other => other.UnattendedUntil ?? DateTimeOffset.MinValue).ThenBy(other => other.Id, StringComparer.Ordinal)
            .FirstOrDefault();

    private async Task<RenewalPlan?> PlanAsync(RenewalPlan plan, CancellationToken stop)
    {
        bool isReplaced = plan.Stack is { Action: "DELETE" } or { Action: "CREATE", IsFailed: true };
        if (plan.Stack is not null && !isReplaced)
        {
            plan = plan with { Servers = await ServersAsync(plan.Stack, stop) };
            string stage = await ReadStageAsync(plan, stop);
            if (stage.Length > 0)
            {
                return plan with { IsRevived = stage == RenewalRun.Revived };
            }
        }

        RestoreSnapSetRequest restore = request.Restore with
        {
            SnapSetId = SnapSetReference.To(plan.Set),
            StackName = new RenewalStack(cloud, plan.Set).Name,
            Tags = [RenewalStack.Tag, RenewalStack.TagOfRun(run)],
            ReplacesStack = isReplaced,
            RollbackOnFailure = false,
            OutputPath = null,
        };
        return await new RestoreSnapSetPlanner(cloud).PlanAsync(restore, activity, stop) is { } made
            ? plan with { Restore = made, RestoreRequest = restore, IsReplaced = isReplaced }
            : null;
    }

    /// <returns>The completed stage; empty for none.</returns>
    private async Task<string> ReadStageAsync(RenewalPlan plan, CancellationToken stop)
    {
        if (plan.Servers.Count == 0)
        {
            return "";
        }

        Server keeper = await cloud.Compute.GetServerAsync(RenewalLease.KeeperOf(plan.Servers).Id, stop);
        RenewalLease.RequireFree(keeper, plan.Set, cloud.Now);
        return RenewalLease.StageOf(keeper);
    }

    /// <summary>The servers of the stack; none while Heat makes or deletes it.</summary>
    private async Task<IReadOnlyList<Instance>> ServersAsync(Stack? stack, CancellationToken stop) =>
        stack is null or { IsInProgress: true } or { Action: "DELETE" } ? []
            : await new DeploymentServers(cloud).FindAsync(new InstanceSource { StackName = stack.Name }, activity, stop);

    private static void CheckState(SnapSet set)
    {
        if (!set.IsUsable)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "SnapSetIncomplete",
                $"SnapSet {set.Id} cannot be renewed: it is {set.State}: {string.Join("; ", set.Problems)}. Nothing was made.")
            {
                Target = set.Id,
                Hint = "Renew a complete SnapSet, or make a new one.",
            };
        }

        if (!set.Members.Any(member => Roles.IsNode(member.Role)))
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "NothingToRenew", $"SnapSet {set.Id} has no node of an OpenShift cluster, so nothing in it expires.")
            {
                Target = set.Id,
                Hint = "Leave it out; it can be restored at any time.",
            };
        }

        if (!set.Members.Any(member => member.Role == Roles.Controller))
        {
            throw CopyControllers.None(set.Id);
        }
    }

    private void Check(SnapSet set)
    {
        // Its id becomes a tag and a part of a name, as it is.
        if (!SnapSetId.IsRegular(set.Id))
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "SnapSetIdInvalid",
                $"SnapSet {set.Id} cannot be renewed: an id has 1 to 64 of the characters A-Z, a-z, 0-9, '_', '.' and '-'. Nothing was made.")
            {
                Target = set.Id,
                Hint = "Restore it with Restore-HotstackSnapSet, and freeze the stack with New-HotstackSnapSet.",
            };
        }

        if (request.RemoveOld && set.IsProtected)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "ImageProtected", $"SnapSet {set.Id} is protected, so -RemoveOld cannot delete it. Nothing was made.")
            {
                Target = set.Id,
                Hint = $"Run Set-HotstackSnapSet {CommandArgument.OfPattern(set.Id)} -Protected:$false first, or omit -RemoveOld.",
            };
        }
    }

    private static void RequireTexts(RenewalPlan plan)
    {
        string[] violations = [.. plan.Facts.Violations()];
        if (violations.Length > 0)
        {
            throw new ViolationsException("LabelInvalid", $"The renewal of SnapSet {plan.Set.Id}", violations)
            {
                Target = plan.Set.Id,
                Hint = "Fix the listed texts. Nothing was made.",
            };
        }
    }
}
